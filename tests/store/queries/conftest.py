"""A store with some hundred tickets, and the plans by which MongoDB answers it."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from bson import ObjectId
from pymongo.monitoring import CommandListener

from core.people.accounts import Actor, Role, Via
from core.store import mapping
from core.store.delivery import entries
from core.tickets import NewTicket, Priority, Status, Ticket
from tests.conftest import SLA

# What of a command says what was asked, by its name.
ASKED = {
    "find": {"find", "filter", "sort", "projection", "skip", "limit", "hint"},
    "update": {"update", "updates"},
    "delete": {"delete", "deletes"},
    "aggregate": {"aggregate", "pipeline", "cursor"},
    "findAndModify": {"findAndModify", "query", "update", "remove", "sort", "fields", "new"}
    | {"upsert"},
}
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PEOPLE = [
    Actor(str(ObjectId()), f"Person {n}", Role.AGENT, Via.REST, slack_id=f"U{n}") for n in range(9)
]
ADA, OLGA = PEOPLE[:2]
AT_ONCE = timedelta(0)
MINUTE = timedelta(minutes=1)


class Recorder(CommandListener):
    """Keeps what the store sends, as it was sent."""

    def __init__(self):
        self.commands = []

    def started(self, event):
        self.commands.append((event.command_name, dict(event.command)))

    def succeeded(self, event):
        pass

    def failed(self, event):
        pass


def stages(plan):
    """Every stage of the plan that won."""
    if isinstance(plan, dict):
        parts = [part for name, part in plan.items() if name != "rejectedPlans"]
        return {plan.get("stage")}.union(*map(stages, parts))
    return set().union(*map(stages, plan)) if isinstance(plan, list) else set()


def some_ticket(number, chance):
    """An open ticket, some of them worked on or finished, filed within the last days."""
    filed = NOW - timedelta(minutes=chance.randrange(5000))
    new = NewTicket(
        title=f"Ticket {number}",
        description="x" * chance.randrange(1000),
        priority=chance.choice(list(Priority)),
    )
    by = chance.choice(PEOPLE)
    ticket = Ticket.opened(new, id=str(ObjectId()), number=number, by=by, at=filed, sla=SLA)
    ticket.status = chance.choice([Status.OPEN, Status.OPEN, *Status])
    ticket.assignee = chance.choice([None, *PEOPLE]) and chance.choice(PEOPLE).person
    return ticket


def ticket_document(ticket, chance):
    receipt_to = chance.choice([None, ticket.requester.slack_id])
    document = mapping.ticket_document(ticket) | entries.at_first(ticket, receipt_to=receipt_to)
    for one in document["deliveries"]:
        if chance.random() > 0.3 or (one["kind"] == "alert" and ticket.breaches_at is None):
            one["due"] = None
    due = [one["due"] for one in document["deliveries"] if one["due"]]
    document["delivery"] = {"due": min(due)} if due else {}
    if ticket.breaches_at is None:
        del document["breaches_at"]
    if chance.random() < 0.3:
        document["idempotency"] = {"key": f"rest:{ticket.number}", "body": "x"}
    return document | {"timeline": []}


@pytest.fixture
def recorder():
    return Recorder()


@pytest.fixture
async def store(another_store, recorder, database):
    """A desk that has seen some work, over a connection that is listened to."""
    chance = random.Random(7)
    tickets = [some_ticket(number, chance) for number in range(1, 501)]
    await database["tickets"].insert_many(ticket_document(ticket, chance) for ticket in tickets)
    await database["accounts"].insert_many(
        {
            "name": person.name,
            "role": "agent",
            "email": f"{n}@example.com",
            "email_folded": f"{n}@example.com",
            "slack_id": person.slack_id,
            "_id": ObjectId(person.id),
        }
        for n, person in enumerate(PEOPLE)
    )
    return await another_store(event_listeners=[recorder])


@pytest.fixture
def plans(recorder, database):
    """Asks, then explains whatever was sent for it: the stages of each command."""

    async def explained(asking):
        recorder.commands.clear()
        answer = await asking
        found = []
        for name, command in recorder.commands:
            if name in ASKED:
                asked = {part: said for part, said in command.items() if part in ASKED[name]}
                plan = await database.command("explain", asked, verbosity="queryPlanner")
                found.append(stages(plan))
        assert found
        return answer, found

    return explained


def wasteful(plans):
    return [plan for plan in plans if plan & {"COLLSCAN", "SORT"}]


def said(filters):
    return " ".join(name for name, value in filters.items() if value) or "everything"

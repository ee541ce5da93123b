"""Ada in Slack and her account over REST, which become one."""

import pytest
from bson import ObjectId

from core.desk.people import linking
from core.desk.people.guesses import Guesses
from core.desk.people.people import People
from core.people.accounts import Via
from core.people.link_codes import GOOD_FOR
from core.tickets import NewTicket
from core.tickets.finding.query import TicketQuery
from tests.conftest import LONG_AGO

NEW = NewTicket(title="VPN is down")


@pytest.fixture
def people(store, passwords, clock):
    guesses = Guesses(store.wrong_passwords, clock)
    return People(store.accounts, passwords, staff={}, min_password=6, guesses=guesses)


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """No process acts as the other account any more."""
    monkeypatch.setattr(linking, "PATIENCE", GOOD_FOR * 0)


@pytest.fixture
async def slack_ada(people):
    """Ada as the desk sees her in Slack."""
    return (await people.slack_user("U0ADA", name="ada l.")).acting(Via.SLACK)


@pytest.fixture
def code(people, slack_ada, clock):
    async def shown(who=slack_ada):
        return (await people.linking.code(who.id, at=clock())).code

    return shown


@pytest.fixture
def link(code):
    async def linked(caller, said=None):
        return await caller.post("/api/auth/link", {"code": said or await code()})

    return linked


@pytest.fixture
def in_slack(people):
    """Ada in Slack, as any process sees her from now on."""

    async def acting():
        return await people.acting_in_slack("U0ADA", name="ada l.")

    return acting


async def all_of(caller, **filters):
    found, cursor = [], None
    while True:
        page = {"limit": 100, **filters} | ({"cursor": cursor} if cursor else {})
        answer = await caller.get("/api/tickets", params=page)
        assert answer.status == 200, answer
        found += answer.body["items"]
        if (cursor := answer.body["next_cursor"]) is None:
            return found


async def listed(desk, by):
    """What their lists in Slack show, and of how many."""
    page = await desk.most_urgent(TicketQuery(), by=by, limit=1000)
    assert {ticket.requester for ticket in page.tickets} == {by.person}
    return sorted(ticket.number for ticket in page.tickets), page.total


async def many(database, filed, count):
    """So many tickets in all that are as that one."""
    first = await database["tickets"].find_one({"number": filed.number})
    last = (await database["tickets"].find_one(sort={"number": -1}))["number"]
    more = [
        {**first, "_id": ObjectId(), "number": last + n, "title": f"VPN {n}"}
        for n in range(1, count)
    ]
    await database["tickets"].insert_many(more)
    await database["counters"].update_one({}, {"$inc": {"last": count - 1}})


async def written_as(database, field="requester"):
    """By which ids and Slack users tickets have somebody."""
    rows = await database["tickets"].find({field: {"$ne": None}}).to_list()
    return {(str(row[field]["_id"]), row[field]["slack_id"]) for row in rows}


async def rewritten(store, database):
    due = {"rewrite_at": {"$exists": True}}
    await database["accounts"].update_many(due, {"$set": {"rewrite_at": LONG_AGO}})
    await store.accounts.links.go_on()

"""A ticket that waits for its requester, and a desk that closes what is not answered."""

import pytest

from core.desk.tickets.commenting import comment_of, commented
from core.desk.tickets.decisions import Decisions
from core.desk.tickets.unanswered import Unanswered, half_of
from core.people.accounts import Actor, Via
from core.tickets import NewComment, SlackMessage
from tests.conftest import SLA

DAYS = 4


@pytest.fixture
def look(store, clock, desk):
    """As the scan does, on a desk that closes after so many days."""

    async def looked(days=DAYS):
        half = half_of(days)
        if await store.arrears.nothing_to_do("C1", at=clock(), remind=clock() - half):
            return
        decisions = Decisions(store.tickets, clock, desk.rules, lambda ticket, by: None)
        await Unanswered(decisions, SLA, half).end()

    return looked


@pytest.fixture
async def ticket(ada, olga, database):
    """Ada's, which Olga has wait for her."""
    path = f"/api/tickets/{(await ada.file(priority='low'))['_id']}"
    await olga.patch(path, {"status": "waiting"})
    # Nobody looks who rings: there is no Slack here.
    await database["tickets"].update_many({}, {"$unset": {"breaches_at": "", "delivery.due": ""}})
    return path


@pytest.fixture
def acting(database):
    async def found(name, role):
        account = await database["accounts"].find_one({"name": name})
        return Actor(str(account["_id"]), name, role, Via.SLACK)

    return found


@pytest.fixture
def heard(store, clock, desk, acting, ticket):
    """A word in Slack that the desk hears of now, and that was said then."""

    async def of(name, role, said):
        decisions = Decisions(store.tickets, clock, desk.rules, lambda ticket, by: None)
        by = await acting(name, role)
        source = SlackMessage("C0HELP", f"{said.timestamp():.6f}")
        new = NewComment(message="Floor 3")
        id = ticket.rpartition("/")[2]
        comment = comment_of(decisions, new, by=by, source=source)
        await commented(decisions, id, comment, by=by, key=None, sla=SLA)

    return of


@pytest.fixture
def closes_at(database):
    async def of_it():
        return (await database["tickets"].find_one()).get("closes_at")

    return of_it


@pytest.fixture
def timeline(ada, ticket):
    async def entries():
        return (await ada.get(f"{ticket}/timeline")).body["items"][2:]

    return entries

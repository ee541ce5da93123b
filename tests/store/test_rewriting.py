"""What tells an assignee of a ticket has their name, and takes that of the account that stays."""

from datetime import timedelta

import pytest
from bson import ObjectId

from core.people.accounts import Role, Via
from core.store import linked as links
from core.store.delivery.changes import sent
from core.store.delivery.deliveries import Posted
from core.tickets import NewComment, NewTicket
from tests.conftest import LONG_AGO
from tests.support.deliveries import owed

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def olga(people):
    account = await people.slack_user("U0OLGA", name="olga")
    return account.acting(Via.SLACK)._replace(role=Role.AGENT)


@pytest.fixture
async def asked(desk, people, olga):
    """Olga has a ticket, and is to hear of a question about it."""
    ada = (await people.slack_user("U0ADA", name="ada")).acting(Via.SLACK)
    await desk.open_ticket(NewTicket(title="VPN is down"), by=ada)
    await desk.claim("1", by=olga)
    await desk.comment("1", NewComment(message="Any news?"), by=ada)


@pytest.fixture
def rewritten(store, database):
    """Whether all tickets say so themselves now."""

    async def done():
        due = {"rewrite_at": {"$exists": True}}
        await database["accounts"].update_many(due, {"$set": {"rewrite_at": LONG_AGO}})
        await store.accounts.links.go_on()
        return await database["accounts"].count_documents(due) == 0

    return done


@pytest.fixture
async def linked(store, asked, olga):
    """Olga's account over REST, which is she from now on."""
    account = await store.accounts.add(
        name="Olga", email="olga@example.com", password_hash="x", role=Role.AGENT
    )
    other = await store.accounts.get(olga.id)
    return await store.accounts.links.join(account, other, patience=timedelta())


async def assignee(database):
    return str((await database["tickets"].find_one())["assignee"]["_id"])


async def held(store):
    [one] = await store.owed.claim(["direct_notice"], lease=MINUTE, doubt=MINUTE)
    return one


async def test_what_is_being_posted_is_neither_lost_nor_posted_again(
    store, database, olga, linked, rewritten
):
    """Also by a process that has not heard of it: what it has and who has it go together."""
    one = await held(store)
    await store.owed.begin([one], within=timedelta(), channel="U0OLGA")

    assert not await rewritten()
    assert (await assignee(database), (await owed(database, one.kind))["id"]) == (olga.id, one.id)
    posted = Posted("D0OLGA", "1.000001", alone=True)
    await store.owed.settle(one, [(one, sent(one, posted))])
    assert await rewritten()

    there = await owed(database, "direct_notice")
    assert (there["id"], there["ts"], there["due"]) == (f"notify:{linked.id}", "1.000001", None)
    assert await assignee(database) == linked.id


async def test_who_held_it_and_lost_it_takes_nothing_away(store, database, linked, rewritten):
    one = await held(store)
    await database["tickets"].update_one({}, {"$set": {"delivery.until": LONG_AGO}})

    assert await rewritten()
    await store.owed.settle(one, [(one, None)])

    assert (await owed(database, "direct_notice"))["id"] == f"notify:{linked.id}"
    again = await held(store)
    assert (again.account, again.ticket.assignee.id) == (linked.id, linked.id)


async def test_one_of_each_name_stays_as_it_is(store, database, olga, linked, rewritten):
    """There is none but where processes knew different things."""
    more = dict(await owed(database, "direct_notice"), id=f"notify:{linked.id}")
    await database["tickets"].update_one({}, {"$push": {"deliveries": more}})

    assert await rewritten()

    ticket = await database["tickets"].find_one()
    names = [one["id"] for one in ticket["deliveries"] if one["kind"] == "direct_notice"]
    assert names == [f"notify:{olga.id}", f"notify:{linked.id}"]
    assert ticket["assignee"]["_id"] == ObjectId(linked.id)


async def test_each_process_knows_that_it_is_done(people, database, linked, rewritten):
    """Until then what a ticket owes is looked for by both names."""
    await people.remembered.look()
    assert len(links.ids_there("$assignee")) == 2
    long_ago = {"named_at": LONG_AGO, "changed_at": LONG_AGO}
    await database["accounts"].update_many({}, {"$set": long_ago})
    assert await rewritten()
    await people.remembered.look()

    assert links.ids_there("$assignee") == ["$assignee._id"]
    assert links.slack_id_there("$assignee") == "$assignee.slack_id"

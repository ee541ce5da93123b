"""What somebody is to hear of, as it lies in the ticket."""

from datetime import timedelta

import pytest

from core.people.accounts import Role, Via
from core.store.delivery.changes import sent
from core.store.delivery.deliveries import Posted
from core.store.delivery.entries import AT_ONCE
from core.tickets import NewComment, NewTicket
from tests.support.deliveries import owed

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def ada(people):
    return (await people.slack_user("U0ADA", name="ada")).acting(Via.SLACK)


@pytest.fixture
async def olga(people):
    account = await people.slack_user("U0OLGA", name="olga")
    return account.acting(Via.SLACK)._replace(role=Role.AGENT)


@pytest.fixture
def claimed(store):
    """What Olga's message is held by."""

    async def held():
        [one] = await store.owed.claim(["direct_notice"], lease=MINUTE, doubt=MINUTE)
        return one

    return held


async def test_what_is_to_be_said_meanwhile_is_not_taken_back_with_what_is_not(
    store, desk, database, clock, claimed, ada, olga
):
    await desk.open_ticket(NewTicket(title="VPN is down"), by=ada)
    await desk.claim("1", by=olga)
    await desk.comment("1", NewComment(message="Any news?"), by=ada)

    held = await claimed()
    clock.forward(seconds=1)
    await desk.comment("1", NewComment(message="Hello?"), by=ada)
    await store.owed.settle(held, [(held, None)])
    assert (await owed(database, "direct_notice"))["wants"] == 2

    held = await claimed()
    await store.owed.settle(held, [(held, None)])
    assert await owed(database, "direct_notice") is None


async def test_what_is_on_its_way_when_the_ticket_changes_is_edited(
    store, desk, database, claimed, ada, olga
):
    await desk.open_ticket(NewTicket(title="VPN is down"), by=ada)
    await desk.resolve("1", by=olga, words="It was the fuse")

    held = await claimed()
    await desk.feedback.reopen("1", by=ada, key="again")
    posted = Posted("D0ADA", "1.000001", alone=True)
    await store.owed.settle(held, [(held, sent(held, posted))])

    ticket = await database["tickets"].find_one()
    [notice] = [one for one in ticket["deliveries"] if one["id"] == held.id]
    assert (notice["ts"], notice["due"]) == ("1.000001", AT_ONCE)


async def test_who_hears_is_in_the_write_of_the_change(desk, database, ada, olga):
    await desk.open_ticket(NewTicket(title="VPN is down"), by=ada)
    await desk.resolve("1", by=olga, words="It was the fuse")

    notice = await owed(database, "direct_notice")
    assert notice["id"] == f"notify:{ada.id}:2"
    assert (notice["to"], notice["notice"]["about"]) == ("U0ADA", "ended")
    # Its words are in there.
    assert await owed(database, "direct_line") is None
    assert await owed(database, "desk_line")

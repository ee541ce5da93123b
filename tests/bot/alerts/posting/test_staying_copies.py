"""Of several copies of an alert: which one stays, and who looks for them for how long."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.alerts.duplicates import DuplicateSweeper, staying
from bot.slack.history import Copy, SlackHistory
from core.people.accounts import Role, Via
from core.store.delivery.duplicates import Watched
from core.tickets import NewTicket, Priority
from localslack.state.people import BOT_USER
from tests.bot.alerts.test_announcer import alerts_in


@pytest.fixture
async def watched(store, desk, clock, expire):
    """A ticket whose alert was tried twice; the claim on it is over."""
    by = (await desk.people.slack_user("U0OLGA", name="olga")).acting(Via.SLACK)
    new = NewTicket(title="VPN", priority=Priority.HIGH)
    ticket = (await desk.open_ticket(new, by=by._replace(role=Role.AGENT))).ticket
    clock.forward(hours=5)
    lease = timedelta(minutes=1)
    for _ in range(2):
        claim = await store.alerts.claim(at=clock(), lease=lease, doubt=timedelta(0))
        await store.alerts.not_there(await store.alerts.doubtful(claim))
        [group] = await store.alerts.groups(claim)
        claimed = await store.alerts.some(claim, group, lease=lease, most=1)
        little = timedelta(milliseconds=5)
        tried = await store.owed.begin(claimed, within=little, channel="C1")
        assert tried
        await expire()
    return ticket


async def test_only_one_process_looks_at_a_time(store, watched):
    pause = timedelta(seconds=10)

    looks = await asyncio.gather(*(store.repeats.claim(pause=pause) for _ in range(5)))

    assert [look.tickets for look in looks if look] == [frozenset([watched.id])]


async def test_which_copy_stays_is_decided_once(store, watched, database):
    one = await store.repeats.kept("breach:x", ticket=watched.id, ts="1.0")

    other = await store.repeats.kept("breach:x", ticket=watched.id, ts="2.0")

    assert one == other == "1.0"


@pytest.mark.parametrize(
    ("there", "named", "stay"),
    [
        ({"1": "a", "2": "a"}, "", "1"),
        ({"1": "a", "2": "a"}, "2", "2"),
        ({"1": "abcde", "2": "abcde"}, "", "1"),
        ({"1": "a", "2": "b", "3": "c", "4": "abc"}, "123", "123"),
        # What was tried together was tried again in two parts, and came after all.
        ({"1": "e", "2": "abcd", "3": "abcde"}, "1", "12"),
        ({"1": "abcd", "2": "bcd"}, "", "1"),
        ({"1": "abcde", "2": "bcdef"}, "", "12"),
        ({"1": "x", "2": "x"}, "", "12"),
    ],
)
def test_which_copies_stay(there, named, stay):
    watched = Watched(frozenset("abcdef"), datetime.now(UTC), frozenset(named))
    copies = [
        Copy(ts, "B1", tuple(f"breach:{ticket}:1:C1" for ticket in tickets))
        for ts, tickets in there.items()
    ]

    assert staying(copies, watched) == set(stay)


@pytest.fixture
def look(slack, store, client):
    """One look for copies."""
    channels, pause = [slack.helpdesk.id], timedelta()
    sweeper = DuplicateSweeper(
        store.repeats, SlackHistory(client, store.looks), client, channels=channels, pause=pause
    )
    return sweeper.sweep


async def test_nothing_is_decided_before_something_can_go(
    slack, database, filed_without_cards, look
):
    await filed_without_cards(6)
    rows = await database["tickets"].find().sort("number").to_list()
    names = dict(zip("abcdef", (f"breach:{row['_id']}:1:C0HELPDESK" for row in rows), strict=True))
    for held in ("abde", "abcdef"):
        payload = {"alerts": [names[one] for one in held]}
        metadata = {"event_type": "helpdesk_alert", "event_payload": payload}
        slack.workspace.post(slack.helpdesk, BOT_USER, held, metadata=metadata)
    now = datetime.now(UTC)
    watch = {"since": now, "until": now + timedelta(hours=1)}

    # What the next alert of a ticket was claimed for is looked at later.
    for numbers, left in (([1, 2, 4], ["abde", "abcdef"]), ([5], ["abcdef"])):
        which = {"number": {"$in": numbers}}
        await database["tickets"].update_many(which, {"$set": {"alert.watch": watch}})
        await look()
        assert [message.text for message in alerts_in(slack)] == left


async def test_the_watch_ends(store, watched, database):
    await store.repeats.looked_at(await store.repeats.claim(pause=timedelta(0)))
    assert await store.repeats.claim(pause=timedelta(0))
    ago = {"$set": {"alert.watch.until": (await database["tickets"].find_one({}))["created_at"]}}
    await database["tickets"].update_one({}, ago)

    await store.repeats.looked_at(await store.repeats.claim(pause=timedelta(0)))

    assert await store.repeats.claim(pause=timedelta(0)) is None

"""Second copies of alerts are deleted, and nothing else is."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from bson import ObjectId
from slack_sdk.web.async_client import AsyncWebClient

from bot.alerts.duplicates import DuplicateSweeper, staying
from bot.slack.history import Copy, SlackHistory
from core.people.accounts import Role, Via
from core.store.delivery.duplicates import Watched
from core.tickets import NewTicket, Priority
from localslack import Fault
from localslack.state.people import BOT_USER
from tests.bot.alerts.test_announcer import alerts_in, announced
from tests.bot.conftest import BOT_TOKEN
from tests.support.deliveries import nothing_is_owed

ALERT, POST = "helpdesk_alert", "chat.postMessage"
LOST = Fault.cut_before()


def ever_posted(slack):
    """The alerts in Slack, also those that were deleted at once."""
    kinds = [(one.metadata or {}).get("event_type") for one in slack.workspace.messages]
    return [kind for kind in kinds if kind == ALERT]


@pytest.fixture
def client(slack):
    return AsyncWebClient(BOT_TOKEN, base_url=slack.api_url, retry_handlers=[])


@pytest.fixture
def late_tickets(slack, program, clock, database):
    """Files so many, and makes them late when their cards are there; the first post gets lost."""

    async def become_late(count):
        for number in range(count):
            await program.file(f"ticket {number}", priority="high")
        await slack.until(lambda: len(slack.messages("#helpdesk")) >= count)
        await nothing_is_owed(database)
        slack.fail(POST, LOST)
        clock.forward(hours=5)

    return become_late


@pytest.fixture
def posted_again(slack, looked, expire):
    """Waits until what got lost was posted again."""

    async def until():
        await looked(but=["cards"])
        await expire(held=False)
        await slack.until(lambda: ever_posted(slack))

    return until


@pytest.fixture
def arrives_late(slack, client, looked, expire):
    """What got lost and was posted again reaches Slack after all."""

    async def until():
        await looked(but=["cards"])
        tries = [call.given for call in slack.calls_of(POST)]
        lost = next(given for given in tries if given["metadata"]["event_type"] == ALERT)
        await client.api_call(POST, json=lost)
        await expire(held=False)

    return until


@pytest.fixture
def swept(slack):
    """Waits until the bot has deleted something."""

    async def until():
        await slack.until(lambda: slack.calls_of("chat.delete"))

    return until


async def test_a_copy_that_arrives_late_is_deleted(
    slack, file, clock, posted_again, arrives_late, swept, database
):
    await file()
    slack.fail(POST, LOST)
    clock.forward(hours=5)
    await posted_again()
    await arrives_late()

    await swept()

    [alert] = alerts_in(slack)
    ticket = await database["tickets"].find_one({})
    there = [one for one in ticket["deliveries"] if one["kind"] == "alert" and one.get("ts")]
    assert [one["ts"] for one in there] == [alert.ts]


async def test_the_copy_that_stays_goes_on_following_its_ticket(
    slack, file, clock, posted_again, arrives_late, swept, program
):
    await file()
    slack.fail(POST, LOST)
    clock.forward(hours=5)
    await posted_again()
    await arrives_late()
    await swept()

    await program.patch("/api/tickets/1", {"status": "resolved"})

    [alert] = alerts_in(slack)
    await slack.until(lambda: "was late" in alert.text)


async def test_a_list_that_arrives_late_is_deleted(
    slack, late_tickets, posted_again, arrives_late, swept, start, a_few_scans
):
    async with start(), start():
        await late_tickets(5)
        await posted_again()
        await arrives_late()

        await swept()
        await a_few_scans()

    assert len(announced(slack)) == len(set(announced(slack))) == 5


async def test_a_summary_of_very_many_that_arrives_late_is_deleted(
    slack,
    start,
    filed_without_cards,
    clock,
    posted_again,
    arrives_late,
    swept,
    a_few_scans,
):
    await filed_without_cards(110)
    slack.fail(POST, LOST)
    clock.forward(hours=5)
    async with start():
        await posted_again()
        await arrives_late()

        await swept()
        await a_few_scans(but=["cards"])

    [alert] = alerts_in(slack)
    assert "110 tickets are late" in alert.text


async def test_a_message_that_alone_holds_an_alert_is_never_deleted(
    slack, program, late_tickets, posted_again, arrives_late
):
    await late_tickets(4)
    await slack.until(lambda: len(slack.calls_of(POST)) >= 5)
    await program.patch("/api/tickets/1", {"status": "resolved"})
    await posted_again()
    await arrives_late()

    # The first list alone holds the ticket that was resolved meanwhile.
    [alert] = await slack.until(lambda: len(alerts_in(slack)) == 1 and alerts_in(slack))
    assert len(alert.metadata["event_payload"]["alerts"]) == 4


async def test_what_others_posted_is_left(
    slack, file, clock, posted_again, arrives_late, swept, a_few_scans
):
    await file()
    slack.fail(POST, LOST)
    clock.forward(hours=5)
    await posted_again()
    [alert] = alerts_in(slack)
    foreign = slack.workspace.post(
        slack.helpdesk, slack.ada.id, "the same", metadata=dict(alert.metadata)
    )
    await arrives_late()

    await swept()
    await a_few_scans()

    assert not foreign.deleted
    assert len([left for left in alerts_in(slack) if left.from_bot]) == 1


async def test_a_second_copy_of_a_ticket_of_another_desk_is_left(
    slack, file, clock, posted_again, arrives_late, swept, a_few_scans
):
    await file()
    elsewhere = f"breach:{ObjectId()}:1772456400000:{slack.helpdesk.id}"
    metadata = {"event_type": "helpdesk_alert", "event_payload": {"alerts": [elsewhere]}}
    slack.fail(POST, LOST)
    clock.forward(hours=5)
    for _ in range(2):
        slack.workspace.post(slack.helpdesk, BOT_USER, "elsewhere", metadata=metadata)
    await posted_again()
    await arrives_late()

    await swept()
    await a_few_scans()

    assert announced(slack).count(elsewhere) == 2


async def test_nothing_is_read_while_no_alert_was_tried_twice(
    slack, file, clock, looked, a_few_scans, expire
):
    await file()
    clock.forward(hours=5)
    await slack.until(lambda: alerts_in(slack))

    await a_few_scans()
    await expire(held=False)
    await looked()

    assert slack.calls_of("conversations.history") == []


async def test_a_copy_somebody_deleted_first_does_no_harm(
    slack, file, clock, posted_again, arrives_late, a_few_scans
):
    await file()
    slack.fail(POST, LOST)
    slack.fail("chat.delete", Fault.cut_after(), times=1)
    clock.forward(hours=5)
    await posted_again()
    await arrives_late()

    await slack.until(lambda: len(alerts_in(slack)) == 1)
    await a_few_scans()

    assert len(alerts_in(slack)) == 1


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

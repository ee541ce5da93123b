"""What may be in Slack already waits for the channel's history; nothing else waits for it."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.alerts.announcer import AlertAnnouncer
from bot.alerts.duplicates import DuplicateSweeper
from bot.delivery.dispatcher import Dispatcher, Timing
from bot.slack.history import SWEPT, Doubt, SlackHistory
from bot.slack.poster import SlackPoster
from core.alerts.rules import AlertRules
from localslack import Fault, RateLimit
from tests.bot.alerts.test_announcer import alerts_in, announced
from tests.bot.conftest import BOT_TOKEN, card_of
from tests.conftest import LONGEST_WAIT
from tests.support.deliveries import owed, such

POST, HISTORY = "chat.postMessage", "conversations.history"
TIMING = Timing(
    post=timedelta(seconds=0.5), lease=timedelta(seconds=2), history=timedelta(seconds=0.1)
)
# What has to be posted in one scan, however busy the machine is: a post is in time, or not made.
PATIENT = Timing(
    post=timedelta(seconds=20), lease=timedelta(seconds=60), history=timedelta(seconds=0.1)
)
TRIED = {"$type": "date"}
# Messages that people wrote since: more than two pages of a limited history.
TALK = 40


@pytest.fixture
def client(slack):
    return AsyncWebClient(BOT_TOKEN, base_url=slack.api_url, retry_handlers=[])


@pytest.fixture
def process(slack, store, client, clock):
    """What one more process has in memory."""

    def started(timing=TIMING):
        history, limit = SlackHistory(client, store.looks), timing.post.total_seconds()
        poster = SlackPoster(client, store.turns, channel=slack.helpdesk.id, limit=limit, pause=0)
        dispatcher = Dispatcher(store.owed, poster, history, timing, {})
        return AlertAnnouncer(store, dispatcher, AlertRules(), clock, mentions=30)

    return started


@pytest.fixture
def in_doubt(slack, process, filed_without_cards, clock, database):
    """So many late tickets, tried together; `fault` says whether Slack has the message."""

    async def made(count, fault):
        await filed_without_cards(count)
        clock.forward(hours=4, seconds=1)
        slack.fail(POST, fault)
        async with asyncio.timeout(LONGEST_WAIT):
            while not await database["tickets"].find_one({"deliveries.first_try": TRIED}):
                await process().announce()
        for number in range(TALK):
            slack.say(f"talk {number}", by=slack.ada, channel="#helpdesk")
        await asyncio.sleep(TIMING.doubt.total_seconds())

    return made


async def settled(database, processes, looks=60):
    """Scans until nothing is in doubt any more, at each process in turn."""
    for look in range(looks):
        await processes[look % len(processes)].settle()
        if not await database["tickets"].find_one({"deliveries.first_try": TRIED}):
            return
        await asyncio.sleep(0.1)
    raise AssertionError("it is in doubt still")


@pytest.mark.parametrize("fault", [Fault.cut_after(), Fault.cut_before()], ids=["there", "not"])
@pytest.mark.parametrize("doubtful", [1, 5])
async def test_a_limited_history_holds_up_nothing_fresh_and_settles_what_is_in_doubt(
    slack, process, in_doubt, filed_without_cards, clock, database, fault, doubtful
):
    await in_doubt(doubtful, fault)
    slack.fail(HISTORY, Fault.limited(0.5), times=None)
    processes = [process(), process()]
    await processes[0].settle()
    before = len(announced(slack))
    await filed_without_cards(100)
    clock.forward(hours=4, seconds=1)

    # One scan, as ever.
    await process(PATIENT).announce()
    assert len(announced(slack)) == before + 100

    await settled(database, processes)
    assert len(announced(slack)) == len(set(announced(slack))) == doubtful + 100
    read = [call for call in slack.calls_of(HISTORY) if call.status == 200]
    # Page by page, by whoever comes: none is read again.
    assert len({call.given.get("cursor") for call in read}) == len(read) >= 3


@pytest.mark.parametrize(
    "fault",
    [Fault.hang(30), Fault.status(500), Fault.error("ratelimited"), Fault.rate_limited(60)],
    ids=["hangs", "500", "ratelimited", "429"],
)
async def test_a_history_that_cannot_be_read_holds_up_nothing_fresh(
    slack, file, clock, database, expire, fault
):
    card = await file("doubtful")
    slack.fail(HISTORY, fault, times=None)
    slack.fail(POST, Fault.cut_after())
    clock.forward(hours=5)
    async with asyncio.timeout(LONGEST_WAIT):
        while not await database["tickets"].find_one(such("alert", first_try={"$type": "date"})):
            await asyncio.sleep(0.02)
    await expire(held=False)
    await slack.until(lambda: slack.calls_of(HISTORY))

    # Fresh alerts, a card, a receipt and an edit.
    await slack.command("new", by=slack.ben)
    modal = await slack.modal(by=slack.ben)
    await slack.submit(modal, by=slack.ben, title="fresh", priority="high")
    await slack.until(lambda: card_of(slack, "T-2"))
    await slack.until(lambda: slack.direct_messages(slack.ben))
    await slack.command("assign 1 me", by=slack.olga)
    await slack.until(lambda: "<@U0OLGA>" in card.text)
    clock.forward(hours=5)
    await slack.until(lambda: any("fresh" in alert.text for alert in alerts_in(slack)))

    doubtful = await owed(database, "alert")
    assert doubtful["first_try"] is not None
    assert all((call.answer or {}).get("ok") is not True for call in slack.calls_of(HISTORY))
    assert len(announced(slack)) == len(set(announced(slack))) == 2


async def test_how_far_a_history_was_read_is_known_to_every_process(slack, store, client):
    for number in range(20):
        slack.say(f"talk {number}", by=slack.ada, channel="#helpdesk")
    now = datetime.now(UTC) - timedelta(seconds=1)
    doubt, place = Doubt(now, now), {"channel": slack.helpdesk.id}
    at = [0.0]
    pace = RateLimit(burst=1, seconds=1, clock=lambda: at[0])
    slack.fail(HISTORY, Fault.limited(1, pace=pace), times=None)

    first = await SlackHistory(client, store.looks).look([doubt], **place)
    refused = await SlackHistory(client, store.looks).look([doubt], **place)
    assert [first.settles(doubt), refused.settles(doubt)] == [False, False]
    assert timedelta() < refused.wait <= timedelta(seconds=1)
    calls = len(slack.calls_of(HISTORY))
    at[0] += 1
    await asyncio.sleep(1)
    last = await SlackHistory(client, store.looks).look([doubt], **place)

    assert last.settles(doubt)
    # Nobody asked while it was known that Slack would refuse.
    assert len(slack.calls_of(HISTORY)) == calls + 1
    # What another process waited for is not read again, and what was tried since is not settled.
    later = Doubt(now, now + timedelta(minutes=1))
    again = await SlackHistory(client, store.looks).look([doubt, later], **place)
    assert [again.settles(doubt), again.settles(later)] == [True, False]
    assert len(slack.calls_of(HISTORY)) == calls + 1


async def test_a_place_that_slack_does_not_know_any_more_is_begun_anew(slack, store, client):
    for number in range(20):
        slack.say(f"talk {number}", by=slack.ada, channel="#helpdesk")
    now = datetime.now(UTC) - timedelta(seconds=1)
    doubt, history = Doubt(now, now), SlackHistory(client, store.looks)
    slack.fail(HISTORY, Fault.limited(0.1), times=None)
    await history.look([doubt], channel=slack.helpdesk.id)
    slack.heal()
    slack.fail(HISTORY, Fault.error("invalid_cursor"))
    await asyncio.sleep(1)
    await history.look([doubt], channel=slack.helpdesk.id)

    look = await store.looks.begin(slack.helpdesk.id)
    assert look.walk is None
    assert look.wait > timedelta()


@pytest.fixture
def sweep(slack, store, client, database):
    """One look for copies of an alert that was tried twice, in pages of so many messages."""

    async def swept(page):
        now = datetime.now(UTC)
        watch = {"since": now, "until": now - timedelta(minutes=1)}
        await database["tickets"].insert_one({"number": 1, "alert": {"watch": watch}})
        history = SlackHistory(client, store.looks, page=page, limit=LONGEST_WAIT)
        channels, pause = [slack.helpdesk.id], timedelta()
        sweeper = DuplicateSweeper(store.repeats, history, client, channels=channels, pause=pause)
        await sweeper.sweep()
        return (await database["tickets"].find_one({}))["alert"]

    return swept


async def test_a_sweep_is_bound_by_calls(slack, sweep):
    for number in range(SWEPT + 5):
        slack.say(f"talk {number}", by=slack.ada, channel="#helpdesk")

    await sweep(page=1)

    assert len(slack.calls_of(HISTORY)) == SWEPT


async def test_a_sweep_leaves_a_limited_history_to_what_is_in_doubt(slack, store, client, sweep):
    now = datetime.now(UTC) - timedelta(seconds=1)
    doubt, place = Doubt(now, now), {"channel": slack.helpdesk.id}
    slack.fail(HISTORY, Fault.rate_limited(1))
    await SlackHistory(client, store.looks).look([doubt], **place)
    await asyncio.sleep(1.1)

    assert "watch" in await sweep(page=999)
    assert len(slack.calls_of(HISTORY)) == 1

    assert (await SlackHistory(client, store.looks).look([doubt], **place)).settles(doubt)

"""The daily digest: once a day, at its time, on days on which the desk is open."""

import asyncio
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.reports.digest import due_day
from core.sla import Policy, Sla
from localslack import Fault
from tests.conftest import LONGEST_WAIT
from tests.core.sla.conftest import BERLIN, OFFICE, berlin, hours_of

NINE = {"digest_time": time(9)}


@pytest.fixture(autouse=True)
def early(clock):
    """Monday, half past eight."""
    clock.now = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    return clock


def digests(slack):
    return [
        message
        for message in slack.messages("#helpdesk")
        if (message.metadata or {}).get("event_type") == "helpdesk_digest"
    ]


async def test_it_comes_at_its_time_and_once_a_day(slack, store, start, clock, a_few_scans):
    async with start(**NINE):
        await a_few_scans()
        assert digests(slack) == []

        clock.forward(minutes=30)
        await slack.until(lambda: len(digests(slack)) >= 1)
        clock.forward(hours=3)
        await a_few_scans()
        assert len(digests(slack)) == 1

        clock.forward(hours=21)
        await slack.until(lambda: len(digests(slack)) >= 2)

    days = [message.metadata["event_payload"]["day"] for message in digests(slack)]
    assert days == ["2026-03-02", "2026-03-03"]


async def test_it_comes_once_however_many_processes_run(slack, store, start, clock, a_few_scans):
    async with start(**NINE), start(**NINE), start(**NINE):
        clock.forward(minutes=30)
        await slack.until(lambda: digests(slack))
        await a_few_scans()

    async with start(**NINE):
        await a_few_scans()
    assert len(digests(slack)) == 1


async def test_a_start_after_its_time_makes_up_for_it_only_shortly_after(
    slack, store, start, clock, a_few_scans
):
    clock.forward(minutes=30 + 60)
    async with start(**NINE):
        await a_few_scans()
        assert digests(slack) == []

    clock.forward(hours=23, minutes=59)
    async with start(**NINE):
        await slack.until(lambda: digests(slack))


async def test_it_never_comes_if_it_is_off(slack, store, start, clock, a_few_scans):
    async with start(digest_time=None):
        clock.forward(minutes=30)
        await a_few_scans()

    assert digests(slack) == []


async def test_it_says_what_is_open_late_and_oldest_and_who_has_it(slack, store, start, clock):
    async with start(**NINE):
        clock.forward(hours=-20)
        for command in ("new high VPN <!channel>", "new low Printer on fire", "new low Chair"):
            await slack.command(command, by=slack.ada)
            clock.forward(minutes=1)
        await slack.command("assign 1 me", by=slack.olga)
        await slack.command("assign 2 me", by=slack.olga)
        await slack.command("new low Done", by=slack.ada)
        await slack.command("resolve 4", by=slack.olga)

        clock.forward(hours=20, minutes=30)
        [digest] = await slack.until(lambda: digests(slack))

    assert digest.text.splitlines() == [
        "*3 tickets are open, 1 of them late.*",
        "• olga: 2, 1 late",
        "• _nobody_: 1",
    ]
    oldest = digest.blocks[2]["text"]["text"].splitlines()
    assert [one.split("*")[1] for one in oldest[1:]] == ["T-1", "T-2", "T-3"]
    assert "VPN &lt;!channel&gt; · open · olga" in oldest[1]
    # A digest rings nobody.
    assert "<@" not in f"{digest.text}{digest.blocks}"


async def test_what_waits_is_not_late_while_it_waits(slack, store, start, clock):
    async with start(**NINE):
        await slack.command("new high VPN is down", by=slack.ada)
        await slack.command("hold 1", by=slack.olga)

        clock.forward(hours=24, minutes=30)
        [digest] = await slack.until(lambda: digests(slack))

    assert digest.text.startswith("*1 ticket is open, none of them late.*")


async def test_a_digest_that_was_certainly_refused_is_tried_again(
    slack, store, start, clock, looked, expire
):
    slack.fail("chat.postMessage", Fault.rate_limited(60), times=2)

    async with start(**NINE):
        clock.forward(minutes=30)
        async with asyncio.timeout(LONGEST_WAIT):
            while not digests(slack):
                await looked()
                await expire(held=False)

    assert len(slack.calls_of("chat.postMessage")) == 3


@pytest.mark.parametrize(
    ("fault", "there"), [(Fault.cut_after(), 1), (Fault.cut_before(), 0), (Fault.status(500), 0)]
)
async def test_a_digest_that_may_be_there_is_not_posted_again(
    slack, store, start, clock, a_few_scans, fault, there
):
    slack.fail("chat.postMessage", fault)

    async with start(**NINE), start(**NINE):
        clock.forward(minutes=30)
        await slack.until(lambda: slack.calls_of("chat.postMessage"))
        await a_few_scans()
    async with start(**NINE):
        await a_few_scans()

    assert len(slack.calls_of("chat.postMessage")) == 1
    assert len(digests(slack)) == there


async def test_only_one_claims_a_day(store, clock):
    today = clock().date()

    async def claim(channel="C1"):
        return await store.digests.claim(today, channel, lease=timedelta(minutes=1))

    [first] = filter(None, await asyncio.gather(*(claim() for _ in range(20))))
    await store.digests.refused(first, wait=timedelta(0))
    [again] = filter(None, await asyncio.gather(*(claim() for _ in range(20))))
    assert await store.digests.begin(first, within=timedelta(0)) is False
    await store.digests.refused(again, wait=timedelta(minutes=1))

    assert await claim() is None
    assert await claim("C2")


async def test_a_digest_that_somebody_died_before_posting_is_the_next_ones(store, clock, expire):
    today, lease = clock().date(), timedelta(minutes=1)
    assert await store.digests.claim(today, "C1", lease=lease)
    await expire()

    digest = await store.digests.claim(today, "C1", lease=lease)
    assert await store.digests.begin(digest, within=timedelta(seconds=10))
    await expire()

    # From there on nobody knows whether Slack has it, and a second one would be worse.
    assert await store.digests.is_settled(today, "C1")
    assert await store.digests.claim(today, "C1", lease=lease) is None


ALWAYS_OPEN = Sla(Policy.of_hours(), zone=BERLIN)
OFFICE_HOURS = Sla(Policy.of_hours(), hours_of(OFFICE, holidays=["DE"]), BERLIN)


@pytest.mark.parametrize(
    ("now", "at", "sla", "day"),
    [
        ("2026-03-02T08:59", time(9), ALWAYS_OPEN, None),
        ("2026-03-02T09:00", time(9), ALWAYS_OPEN, "2026-03-02"),
        ("2026-03-02T09:59", time(9), ALWAYS_OPEN, "2026-03-02"),
        ("2026-03-02T10:00", time(9), ALWAYS_OPEN, None),
        ("2026-03-01T09:00", time(9), ALWAYS_OPEN, "2026-03-01"),
        # Half an hour before midnight is made up for after it, as the evening's.
        ("2026-03-03T00:15", time(23, 30), ALWAYS_OPEN, "2026-03-02"),
        # A Sunday, a holiday, and the evening of a Friday on Saturday.
        ("2026-03-01T09:00", time(9), OFFICE_HOURS, None),
        ("2026-05-01T09:00", time(9), OFFICE_HOURS, None),
        ("2026-04-30T09:00", time(9), OFFICE_HOURS, "2026-04-30"),
        ("2026-03-07T00:15", time(23, 30), OFFICE_HOURS, "2026-03-06"),
        # The clocks skip this time in spring, and show it twice in autumn.
        ("2026-03-29T03:30", time(2, 30), ALWAYS_OPEN, "2026-03-29"),
        ("2026-10-25T02:30", time(2, 30), ALWAYS_OPEN, "2026-10-25"),
        ("2026-10-25T02:30+", time(2, 30), ALWAYS_OPEN, None),
    ],
)
def test_the_day_that_a_digest_is_due_for(now, at, sla, day):
    found = due_day(berlin(now), at, sla)

    assert (found and found.isoformat()) == day


async def test_an_agent_asks_for_it_at_once(slack, file):
    await file("VPN is down")

    answer = await slack.command("digest now", by=slack.olga)

    assert answer.text.startswith("*1 ticket is open, none of them late.*")
    assert digests(slack) == []


async def test_without_tickets_it_is_short(slack, desk_url):
    assert (await slack.command("digest NOW", by=slack.olga)).text == "*No ticket is open.*"


@pytest.mark.parametrize(
    ("typed", "who", "said"),
    [
        ("digest now", "ada", "Only agents can see reports and the digest: those on call."),
        ("digest", "olga", "The digest comes by itself at its time"),
        ("digest tomorrow", "olga", "The digest comes by itself at its time"),
    ],
)
async def test_who_cannot_have_it_is_told_why(slack, desk_url, typed, who, said):
    answer = await slack.command(typed, by=getattr(slack, who))

    assert answer.text.startswith(said)

"""An alert is posted once, whatever Slack fails to do and however many processes run."""

import asyncio

import pytest

from localslack import Fault
from tests.bot.alerts.test_announcer import alerts_in, announced, posts
from tests.bot.conftest import impatient
from tests.support.deliveries import nothing_is_planned


@impatient
@pytest.mark.parametrize("fault", [Fault.cut_after(), Fault.cut_before()], ids=["after", "before"])
async def test_a_summary_whose_answer_got_lost_is_found_by_its_batch(
    slack, desk_url, filed_without_cards, clock, fault, a_few_scans, database
):
    await filed_without_cards(130)
    slack.fail("chat.postMessage", fault)
    clock.forward(hours=5)

    await slack.until(lambda: alerts_in(slack))
    await a_few_scans(but=["cards"])

    assert len(alerts_in(slack)) == 1
    await nothing_is_planned(database)


async def test_two_processes_announce_a_breach_once(slack, program, start, clock, a_few_scans):
    async with start(), start():
        for number in range(12):
            await program.file(f"ticket {number}", priority="high" if number % 2 else "low")
        for _ in range(50):
            clock.forward(hours=1)
            await asyncio.sleep(0)
        await slack.until(lambda: len(announced(slack)) >= 12)
        await a_few_scans()

    assert len(announced(slack)) == 12
    assert len(set(announced(slack))) == 12


@impatient
@pytest.mark.parametrize(
    "fault",
    [
        Fault.status(500),
        Fault.error("fatal_error"),
        Fault.rate_limited(1),
        Fault.hang(1),
        Fault.cut_before(),
        Fault.cut_after(),
    ],
    ids=["500", "fatal_error", "429", "nothing", "cut before", "cut after"],
)
async def test_a_failing_slack_hears_of_it_later_and_once(slack, file, clock, fault, a_few_scans):
    await file()
    slack.fail("chat.postMessage", fault, times=2)

    clock.forward(hours=5)

    await slack.until(lambda: alerts_in(slack))
    await a_few_scans()
    assert len(announced(slack)) == 1


async def test_a_ticket_resolved_while_slack_was_down_is_not_announced(
    slack, file, clock, program, a_few_scans, looked, expire
):
    await file()
    slack.fail("chat.postMessage", Fault.rate_limited(60), times=1)
    clock.forward(hours=5)
    await slack.until(lambda: [one for one in posts(slack) if one.status == 429])

    await program.patch("/api/tickets/1", {"status": "resolved"})
    await looked()
    await expire(held=False)
    await a_few_scans()

    assert alerts_in(slack) == []


@impatient
async def test_nothing_is_posted_blind_while_the_history_cannot_be_read(
    slack, file, clock, a_few_scans, looked, expire
):
    await file()
    slack.fail("chat.postMessage", Fault.cut_after())
    slack.fail("conversations.history", Fault.error("internal_error"), times=None)
    clock.forward(hours=5)
    for reads in (1, 2, 3):
        await slack.until(lambda reads=reads: len(slack.calls_of("conversations.history")) >= reads)
        await looked()
        await expire(held=False)
    assert len(posts(slack)) == 2  # the card and the one try

    slack.heal()

    await expire(held=False)
    await a_few_scans()
    assert len(announced(slack)) == 1
    assert len(posts(slack)) == 2

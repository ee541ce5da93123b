"""A ticket that waits for its requester goes on from what they said first, whenever it is heard."""

import asyncio
from datetime import timedelta

import pytest

from localslack import Fault
from tests.bot.alerts.test_announcer import alerts_in
from tests.bot.conversation.conftest import at, event, known
from tests.conftest import LONGEST_WAIT
from tests.support.deliveries import nothing_is_owed

WAITED = timedelta(minutes=10)


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"catch_up_seconds": 0.05})


@pytest.fixture
async def card(slack, file, clock):
    """It waits, and was due then as it is due now."""
    card = await file(by=slack.ada)
    await slack.command("hold 1", by=slack.olga)
    return card


@pytest.mark.parametrize("order", ["first", "last"])
async def test_two_answers_are_heard_in_either_order(slack, card, ticket, clock, order):
    due, waits = (await ticket())["sla_due"], clock()
    clock.forward(minutes=30)
    first, second = waits + WAITED, waits + 2 * WAITED
    for said in (first, second) if order == "first" else (second, first):
        await slack.event(event(card, f"Said {said:%M}", by=slack.ada, ts=at(said)))

    now = await ticket()
    assert [one["message"] for one in now["comments"]].count(f"Said {first:%M}") == 1
    [pause] = now["pauses"]
    assert pause["until"] - waits == pytest.approx(WAITED, abs=timedelta(seconds=1))
    assert now["status"] == "open"
    assert now["sla_due"] - due == pause["until"] - pause["since"]
    assert now["breaches_at"] == now["sla_due"]


async def test_what_slack_lost_and_is_read_counts_from_when_it_was_said(
    slack, card, reply, ticket, clock
):
    slack.fail("conversations.history", Fault.status(500), times=None)
    slack.fail("event", Fault.lost(type="message", user=slack.ada.id))
    clock.forward(minutes=10)
    said = await reply(card, "It is the left one", by=slack.ada)
    clock.forward(minutes=10)
    await reply(card, "Or so they say", by=slack.ada)
    [pause] = (await ticket())["pauses"]
    assert pause["until"] - pause["since"] == 2 * WAITED
    clock.forward(minutes=10)
    slack.heal()

    async with asyncio.timeout(LONGEST_WAIT):
        while len((await ticket())["comments"]) < 2:
            await asyncio.sleep(0.01)
    [pause] = (await ticket())["pauses"]
    assert pause["until"] - pause["since"] == WAITED
    assert said.ts in [one["source"]["ts"] for one in (await ticket())["comments"]]
    slack.problems.clear()


async def test_what_rang_does_not_ring_again_for_the_due_time_of_then(
    slack, card, ticket, clock, store, looked, database
):
    waits = clock()
    clock.forward(minutes=30)
    await slack.event(event(card, "Second", by=slack.ada, ts=at(waits + 2 * WAITED)))
    clock.forward(days=3)
    [alert] = await slack.until(lambda: alerts_in(slack))
    await known(store, alert)
    before = (await ticket())["sla_due"]

    await slack.event(event(card, "First", by=slack.ada, ts=at(waits + WAITED)))

    assert before - (await ticket())["sla_due"] == WAITED
    await looked()
    await nothing_is_owed(database)
    assert len(alerts_in(slack)) == 1

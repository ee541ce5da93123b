"""An answer counts from when it was said, also where an alert rang before it was heard of."""

from contextlib import asynccontextmanager

import pytest

from core.tickets import Priority
from localslack import Fault
from tests.bot.alerts.test_announcer import alerts_in
from tests.bot.conftest import words

REPORT = "/api/reports/sla"


@pytest.fixture
def settings(settings):
    hours = {Priority.HIGH: 1, Priority.MEDIUM: 24, Priority.LOW: 48}
    return settings.model_copy(
        update={"card_thread": "public", "sla_hours": hours, "catch_up_seconds": 0.05}
    )


@pytest.fixture
def told_late(slack):
    """Slack tells of it later, or never, so that it is read."""

    @asynccontextmanager
    async def done(how):
        # Nothing is read before it is late.
        slack.fail("conversations.history", Fault.status(500), times=None)
        slack.fail("event", getattr(Fault, how)(type="message", user=slack.olga.id))
        yield
        slack.heal()
        await slack.deliver_held()

    return done


@pytest.mark.parametrize("how", ["held", "lost"])
async def test_answered_at_ten_heard_at_twenty_past_and_due_at_ten_past(
    slack, file, reply, program, clock, ticket, told_late, how
):
    clock.forward(minutes=10)
    card = await file()
    clock.forward(minutes=50)
    ten = clock()
    async with told_late(how):
        await reply(card, "We are on it", by=slack.olga)
        clock.forward(minutes=11)
        [alert] = await slack.until(lambda: alerts_in(slack))
        assert "answered" not in words(alert)
        assert await figures(program) == (0, 1)
        clock.forward(minutes=9)

    date = f"answered in time, <!date^{int(ten.timestamp())}^"
    await slack.until(lambda: date in words(alert))
    assert (await ticket())["first_responded_at"] == ten
    assert await figures(program) == (1, 0)
    assert len(alerts_in(slack)) == 1


async def figures(program):
    """How often an answer was in time, and how often not."""
    answer = (await program.get(REPORT)).body["by_priority"]["high"]["first_response"]
    return answer["met"], answer["missed"]

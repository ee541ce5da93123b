"""What becomes of a ticket shows in its alert."""

import pytest

from localslack import Fault
from tests.bot.alerts.test_announcer import alerts_in
from tests.bot.conftest import button_names


async def test_what_changes_between_the_edits_of_alert_and_card_reaches_both(
    slack, file, clock, program
):
    card = await file("Slow edits")
    clock.forward(hours=5)
    [alert] = await slack.until(lambda: alerts_in(slack))
    slack.fail("chat.update", Fault.hang(0.3))
    await program.patch("/api/tickets/1", {"status": "in_progress"})
    await slack.until(lambda: slack.calls_of("chat.update"))

    await program.patch("/api/tickets/1", {"status": "resolved"})

    await slack.until(lambda: "resolved" in card.text)
    await slack.until(lambda: "is resolved" in alert.text)


async def test_what_changes_while_an_alert_is_posted_is_shown_in_it(slack, file, clock, program):
    await file()
    slack.fail("chat.postMessage", Fault.hang(0.5))
    clock.forward(hours=5)
    await slack.until(lambda: len(slack.calls_of("chat.postMessage")) >= 2)

    await program.patch("/api/tickets/1", {"status": "resolved"})

    [alert] = await slack.until(lambda: alerts_in(slack))
    await slack.until(lambda: "was late" in alert.text)


async def test_an_edit_whose_answer_got_lost_does_not_pass_for_one_that_was_not_made(
    slack, file, clock, program, looked, expire
):
    card = await file()
    clock.forward(hours=5)
    [alert] = await slack.until(lambda: alerts_in(slack))
    await slack.until(lambda: "late" in card.text)
    slack.fail("chat.update", Fault.cut_after())
    await program.patch("/api/tickets/1", {"status": "resolved"})
    await slack.until(lambda: "is resolved" in alert.text)

    # As it was when the alert said so last.
    await program.patch("/api/tickets/1", {"status": "open"})
    await looked()
    await expire(held=False)

    await slack.until(lambda: "is late" in alert.text)


@pytest.mark.parametrize("fault", [Fault.status(500), Fault.rate_limited(1)], ids=["500", "429"])
async def test_an_edit_of_an_alert_that_fails_is_made_later(
    slack, file, clock, program, fault, looked, expire
):
    card = await file()
    clock.forward(hours=5)
    [alert] = await slack.until(lambda: alerts_in(slack))
    await slack.until(lambda: "late" in card.text)
    slack.fail("chat.update", fault)

    await program.patch("/api/tickets/1", {"status": "resolved"})
    await looked()
    await expire(held=False)

    await slack.until(lambda: "was late" in alert.text)


async def test_a_ticket_with_more_time_is_late_no_longer(slack, file, clock, program):
    await file(priority="high")
    clock.forward(hours=5)
    [alert] = await slack.until(lambda: alerts_in(slack))

    await program.patch("/api/tickets/1", {"priority": "low"})

    await slack.until(lambda: "was late* and has more time now" in alert.text)
    assert button_names(alert) == []

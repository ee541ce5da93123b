"""Breach alerts: each late ticket is announced in the channel, once."""

import time
from dataclasses import replace

import pytest

from localslack import Fault
from tests.bot.conftest import button_names, card_of, impatient


def alerts_in(slack):
    return [
        message
        for message in slack.messages("#helpdesk")
        if (message.metadata or {}).get("event_type") == "helpdesk_alert" and not message.deleted
    ]


def announced(slack):
    """The identities of all announced breaches, with repeats."""
    return [
        identity
        for message in alerts_in(slack)
        for identity in message.metadata["event_payload"]["alerts"]
    ]


def posts(slack):
    """All tries to post, but those of the board."""
    return [
        call
        for call in slack.calls_of("chat.postMessage")
        if call.given["metadata"]["event_type"] != "helpdesk_board"
    ]


async def test_a_late_ticket_is_announced_once(slack, file, clock, a_few_scans, program):
    await file("VPN is down", priority="high")
    clock.forward(hours=4)
    await a_few_scans()
    assert alerts_in(slack) == []

    clock.forward(milliseconds=1)
    await slack.until(lambda: alerts_in(slack))
    await a_few_scans()

    [alert] = alerts_in(slack)
    assert "*T-1 is late:* VPN is down" in alert.text
    assert "Nobody has it" in alert.text
    assert button_names(alert) == ["acknowledge", "claim", "resolve", "reply", "snooze"]
    ticket_id = (await program.get("/api/tickets/1")).body["_id"]
    assert announced(slack) == [f"breach:{ticket_id}:1772456400000:{slack.helpdesk.id}"]


async def test_the_assignee_is_mentioned(slack, file, clock):
    await file()
    await slack.command("assign 1 me", by=slack.olga)
    clock.forward(hours=5)

    [alert] = await slack.until(lambda: alerts_in(slack))

    assert "<@U0OLGA> has it." in alert.text
    assert button_names(alert) == ["acknowledge", "resolve", "reply", "snooze"]


async def test_a_ticket_that_was_resolved_in_time_is_not_announced(slack, file, clock, a_few_scans):
    await file()
    await slack.command("resolve 1", by=slack.olga)

    clock.forward(hours=5)
    await a_few_scans()

    assert alerts_in(slack) == []


async def test_a_late_ticket_is_claimed_and_resolved_in_the_alert(slack, file, clock, program):
    card = await file()
    clock.forward(hours=5)
    [alert] = await slack.until(lambda: alerts_in(slack))

    await slack.click(alert, "claim", by=slack.olga)
    await slack.until(lambda: "<@U0OLGA> has it." in alert.text)
    await slack.click(alert, "resolve", by=slack.olga)
    await slack.until(lambda: "was late" in alert.text)

    assert button_names(alert) == []
    assert (await program.get("/api/tickets/1")).body["status"] == "resolved"
    await slack.until(lambda: "resolved" in card.text)


async def test_a_new_due_time_is_a_new_alert_and_the_old_one_is_none(slack, file, clock):
    await file(priority="high")
    clock.forward(hours=5)
    await slack.until(lambda: len(alerts_in(slack)) >= 1)

    await slack.command("prio 1 low", by=slack.olga)
    clock.forward(hours=44)

    await slack.until(lambda: len(alerts_in(slack)) >= 2)
    assert len(set(announced(slack))) == 2


async def test_a_reopened_late_ticket_is_not_announced_again(slack, file, clock, a_few_scans):
    await file()
    clock.forward(hours=5)
    await slack.until(lambda: alerts_in(slack))
    await slack.command("resolve 1", by=slack.olga)

    await slack.command("reopen 1", by=slack.olga)
    await a_few_scans()

    assert len(alerts_in(slack)) == 1


async def test_a_ticket_resolved_before_it_was_late_is_announced_after_a_reopen(slack, file, clock):
    await file()
    await slack.command("resolve 1", by=slack.olga)
    clock.forward(hours=5)

    await slack.command("reopen 1", by=slack.olga)
    # What it was resolved for does not count.
    clock.forward(hours=4, milliseconds=1)

    await slack.until(lambda: len(alerts_in(slack)) >= 1)


async def test_the_card_is_there_before_its_alert(slack, file, clock):
    card = await file()
    clock.forward(hours=5)
    [alert] = await slack.until(lambda: alerts_in(slack))

    assert card_of(slack, "T-1") is card
    assert float(card.ts) < float(alert.ts)


@impatient
async def test_a_due_time_that_comes_back_is_not_announced_again(
    slack, file, clock, program, a_few_scans
):
    await file(priority="high")
    slack.fail("chat.postMessage", Fault.cut_after())
    clock.forward(hours=30)
    await slack.until(lambda: announced(slack))
    await program.patch("/api/tickets/1", {"priority": "medium"})
    await slack.until(lambda: len(set(announced(slack))) == 2)

    await program.patch("/api/tickets/1", {"priority": "high"})
    await a_few_scans()

    assert len(announced(slack)) == 2


@impatient
@pytest.mark.parametrize("payload", [{"alerts": [{"id": 1}]}, {"ticket": {"id": 1}}], ids=str)
async def test_messages_of_other_apps_keep_no_alert_back(slack, file, clock, payload):
    card = await file()
    foreign = {"event_type": "somebody_elses", "event_payload": payload}
    slack.fail("chat.postMessage", Fault.cut_before())
    clock.forward(hours=5)
    await slack.until(lambda: len(slack.calls_of("chat.postMessage")) >= 2)

    slack.workspace.messages.append(replace(card, metadata=foreign, ts=f"{time.time():.6f}"))

    await slack.until(lambda: announced(slack))


async def test_a_ticket_full_of_words_can_still_be_resolved_and_announced(
    slack, file, clock, program, database
):
    await file()
    await database["tickets"].update_one({"number": 1}, {"$set": {"filler": "x" * 13 * 1024**2}})

    refused = await program.patch("/api/tickets/1", {"description": "one more"})
    comment = await program.post("/api/tickets/1/comments", {"message": "one more"})
    clock.forward(hours=5)
    await slack.until(lambda: announced(slack))
    resolved = await program.patch("/api/tickets/1", {"status": "resolved"})

    assert (refused.status, comment.status, resolved.status) == (409, 409, 200)
    assert "has no room for more words" in refused.body["error"]["message"]

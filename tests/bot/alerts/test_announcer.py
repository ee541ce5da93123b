"""Breach alerts: each late ticket is announced in the channel, once."""

import asyncio
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from core.people.accounts import Role, Via
from core.store.delivery.deliveries import Posted
from core.store.delivery.entries import UNPLANNED
from core.tickets import Changes, NewTicket, Priority
from core.tickets.room import CHANGES
from localslack import Fault
from tests.bot.conftest import button_names, card_of, impatient, words
from tests.support.deliveries import nothing_is_owed, nothing_is_planned


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


@pytest.fixture
def claimed(store, clock):
    """What rings now, as a process claims it: the claim, and its groups."""

    async def done():
        lease, doubt = timedelta(seconds=20), timedelta(seconds=10)
        claim = await store.alerts.claim(at=clock(), lease=lease, doubt=doubt)
        return claim, await store.alerts.groups(claim)

    return done


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


async def test_many_at_once_are_one_message(slack, program, clock, database):
    for number in range(30):
        await program.file(f"ticket {number}", priority="high")
    await slack.until(lambda: len(slack.messages("#helpdesk")) >= 30)
    await nothing_is_owed(database)
    clock.forward(hours=5)

    [alert] = await slack.until(lambda: alerts_in(slack))

    assert "30 tickets are late" in alert.text
    assert len(set(announced(slack))) == len(announced(slack)) == 30
    assert len(alert.text) < 3000
    assert "`/ticket list breached` shows how they stand now." in words(alert)


async def test_more_at_once_than_a_list_can_name_are_one_summary(
    slack, desk_url, filed_without_cards, clock, database, a_few_scans
):
    await filed_without_cards(230)
    clock.forward(hours=5)

    [alert] = await slack.until(lambda: alerts_in(slack))
    await a_few_scans(but=["cards"])

    assert "230 tickets are late" in alert.text
    assert "*T-1*" in alert.text
    [batch] = announced(slack)
    assert batch.startswith("batch-breach:")
    assert await database["tickets"].count_documents({"alert.batches.name": batch}) == 230
    await nothing_is_planned(database)
    assert len(alerts_in(slack)) == 1


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


async def test_of_very_many_only_the_most_overdue_are_fetched(store, desk, clock, claimed):
    by = (await desk.people.slack_user("U0OLGA", name="olga")).acting(Via.SLACK)
    for number in range(5):
        new = NewTicket(title=f"VPN {number}", priority=Priority.HIGH)
        await desk.open_ticket(new, by=by._replace(role=Role.AGENT))
        clock.forward(minutes=1)
    clock.forward(hours=5)

    claim, [group] = await claimed()
    lease = timedelta(seconds=20)
    first = await store.alerts.some(claim, group, lease=lease, most=2)
    await store.owed.rang(first, Posted("C", "1.0", alone=False), at=clock())
    more = await store.alerts.some(claim, group, lease=lease, most=2)

    assert group.size == 5
    assert [delivery.ticket.number for delivery in [*first, *more]] == [1, 2, 3, 4]


async def test_a_list_of_long_titles_stays_under_slacks_limit(slack, program, clock, database):
    for number in range(30):
        await program.file("&" * 190 + str(number), priority="high")
    await nothing_is_owed(database)
    clock.forward(hours=5)

    [alert] = await slack.until(lambda: alerts_in(slack))

    assert len(alert.text) < 3000


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


async def test_the_card_is_there_before_its_alert(slack, file, clock):
    card = await file()
    clock.forward(hours=5)
    [alert] = await slack.until(lambda: alerts_in(slack))

    assert card_of(slack, "T-1") is card
    assert float(card.ts) < float(alert.ts)


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


async def test_a_ticket_that_gets_more_time_after_the_claim_is_not_announced(
    store, desk, clock, claimed
):
    by = (await desk.people.slack_user("U0OLGA", name="olga")).acting(Via.SLACK)
    agent = by._replace(role=Role.AGENT)
    await desk.open_ticket(NewTicket(title="VPN", priority=Priority.HIGH), by=agent)
    clock.forward(hours=5)
    claim, [group] = await claimed()
    lease, post = timedelta(seconds=20), timedelta(seconds=10)
    some = await store.alerts.some(claim, group, lease=lease, most=9)

    await desk.change_ticket("1", Changes(priority=Priority.LOW), by=agent)

    assert len(some) == 1
    assert await store.owed.begin(some, within=post, channel="C1") == []


async def test_a_lease_is_for_the_alert_that_was_claimed(store, desk, clock, claimed, database):
    agent = (await desk.people.slack_user("U0OLGA", name="olga")).acting(Via.SLACK)
    agent = agent._replace(role=Role.AGENT)
    for title in ("VPN", "Printer"):
        await desk.open_ticket(NewTicket(title=title, priority=Priority.HIGH), by=agent)
    clock.forward(hours=5)
    claim, [group] = await claimed()
    lease, post = timedelta(seconds=20), timedelta(seconds=10)
    vpn, printer = await store.alerts.some(claim, group, lease=lease, most=9)
    await store.owed.begin([printer], within=post, channel="C1")
    assert await store.alerts.claim(at=clock(), lease=lease, doubt=timedelta()) is None

    for number in ("1", "2"):
        await desk.change_ticket(number, Changes(priority=Priority.LOW), by=agent)
    clock.forward(hours=44)

    again, [group] = await claimed()
    [vpn] = await store.alerts.some(again, group, lease=lease, most=9)
    assert vpn.ticket.number == 1
    # What is under way is not taken from whoever posts it: only its outcome tells what rang.
    await store.owed.rang([printer], Posted("C1", "1.1", alone=True), at=clock())
    again, [group] = await claimed()
    [printer] = await store.alerts.some(again, group, lease=lease, most=9)
    assert printer.ticket.number == 2
    ticket = await database["tickets"].find_one({"number": 2})
    assert [one["ts"] for one in ticket["deliveries"] if one.get("ts")] == ["1.1"]


async def test_what_follows_is_planned_though_somebody_decided_before_it_rang(
    store, desk, clock, claimed, database
):
    agent = (await desk.people.slack_user("U0OLGA", name="olga")).acting(Via.SLACK)
    agent = agent._replace(role=Role.AGENT)
    await desk.open_ticket(NewTicket(title="VPN", priority=Priority.HIGH), by=agent)
    clock.forward(hours=5)
    read = await store.tickets.get("1")
    decided, entry = read.changed({"title": "VPN is down"}, by=agent, at=clock(), sla=desk.sla)
    decided = desk.rules.planned(decided, at=clock())
    claim, [group] = await claimed()
    lease = timedelta(seconds=20)
    some = await store.alerts.some(claim, group, lease=lease, most=9)
    some = await store.owed.begin(some, within=timedelta(seconds=10), channel="C1")
    await store.owed.rang(some, Posted("C1", "1.1", alone=True), at=clock())

    # Reckoned as if it had not rung.
    assert await store.tickets.save(
        read, decided, entry, key=None, comments_too=False, room=CHANGES
    )

    ticket = await database["tickets"].find_one({})
    [planned] = [one for one in ticket["deliveries"] if one["kind"] == "alert" and "ts" not in one]
    assert planned["due"] == UNPLANNED


async def test_a_lease_for_an_alert_that_is_planned_no_more_is_no_lease_for_a_card(
    store, desk, clock, claimed
):
    agent = (await desk.people.slack_user("U0OLGA", name="olga")).acting(Via.SLACK)
    agent = agent._replace(role=Role.AGENT)
    await desk.open_ticket(NewTicket(title="VPN", priority=Priority.HIGH), by=agent)
    clock.forward(hours=5)
    await claimed()
    await desk.change_ticket("1", Changes(priority=Priority.LOW), by=agent)

    long = {"lease": timedelta(seconds=20), "doubt": timedelta(0)}
    [card] = await store.owed.claim(["alert", "card"], **long)

    assert card.kind == "card"
    assert await store.owed.claim(["alert", "card"], **long) == []
    assert await store.alerts.claim(at=clock(), **long) is None


async def test_the_wait_of_a_refused_alert_is_not_that_of_the_next(store, desk, clock, claimed):
    agent = (await desk.people.slack_user("U0OLGA", name="olga")).acting(Via.SLACK)
    agent = agent._replace(role=Role.AGENT)
    await desk.open_ticket(NewTicket(title="VPN", priority=Priority.HIGH), by=agent)
    clock.forward(hours=5)
    claim, [group] = await claimed()
    lease, wait = timedelta(seconds=20), timedelta(minutes=10)
    some = await store.alerts.some(claim, group, lease=lease, most=9)
    await store.owed.begin(some, within=timedelta(seconds=10), channel="C1")
    await store.owed.put_off(some, wait=wait, refused=True)
    assert await store.alerts.claim(at=clock(), lease=lease, doubt=timedelta()) is None

    await desk.change_ticket("1", Changes(priority=Priority.LOW), by=agent)
    clock.forward(hours=44)

    assert await store.alerts.claim(at=clock(), lease=lease, doubt=timedelta())


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

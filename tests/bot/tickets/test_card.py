"""The card in the helpdesk channel: it follows its ticket, whoever changes it and from where."""

from dataclasses import replace

import pytest

from core.people.accounts import Registration
from core.tickets import parse
from localslack import Fault
from tests.bot.conftest import card_of, rich_words, words
from tests.support.deliveries import nothing_is_owed


async def test_the_card_of_a_ticket_from_rest_appears_too(slack, program):
    await program.file("Server down", priority="high")

    card = await slack.until(lambda: card_of(slack, "T-1"))

    assert "Server down" in card.text


async def test_the_card_follows_a_change_over_rest(slack, file, program):
    card = await file()

    await program.patch("/api/tickets/1", {"status": "in_progress", "priority": "low"})

    await slack.until(lambda: "in progress" in card.text)
    assert "In progress · low priority · nobody has it · due" in words(card)
    assert len([one for one in slack.messages("#helpdesk") if not one.deleted]) == 1


async def test_the_card_shows_the_last_comment(slack, file, program):
    card = await file()

    await program.post("/api/tickets/1/comments", {"message": "We are <looking> at it"})

    await slack.until(lambda: "Robot (REST): We are <looking> at it · 1 comment" in words(card))


async def test_somebody_who_is_not_in_slack_is_told_from_who_is(slack, file, program, people):
    card = await file()
    said = {"email": "olga@example.com", "password": "correct-horse", "role": "agent"}
    await people.add(parse(Registration, said | {"name": "Olga"}))

    await program.patch("/api/tickets/1", {"assignee": "olga@example.com"})

    await slack.until(lambda: "with Olga (REST)" in card.text)
    assert "Open · high priority · Olga (REST) has it · due 2" in words(card)
    assert "· Olga (REST) has it ·" in words(await slack.command("list open", by=slack.olga))
    assert "Olga (REST): 1" in words(await slack.command("digest now", by=slack.olga))
    assert (await program.get("/api/tickets/1")).body["assignee"]["name"] == "Olga"

    await slack.command("assign 1 me", by=slack.olga)
    await slack.until(lambda: f"with <@{slack.olga.id}>" in card.text)
    assert "REST" not in words(card)


async def test_the_card_of_a_late_ticket_says_so_until_it_is_not(slack, file, clock):
    card = await file(priority="high")
    assert "· due 2" in words(card)

    clock.forward(hours=5)

    await slack.until(lambda: "T-1 VPN is down (late, open" in card.text)
    assert rich_words(card.blocks[0]).startswith(
        ":rotating_light::red_circle: T-1 VPN is down\n"
        "Open · high priority · nobody has it · late since 2026-"
    )
    assert "late since" in words(await slack.command("status 1", by=slack.ada))
    await slack.command("prio 1 low", by=slack.olga)
    await slack.until(lambda: "late" not in card.text)
    assert "· due 2" in words(card)


async def test_peoples_cards_and_urgent_ones_do_not_wait_behind_a_programs(slack, program):
    slack.fail("chat.postMessage", Fault.rate_limited(1), times=None)
    for number in range(5):
        await program.file(f"low {number}", priority="low")
    await program.file("urgent", priority="high")
    await slack.command("new low VPN is down", by=slack.ada)
    slack.heal("chat.postMessage")

    await slack.until(lambda: len(slack.messages("#helpdesk")) >= 7)
    cards = [card.text.split(" (")[0] for card in slack.messages("#helpdesk")]
    # One may have been about to be posted, and one have its turn as having waited longest.
    assert {"T-6 urgent", "T-7 VPN is down"} <= {*cards[:4]}


@pytest.mark.parametrize("priority", ["low", "high"])
async def test_who_files_very_many_holds_up_nobody_else(slack, program, caller, priority):
    ben = replace(await caller("Ben"), url=program.url)
    slack.fail("chat.postMessage", Fault.rate_limited(1), times=None)
    for number in range(30):
        await program.file(f"flood {number}", priority=priority)
    await ben.file("Mail is slow", priority="low")
    slack.heal("chat.postMessage")

    await slack.until(lambda: card_of(slack, "T-31"))
    # Of those that nobody hurries it has the next turn but one; beside what is urgent, every tenth.
    before = [card.text for card in slack.messages("#helpdesk") if "flood" in card.text]
    assert len(before) <= (6 if priority == "low" else 14)


@pytest.mark.parametrize(("verb", "what"), [("resolve", "Resolved"), ("close", "Closed")])
async def test_the_card_of_what_is_done_is_small_and_says_by_whom(slack, program, verb, what):
    await program.file("VPN is down", priority="high", description="Since nine")
    card = await slack.until(lambda: card_of(slack, "T-1"))
    assert "Since nine" in words(card)

    await slack.command(f"{verb} 1 rebooted", by=slack.olga)

    await slack.until(lambda: f"*{what}*, done by <@U0OLGA>" in words(card))
    assert rich_words(card.blocks[0]) == ":white_check_mark: T-1 VPN is down"
    kinds = [block["type"] for block in card.blocks]
    assert kinds == ["rich_text", "context", "rich_text", "actions"]
    assert "Since nine" not in words(card)
    assert "Due" not in words(card)
    assert "Since nine" in words(await slack.command("status 1", by=slack.amir))


async def test_cards_of_tickets_that_are_announced_together_say_that_they_are_late(
    slack, program, clock, database
):
    for number in range(5):
        await program.file(f"ticket {number}", priority="high")
    await slack.until(lambda: len(slack.messages("#helpdesk")) >= 5)

    await nothing_is_owed(database)
    clock.forward(hours=5)

    cards = [card_of(slack, f"T-{number}") for number in range(1, 6)]
    await slack.until(lambda: all("(late, open" in card.text for card in cards))


async def test_people_are_mentioned_on_a_card(slack, file):
    card = await file(by=slack.ada)
    assert "Filed by <@U0ADA>" in words(card)
    await slack.command("comment 1 Any news?", by=slack.ada)

    await slack.until(lambda: "<@U0ADA>: Any news? · 1 comment" in words(card))

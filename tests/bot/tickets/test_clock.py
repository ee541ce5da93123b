"""Waiting, notes, and why a ticket is due when it is due, as people in Slack meet them."""

import pytest

from core.tickets import WAITING_FOR_LENGTH
from tests.bot.conftest import card_of, words
from tests.support.deliveries import nothing_is_owed, owed


@pytest.fixture
async def filed(file):
    """Ada's ticket of high priority: due after four hours, to be answered within one."""
    return await file(by=None)


@pytest.mark.parametrize(
    ("typed", "whom"),
    [
        ("", "the requester"),
        (" requester", "the requester"),
        (" for the requester", "the requester"),
        (" @ada", "the requester"),
        (" @ben", "ben"),
        (" for Acme Networks", "Acme Networks"),
        (" Acme  <!channel>", "Acme &lt;!channel&gt;"),
    ],
)
async def test_an_agent_says_whom_a_ticket_waits_for(slack, filed, typed, whom):
    answer = await slack.command(f"hold 1{typed}", by=slack.olga)

    assert answer.text == f"T-1 is waiting for {whom}."
    card = await slack.until(lambda: card_of(slack, "T-1"))
    await slack.until(lambda: f"waiting for {whom}" in words(card))
    assert card


async def test_a_name_that_is_too_long_is_refused_in_words(slack, filed):
    answer = await slack.command(f"wait 1 {'x' * (WAITING_FOR_LENGTH + 1)}", by=slack.olga)

    assert answer.text.startswith("Whom it waits for may have at most 100 characters.")


async def test_the_requester_may_not_put_a_ticket_on_hold(slack, filed):
    answer = await slack.command("wait 1 Acme", by=slack.ada)

    assert answer.text.startswith(
        "Only agents can put tickets on hold: those on call. You can close yours."
    )


async def test_a_waiting_ticket_is_not_announced_and_the_answer_sets_its_clock_going(
    slack, filed, program, clock
):
    await slack.command("hold 1", by=slack.olga)
    clock.forward(hours=30)
    card = await slack.until(lambda: card_of(slack, "T-1"))
    await slack.until(lambda: "its clock stands still" in words(card))

    await slack.command("comment 1 Here it is", by=slack.ada)

    ticket = (await program.get("/api/tickets/1")).body
    assert (ticket["status"], ticket["sla_due"]) == ("open", "2026-03-03T19:00:00.000Z")
    assert "late" not in " ".join(message.text for message in slack.messages("#helpdesk"))
    clock.forward(hours=4, milliseconds=1)
    await slack.until(
        lambda: any("T-1 is late" in message.text for message in slack.messages("#helpdesk"))
    )


async def test_the_hold_button_waits_for_the_requester(slack, filed, program):
    await slack.command("start 1", by=slack.olga)
    card = await slack.until(
        lambda: "in progress" in card_of(slack, "T-1").text and card_of(slack, "T-1")
    )

    await slack.click(card, "wait", by=slack.olga)

    assert (await program.get("/api/tickets/1")).body["waiting_for"] == "requester"


async def test_a_note_is_seen_by_agents_and_by_nobody_else(slack, filed):
    await slack.command("comment 1 We look at it", by=slack.olga)
    answer = await slack.command("note 1 The vendor is to blame", by=slack.olga)
    await slack.command("comment 1 Any news?", by=slack.ada)
    card = await slack.until(
        lambda: "Any news?" in words(card_of(slack, "T-1")) and card_of(slack, "T-1")
    )

    to_ada = await slack.command("status 1", by=slack.ada)
    to_olga = await slack.command("status 1", by=slack.olga)

    assert (
        answer.text
        == "T-1 has your note: agents see it, and whoever else reads the desk's channel."
    )
    assert "vendor" not in words(card) + words(to_ada)
    assert "· 2 comments" in words(card)
    assert "The vendor is to blame" in words(to_olga)


async def test_a_note_moves_no_card(slack, filed, database):
    before = await slack.until(lambda: card_of(slack, "T-1"))
    await nothing_is_owed(database)

    await slack.command("note 1 The vendor is to blame", by=slack.olga)

    card = await owed(database, "card")
    assert card["wants"] == card["shows"]
    assert words(card_of(slack, "T-1")) == words(before)


async def test_requesters_keep_no_notes(slack, filed):
    answer = await slack.command("note 1 hush", by=slack.ada)

    assert answer.text.startswith(
        "Only agents can keep notes on tickets: those on call. You can comment on yours."
    )


async def test_why_tells_the_targets_and_every_span(slack, filed, clock):
    clock.forward(minutes=30)
    await slack.command("wait 1 Acme <!channel>", by=slack.olga)
    clock.forward(hours=2)
    await slack.command("start 1", by=slack.olga)
    clock.forward(hours=1)

    answer = await slack.command("why 1", by=slack.ada)

    said = words(answer)
    assert "*First response:* met; due" in said
    assert "*To be solved:* 2 h 30 min left; due" in said
    assert "2026-03-02 15:00 UTC" in said
    for span in (
        "the clock ran 30 min",
        "waited 2 h for Acme &lt;!channel&gt; (put on hold by olga)",
        "the clock ran 1 h",
        "1 h 30 min of this time count for its high priority",
    ):
        assert span in said


@pytest.mark.parametrize(("holidays", "but"), [([], ""), (["DE"], ", but not on public holidays")])
async def test_why_tells_the_business_hours_and_counts_in_them(slack, store, start, holidays, but):
    office = {"mon-thu": ["09:00-12:00", "13:00-17:00"], "fri": ["09:00-12:00"]}
    zone = {"time_zone": "Europe/Berlin", "holidays": holidays}
    async with start(business_hours=office, **zone):
        await slack.command("new medium VPN is down", by=slack.ada)

        answer = await slack.command("why 1", by=slack.ada)

    assert "*To be solved:* 24 business hours left; due" in answer.text
    assert (
        "*Business hours:* Mon-Thu 09:00-12:00 and 13:00-17:00; Fri 09:00-12:00, "
        f"Europe/Berlin time{but}\n"
    ) in answer.text + "\n"
    assert "0 business hours of this time count" in words(answer)


async def test_a_target_is_tried_in_business_hours(slack, store, start):
    async with start(business_hours={"mon-fri": ["09:00-17:00"]}):
        await slack.command("sla try medium=3d", by=slack.olga)

        [said] = await slack.until(lambda: slack.seen_by(slack.olga, "#general"))
        assert "within 72 business hours instead of 24 business hours" in said.text


async def test_why_of_a_ticket_that_waited_often_still_fits(slack, filed, clock):
    for number in range(20):
        clock.forward(minutes=1)
        await slack.command(f"wait 1 {'&' * 99}{number % 10}", by=slack.olga)

    answer = await slack.command("why 1", by=slack.olga)

    assert "9 more spans: waited 9 min" in words(answer)


async def test_another_requesters_clock_looks_like_none(slack, filed):
    answer = await slack.command("why 1", by=slack.ben)

    assert answer.text == "There is no such ticket, or it is not yours to see."


async def test_a_target_is_tried_on_the_tickets_of_the_last_90_days(slack, file, clock):
    await file("Too old to count")
    clock.forward(days=91)
    await file("Solved at once")
    await slack.command("resolve 2", by=slack.olga)
    await file("Solved after three hours")
    await file("Of another priority", priority="low")
    clock.forward(hours=3)
    await slack.command("resolve 3", by=slack.olga)
    await file("Not solved yet")

    answer = await slack.command("sla try high=2h high.response=30m", by=slack.olga)

    assert answer.body == b"", "what comes later is the only answer"
    [said] = await slack.until(lambda: answer.messages)
    assert said.text.splitlines() == [
        "4 tickets of the last 90 days:",
        "• *high*, solved within 2 h instead of 4 h: 1 missed (now 0), "
        "1 met (now 2); 1 not decided yet",
        "• *high*, answered within 30 min instead of 1 h: 1 missed (now 1), "
        "1 met (now 1); 1 not decided yet",
    ]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("sla", "Try `/ticket sla try high=2h`."),
        ("sla try", "Say which target to try"),
        ("sla try high", "“high” says no time: say high=30m, high=2h or high=3d."),
        ("sla try low=2h high=0h", "“high=0h” must be above 0 and at most 366d, such as high=2h."),
        ("sla try high=367d", "“high=367d” must be above 0 and at most 366d, such as high=2h."),
        (
            "sla try urgent=2h",
            "“urgent=2h” names no priority: say low, medium or high, such as high=2h.",
        ),
        (
            "sla try high.answer=2h",
            "“high.answer=2h” names no target: say high=2h or high.response=30m.",
        ),
        (
            "sla try high.response=2parsecs",
            "“high.response=2parsecs” says no time: "
            "say high.response=30m, high.response=2h or high.response=3d.",
        ),
    ],
)
async def test_a_target_that_is_none_is_answered_with_how_to_say_it(slack, desk_url, typed, said):
    assert (await slack.command(typed, by=slack.olga)).text.startswith(said)


async def test_only_agents_try_targets(slack, desk_url):
    answer = await slack.command("sla try high=2h", by=slack.ada)

    assert answer.text.startswith("Only agents can try other targets: those on call.")

"""Filing a ticket from Slack."""

import asyncio

import pytest

from localslack import Fault
from tests.bot.conftest import card_of, preset, words
from tests.conftest import LONGEST_WAIT


async def test_new_opens_a_form_with_the_words_as_its_title(slack, desk_url):
    await slack.command("new VPN is down", by=slack.ada)

    form = await slack.modal(by=slack.ada)

    assert form.title == "New ticket"
    assert preset(form, "title") == "VPN is down"
    assert preset(form, "priority") == "medium"


async def test_a_priority_alone_is_chosen_in_the_form(slack, desk_url):
    await slack.command("new HIGH", by=slack.ada)

    form = await slack.modal(by=slack.ada)

    assert preset(form, "priority") == "high"


@pytest.mark.parametrize("word", ["urgent", "Critical", "p1", "normal"])
async def test_a_word_that_is_no_priority_here_is_said_so_in_the_form(slack, program, word):
    await slack.command(f"new {word} fix the door", by=slack.ada)

    form = await slack.modal(by=slack.ada)
    await slack.submit(form)

    assert f"“{word}” is no priority here: choose one below." in str(form.blocks[0])
    ticket = (await program.get("/api/tickets/1")).body
    assert (ticket["title"], ticket["priority"]) == ("fix the door", "medium")


async def test_a_sent_form_becomes_a_ticket_with_a_card(slack, program):
    await slack.command("new", by=slack.ada)
    form = await slack.modal(by=slack.ada)

    sent = await slack.submit(form, title="VPN is down", description="Since nine", priority="high")

    assert sent.closed
    ticket = (await program.get("/api/tickets/T-1")).body
    assert (ticket["title"], ticket["description"]) == ("VPN is down", "Since nine")
    assert (ticket["priority"], ticket["status"]) == ("high", "open")
    assert ticket["requester"]["name"] == "ada"
    card = await slack.until(lambda: card_of(slack, "T-1"))
    assert "VPN is down" in card.text
    assert "Since nine" in words(card)


async def test_the_requester_is_told_the_number_and_when_it_is_due(slack, desk_url, clock):
    await slack.command("new", by=slack.ada)

    await slack.submit(await slack.modal(by=slack.ada), title="VPN is down", priority="high")

    told = await slack.until(lambda: slack.direct_messages(slack.ada))
    due = int(clock().timestamp()) + 4 * 3600
    assert len(told) == 1
    assert "T-1 is filed: VPN is down" in told[0].text
    assert f"'timestamp': {due}" in str(told[0].blocks)
    assert "2026" not in told[0].text


async def test_a_bad_field_is_pointed_out_beside_it(slack, desk_url):
    await slack.command("new", by=slack.ada)
    form = await slack.modal(by=slack.ada)

    sent = await slack.submit(form, title="   ", description="x", priority="low")

    assert sent.errors == {"title": "The title may not be blank."}
    assert form.is_open


async def test_complete_words_make_a_ticket_at_once(slack, program, clock):
    answer = await slack.command("new high VPN is down", by=slack.ada)

    assert "T-1 is filed: VPN is down" in answer.text
    # A notification has nobody's time zone.
    assert answer.text == "T-1 is filed: VPN is down\nIt has high priority."
    due = answer.blocks[0]["elements"][0]["elements"][-2]
    assert due["timestamp"] == int(clock().timestamp()) + 4 * 3600
    assert (await program.get("/api/tickets/1")).body["priority"] == "high"
    assert slack.seen_by(slack.ben, "#general") == []


async def test_a_title_that_is_too_long_is_filed_with_all_its_words(slack, program):
    await slack.command("new high " + "x" * 201, by=slack.ada)

    ticket = (await program.get("/api/tickets/1")).body
    assert len(ticket["title"]) <= 200
    assert ticket["description"] == "x" * 201


async def test_a_form_that_is_sent_twice_makes_one_ticket(slack, program):
    await slack.command("new", by=slack.ada)
    form = await slack.modal(by=slack.ada)
    await slack.submit(form, title="VPN is down")

    again = await slack.repeat_last()

    assert again.status == 200
    assert len((await program.get("/api/tickets")).body["items"]) == 1


async def test_the_same_request_to_two_processes_is_done_once(slack, program, start):
    first = slack.events_url
    async with start():
        second, slack.events_url = slack.events_url, first
        await slack.command("new", by=slack.ada)
        form = await slack.modal(by=slack.ada)
        await slack.submit(form, title="VPN is down")
        form_again = await slack.repeat_last(second)
        await slack.command("new high Printer on fire", by=slack.ada)
        command_again = await slack.repeat_last(second)

    assert (form_again.status, command_again.status) == (200, 200)
    items = (await program.get("/api/tickets")).body["items"]
    assert [item["title"] for item in items] == ["Printer on fire", "VPN is down"]


@pytest.mark.parametrize("counted", ["code points", "utf-16", "bytes"])
async def test_three_thousand_characters_with_emoji_arrive_whole(slack, program, counted):
    slack.count_in(counted)
    long = "🚒" * 1500 + "ä" * 1500
    await slack.command("new", by=slack.ada)

    await slack.submit(await slack.modal(by=slack.ada), title="🔥", description=long)

    assert (await program.get("/api/tickets/1")).body["description"] == long
    await slack.until(lambda: card_of(slack, "T-1"))
    await slack.command("status 1", by=slack.ada)


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (Fault.error("expired_trigger_id"), "it took longer than the three seconds"),
        (Fault.error("invalid_arguments"), "Slack refuses it (invalid_arguments)"),
        (Fault.rate_limited(1), "Slack did not answer, or was too busy"),
        (Fault.status(500), "Slack did not answer, or was too busy"),
        (Fault.cut_before(), "Slack did not answer, or was too busy"),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_a_form_that_does_not_open_says_why_and_gives_the_words_back(
    slack, desk_url, fault, why
):
    slack.fail("views.open", fault)

    await slack.command("new VPN <is> down", by=slack.ada)

    said = await slack.until(lambda: slack.seen_by(slack.ada, "#general"))
    assert said[0].text.startswith(f"The form could not be opened: {why}")
    assert "```/ticket new VPN &lt;is&gt; down```" in said[0].text


async def test_a_line_of_several_lines_is_a_title_and_a_description(slack, desk_url, program):
    await slack.command("new high: VPN is down\nSince nine\nBoth floors", by=slack.ada)

    ticket = (await program.get("/api/tickets/1")).body
    assert (ticket["title"], ticket["description"]) == ("VPN is down", "Since nine\nBoth floors")
    assert ticket["priority"] == "high"


@pytest.mark.parametrize("counted", ["code points", "utf-16"])
@pytest.mark.parametrize("typed", ["The printer on floor three " * 12, "\U0001f525" * 150])
async def test_what_is_too_long_for_a_title_is_in_the_form_all_the_same(
    slack, desk_url, typed, counted
):
    slack.count_in(counted)
    await slack.command(f"new {typed}", by=slack.ada)

    form = await slack.modal(by=slack.ada)
    assert typed.strip().replace("\U0001f525", ":fire:") in str(form.blocks)


async def test_a_sentence_that_is_no_command_is_a_new_ticket_in_a_form_that_says_so(slack, program):
    await slack.command("VPN is down again", by=slack.ada)

    form = await slack.modal(by=slack.ada)
    assert "taken for a new ticket" in str(form.blocks)
    await slack.submit(form)
    assert (await program.get("/api/tickets/1")).body["title"] == "VPN is down again"


async def test_a_requester_who_takes_no_messages_is_not_told_for_ever(slack, desk_url, database):
    slack.fail("chat.postMessage", Fault.error("cannot_dm_bot"), times=None)
    await slack.command("new", by=slack.ada)

    await slack.submit(await slack.modal(by=slack.ada), title="VPN is down")

    given_up = {"deliveries.kind": {"$ne": "receipt"}}
    async with asyncio.timeout(LONGEST_WAIT):
        while await database["tickets"].find_one(given_up) is None:
            await asyncio.sleep(0.01)

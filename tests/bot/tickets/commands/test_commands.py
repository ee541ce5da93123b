"""/ticket and its verbs: what each does to one ticket, and what it answers."""

import pytest

from tests.bot.conftest import button_names


@pytest.mark.parametrize("written", ["1", "#1", "T-1", "t-1"])
async def test_a_ticket_may_be_named_in_four_ways(slack, file, written):
    await file("VPN is down")

    answer = await slack.command(f"status {written}", by=slack.ada)

    assert answer.text.startswith("T-1 VPN is down")


async def test_status_shows_the_latest_comments(slack, file, program):
    await file()
    for number in range(5):
        await program.post("/api/tickets/1/comments", {"message": f"note {number}"})

    answer = await slack.command("status 1", by=slack.ada)

    shown = str(answer.blocks)
    assert [f"note {number}" in shown for number in range(5)] == [False, False, True, True, True]


async def test_status_without_a_ticket_lists_ones_own(slack, file):
    await file("VPN is down", by=slack.ada)
    await file("Printer on fire", by=slack.ben)

    answer = await slack.command("status", by=slack.ada)

    assert "VPN is down" in str(answer.blocks)
    assert "Printer on fire" not in str(answer.blocks)


async def test_a_comment_keeps_its_words_and_spaces(slack, file, program):
    await file()

    answer = await slack.command("comment 1 look  at <this> & that", by=slack.ada)

    assert answer.text == "T-1 has your comment."
    comments = (await program.get("/api/tickets/1")).body["comments"]
    assert [comment["message"] for comment in comments] == ["look  at <this> & that"]


async def test_priority_changes_the_due_time(slack, file, program):
    await file(priority="high")

    answer = await slack.command("prio 1 low", by=slack.olga)

    assert answer.text == "T-1 has low priority."
    assert (await program.get("/api/tickets/1")).body["sla_due"] == "2026-03-04T09:00:00.000Z"


async def test_a_wrong_priority_is_answered_with_the_right_ones(slack, file):
    await file()

    answer = await slack.command("prio 1 urgent", by=slack.olga)

    assert answer.text.startswith("The priority must be low, medium or high.")


@pytest.mark.parametrize(
    ("verb", "said", "status"),
    [
        ("hold", "is waiting for the requester", "waiting"),
        ("resolve", "is resolved", "resolved"),
        ("close", "is closed", "closed"),
    ],
)
async def test_a_verb_changes_the_status(slack, file, program, verb, said, status):
    await file()

    answer = await slack.command(f"{verb} 1", by=slack.olga)
    again = await slack.command(f"{verb} 1", by=slack.olga)

    # Whoever resolves what nobody has, has it.
    taken = " and assigned to <@U0OLGA>" if verb == "resolve" else ""
    assert answer.text == f"T-1 {said}{taken}."
    assert again.text.startswith(f"T-1 {said}")
    assert again.text.endswith("already.")
    assert (await program.get("/api/tickets/1")).body["status"] == status


async def test_starting_work_on_what_nobody_has_is_taking_it(slack, file, program):
    await file()

    answer = await slack.command("start 1", by=slack.olga)
    again = await slack.command("start 1", by=slack.amir)

    assert answer.text == "T-1 is in progress and assigned to <@U0OLGA>."
    assert again.text == "T-1 is in progress already."
    ticket = (await program.get("/api/tickets/1")).body
    assert (ticket["status"], ticket["assignee"]["name"]) == ("in_progress", "olga")


@pytest.mark.parametrize("command", ["status banana", "resolve banana", "comment banana split"])
async def test_a_word_that_is_no_ticket_is_named(slack, desk_url, command):
    answer = await slack.command(command, by=slack.olga)

    assert answer.text.startswith("“banana” is no ticket: say 42 or T-42.")


async def test_a_closed_ticket_is_reopened_by_its_requester(slack, file, program):
    await file(by=slack.ada)
    await slack.command("close 1", by=slack.ada)

    answer = await slack.command("reopen 1", by=slack.ada)

    assert answer.text == "T-1 is open."


async def test_what_the_state_does_not_allow_is_said(slack, file):
    await file()
    await slack.command("close 1", by=slack.olga)

    answer = await slack.command("start 1", by=slack.olga)

    assert answer.text == "T-1 is closed; reopen it before it can be in progress."


async def test_what_one_may_not_do_is_said_only_to_them(slack, file, program):
    await file(by=slack.ada)

    answer = await slack.command("resolve 1", by=slack.ada)

    assert answer.text == ("Only agents can resolve tickets: those on call. You can close yours.")
    assert slack.seen_by(slack.ben, "#general") == []
    assert (await program.get("/api/tickets/1")).body["status"] == "open"


@pytest.mark.parametrize("command", ["status 1", "comment 1 hello", "close 1", "status 99"])
async def test_another_requesters_ticket_looks_like_none(slack, file, command):
    await file(by=slack.ada)

    answer = await slack.command(command, by=slack.ben)

    assert answer.text.startswith("There is no such ticket, or it is not yours to see.")


async def test_words_that_would_do_nothing_are_not_swallowed(slack, file, program):
    await file()

    answer = await slack.command("claim 1 it is mine", by=slack.olga)

    assert "`claim` takes nothing but the ticket." in answer.text
    assert "`/ticket comment 1 it is mine`" in answer.text
    assert (await program.get("/api/tickets/1")).body["assignee"] is None


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("resolve 1 2 disks replaced", "resolved"),
        ("close 1 2 disks replaced", "closed"),
        ("start 1 2 disks replaced", "in_progress"),
    ],
)
async def test_words_after_a_change_are_a_comment_in_the_same_write(
    slack, file, program, database, line, status
):
    await file()
    before = (await database["tickets"].find_one({}))["version"]

    answer = await slack.command(line, by=slack.olga)
    again = await slack.command(line, by=slack.olga)

    assert "Your words are a comment of it." in answer.text
    assert "already" in again.text
    ticket = (await program.get("/api/tickets/1")).body
    assert ticket["status"] == status
    assert [comment["message"] for comment in ticket["comments"]] == ["2 disks replaced"] * 2
    document = await database["tickets"].find_one({})
    assert document["version"] == before + 1
    whats = [entry["what"] for entry in document["timeline"]]
    assert whats == ["created", "changed", "commented", "commented"]


@pytest.mark.parametrize(
    "typed", [" 1  Acme Networks", "1\u00a0Acme Networks", "1 on Acme Networks"]
)
async def test_whom_it_waits_for_is_named_after_any_blank(slack, file, program, typed):
    await file()

    answer = await slack.command(f"wait {typed}", by=slack.olga)

    assert answer.text == "T-1 is waiting for Acme Networks."


async def test_an_answer_has_the_buttons_its_reader_may_press(slack, file):
    await file(by=slack.ada)

    to_ada = await slack.command("status 1", by=slack.ada)
    to_olga = await slack.command("status 1", by=slack.olga)

    assert button_names(to_ada) == ["close", "edit"]
    assert button_names(to_olga) == ["claim", "start", "resolve", "close", "edit"]

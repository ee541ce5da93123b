"""What people do in the Home tab is done and shown there."""

import pytest

from tests.support.slack_requests import ADA, OLGA


@pytest.mark.parametrize(
    ("list", "number", "name", "after", "buttons"),
    [
        ("unassigned", 1, "claim", "open", None),
        ("queue", 2, "start", "in_progress", ["home_wait", "home_resolve", "show_all", "more"]),
        ("queue", 2, "resolve", "resolved", None),
        ("waiting", 3, "resolve", "resolved", None),
    ],
)
async def test_what_an_agent_presses_is_done_and_shown(
    slack, four, tab, database, list, number, name, after, buttons
):
    olga = await tab(slack.olga)
    if list != "queue":
        await olga.choose(list)

    await olga.press(number, name)

    ticket = await database.tickets.find_one({"number": number})
    assert ticket["status"] == after
    assert ticket["assignee"]["slack_id"] == "U0OLGA"
    assert olga.buttons(number) == buttons if buttons else number not in olga.numbers


async def test_a_requester_closes_and_reopens_in_place(slack, four, tab, database):
    ada = await tab(slack.ada)

    await ada.press(2, "close")
    closed = (await database.tickets.find_one({"number": 2}))["status"], ada.buttons(2)
    await ada.press(2, "reopen")

    assert closed == ("closed", ["home_reopen", "show_all"])
    assert ada.buttons(2) == ["home_close", "show_all"]


async def test_what_is_refused_is_said_in_the_tab_and_stays(slack, four, tab, looked):
    olga = await tab(slack.olga)
    late = olga.press_later("claim", "1", OLGA)
    await slack.command("claim 1", by=slack.amir)

    await late()
    await looked(but=["token", "channels", "names", "indexes"])

    assert olga.title == ":information_source: amir has T-1 already."
    assert olga.numbers == [2]


async def test_what_was_done_already_is_said(slack, four, tab):
    ada = await tab(slack.ada)
    late = ada.press_later("close", "2", ADA)
    await slack.command("close 2", by=slack.ada)

    await late()

    assert "T-2 is closed and <@U0OLGA> has it already; nothing was changed." in ada.title


async def test_forms_and_all_that_is_said_open_from_the_tab(slack, four, tab):
    olga = await tab(slack.olga)
    row = olga._row(2)

    whole = await slack.press(olga.view, row["block_id"], "show_all", None, by=olga.who)
    assert (await slack.modal(by=olga.who, after=whole)).title == "T-2"
    edit = row["elements"][-1]["options"][0]["value"]
    form = await slack.press(olga.view, row["block_id"], "more", edit, by=olga.who)
    assert (await slack.modal(by=olga.who, after=form)).title == "Edit T-2"


async def test_a_ticket_is_filed_from_the_tab(slack, tab, database):
    ada = await tab(slack.ada)
    assert ada.title == "*My requests*\nYou have filed no tickets. *New ticket* files one."

    answer = await slack.press(ada.view, "top", "home_new", None, by=ada.who)
    form = await slack.modal(by=ada.who, after=answer)
    await slack.submit(form, title="No light", priority="low")

    await slack.until(lambda: ada.numbers == [1])

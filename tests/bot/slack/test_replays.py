"""The same signed bytes once more, to another process or after a restart: nothing is done twice."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from bot.commands import SUBCOMMANDS
from bot.tickets.card import BUTTONS as ALL_BUTTONS
from tests.support.slack_requests import FORM, OLGA, command, form, pressed, sent

# What is said, what was said before it, and what undoes it, so that a repeat would show.
COMMANDS = {
    "new high Printer on fire": ([], []),
    "assign 1 <@U0OLGA|olga>": ([], ["assign 1 nobody"]),
    "assign 1 nobody": (["assign 1 me"], ["assign 1 me"]),
    "unassign 1": (["assign 1 me"], ["assign 1 me"]),
    "claim 1": ([], ["assign 1 nobody"]),
    "comment 1 Try it again now": ([], []),
    "note 1 The vendor is slow": ([], []),
    "prio 1 low": ([], ["prio 1 high"]),
    "start 1": ([], ["wait 1", "assign 1 nobody"]),
    "wait 1 Acme Networks": ([], ["start 1"]),
    "hold 1": ([], ["start 1"]),
    "resolve 1": ([], ["reopen 1"]),
    "close 1": ([], ["reopen 1"]),
    "reopen 1": (["close 1"], ["close 1"]),
    "ack 1": ([], ["snooze 1 2h"]),
    "snooze 1 2h": ([], ["ack 1"]),
}
BUTTONS = {
    "claim": ([], ["assign 1 nobody"]),
    "take_over": (["assign 1 <@U0AMIR>"], ["assign 1 nobody"]),
    "start": ([], ["wait 1", "assign 1 nobody"]),
    "wait": ([], ["start 1"]),
    "resolve": ([], ["reopen 1"]),
    "close": ([], ["reopen 1"]),
    "reopen": (["close 1"], ["close 1"]),
    "acknowledge": ([], ["snooze 1 2h"]),
}


@pytest.fixture
def kept(database):
    """All that the tickets hold that somebody did, and that a repeat would add to."""

    async def everything():
        fields = ("number", "status", "priority", "assignee", "waiting_for", "version")
        found = await database.tickets.find().sort("number").to_list()
        return [
            (
                *(ticket.get(field) for field in fields),
                len(ticket["timeline"]),
                [comment["message"] for comment in ticket.get("comments", ())],
                ticket.get("alert", {}).get("acknowledged"),
                ticket.get("alert", {}).get("snoozed"),
            )
            for ticket in found
        ]

    return everything


@pytest.fixture
async def told(slack, store, start, kept, clock):
    """Tells it to one process, undoes it, and tells the same bytes to that, another and a later
    one; gives what each answered."""

    async def told_again(act, before=(), after=()):
        async with AsyncExitStack() as desks:
            first = await desks.enter_async_context(start())
            second = await desks.enter_async_context(start())
            urls = [f"{address}/slack/events" for address in (first, second)]
            slack.events_url = urls[0]
            await slack.command("new medium VPN is down", by=slack.ada)
            for said in before:
                assert (await slack.command(said, by=slack.olga)).text
            at_first = await kept()
            body, headers = await act()
            answers = [await slack.send(body, headers, urls[0])]
            done = await kept()
            clock.forward(minutes=1)
            answers += [await slack.send(body, headers, url) for url in urls]
            assert await kept() == done, "at once"
            for said in after:
                assert "already" not in (await slack.command(said, by=slack.olga)).text
            undone = await kept()
            answers += [await slack.send(body, headers, url) for url in urls]
            assert await kept() == undone, "later"
        async with start():
            answers.append(await slack.send(body, headers))
            assert await kept() == undone, "after a restart"
        assert done != at_first
        return answers

    return told_again


@pytest.mark.parametrize("text", COMMANDS)
async def test_a_command_is_done_once(slack, told, text):
    async def act():
        body = _command(slack, text)
        return body, slack.signed(body) | FORM

    before, after = COMMANDS[text]
    answers = await told(act, before, after)

    assert {answer.status for answer in answers} == {200}
    first, *others = [answer.json["text"] for answer in answers]
    assert first.startswith((":ticket:", "T-1 "))
    for other in others:
        # Of the same kind: it says how the ticket stands, and complains of nothing.
        assert other.split()[:2] == first.split()[:2]
        assert "already" not in other


@pytest.mark.parametrize("name", BUTTONS)
async def test_a_press_is_done_once(slack, told, name):
    async def act():
        body = form(pressed(name, "T-1", by=OLGA, response_url=f"{slack.base_url}response/x"))
        return body, slack.signed(body) | FORM

    answers = await told(act, *BUTTONS[name])

    assert {(answer.status, answer.body) for answer in answers} == {(200, b"")}


async def test_a_choice_of_until_when_is_done_once(slack, told):
    async def act():
        payload = pressed("snooze", by=OLGA)
        payload["actions"][0]["selected_option"] = {"value": "2h T-1"}
        body = form(payload)
        return body, slack.signed(body) | FORM

    answers = await told(act, [], ["ack 1"])

    assert {(answer.status, answer.body) for answer in answers} == {(200, b"")}


async def test_a_form_is_filed_once(slack, told):
    async def act():
        body = form(sent("Printer on fire"))
        return body, slack.signed(body) | FORM

    answers = await told(act)

    assert {(answer.status, answer.body) for answer in answers} == {(200, b"")}


@pytest.mark.parametrize("text", ["digest now", "report 7d", "status 1", "list", "why 1", "help"])
async def test_what_changes_nothing_is_only_answered_again(slack, store, start, kept, text):
    async with start():
        await slack.command("new medium VPN is down", by=slack.ada)
        before, said = await kept(), len(slack.messages("#general"))
        body = _command(slack, text)
        headers = slack.signed(body) | FORM

        replies = [await slack.send(body, headers) for _ in range(2)]

    assert [reply.status for reply in replies] == [200, 200]
    assert await kept() == before
    assert len(slack.messages("#general")) == said


@pytest.mark.parametrize("text", ["new high Printer on fire", "prio 1 low", "comment 1 Again"])
async def test_twenty_at_once_to_two_processes_are_one(slack, store, start, kept, text):
    async with start() as first, start() as second:
        await slack.command("new medium VPN is down", by=slack.ada)
        body = _command(slack, text)
        headers = slack.signed(body) | FORM
        urls = [f"{address}/slack/events" for address in (first, second)] * 10

        replies = await asyncio.gather(*(slack.send(body, headers, url) for url in urls))

        assert {reply.status for reply in replies} == {200}
        assert not any(b"already" in reply.body for reply in replies)
        tickets = await kept()
    assert len(tickets) == (2 if text.startswith("new") else 1)
    assert tickets[0][6] == (1 if text.startswith("new") else 2)


async def test_an_answer_is_sent_once(slack, told, database):
    async def act():
        ticket = (await database.tickets.find_one())["_id"]
        field = {"message": {"type": "plain_text_input", "value": "On my way"}}
        view = {
            "callback_id": f"reply_to_ticket:{ticket}",
            "blocks": [{"type": "input", "block_id": "message"}],
            "state": {"values": {"message": field}},
        }
        body = form(sent(by=OLGA, view=view))
        return body, slack.signed(body) | FORM

    answers = await told(act)

    assert {(answer.status, answer.body) for answer in answers} == {(200, b"")}


async def test_every_verb_and_button_is_looked_at_here():
    harmless = {"edit", "digest", "report", "status", "list", "why", "help", "sla"}
    assert {text.split()[0] for text in COMMANDS} | harmless == set(SUBCOMMANDS)
    opens_a_form = {"reply"}
    assert set(BUTTONS) | opens_a_form == set(ALL_BUTTONS)


def _command(slack, text):
    by = {"user_id": slack.olga.id, "user_name": slack.olga.name}
    url = f"{slack.base_url}response/x"
    if text.startswith("report"):
        # Answered there, where this Slack expects nothing: the ack is what is looked at.
        url = ""
    return command(text=text, trigger_id=f"9.{text}", response_url=url, **by)

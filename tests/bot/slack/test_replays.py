"""The same signed bytes once more, to another process or after a restart: nothing is done twice."""

import asyncio
import re
from contextlib import AsyncExitStack

import pytest

from bot.subcommands import SUBCOMMANDS
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
    "start 1": ([], ["hold 1", "assign 1 nobody"]),
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
    "start": ([], ["hold 1", "assign 1 nobody"]),
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
    """Tells each to one process, undoes it, and tells the same bytes to that, another and a later
    one; gives what each answered.

    What is told is made of a ticket's number, which stands for the 1 in what is said otherwise.
    """

    async def told_again(acts):
        requests, answers = {}, {}
        async with AsyncExitStack() as desks:
            first = await desks.enter_async_context(start())
            second = await desks.enter_async_context(start())
            urls = [f"{address}/slack/events" for address in (first, second)]
            slack.events_url = urls[0]
            for name, (act, before, after) in acts.items():
                filed = await slack.command("new medium VPN is down", by=slack.ada)
                number = filed.text.removeprefix("T-").split(" ")[0]
                for said in before:
                    assert (await slack.command(_of(number, said), by=slack.olga)).text
                at_first = await kept()
                body = await act(number)
                requests[name] = body, slack.signed(body) | FORM
                answers[name] = [await slack.send(*requests[name], urls[0])]
                done = await kept()
                clock.forward(minutes=1)
                answers[name] += [await slack.send(*requests[name], url) for url in urls]
                assert await kept() == done, f"{name}, at once"
                for said in after:
                    undone = await slack.command(_of(number, said), by=slack.olga)
                    assert "already" not in undone.text, name
                undone = await kept()
                answers[name] += [await slack.send(*requests[name], url) for url in urls]
                assert await kept() == undone, f"{name}, later"
                assert done != at_first, name
        async with start():
            for name, request in requests.items():
                answers[name].append(await slack.send(*request))
                assert await kept() == undone, f"{name}, after a restart"
        return answers

    return told_again


def _of(number, said):
    return re.sub(r"\b1\b", number, said)


async def test_a_command_is_done_once(slack, told):
    def saying(text):
        async def act(number):
            return _command(slack, _of(number, text))

        return act

    told = await told({text: (saying(text), *around) for text, around in COMMANDS.items()})

    for text, answers in told.items():
        assert {answer.status for answer in answers} == {200}, text
        first, *others = [answer.json["text"] for answer in answers]
        assert first.startswith("T-"), text
        for other in others:
            # Of the same kind: it says how the ticket stands, and complains of nothing.
            assert other.split()[:2] == first.split()[:2], text
            assert "already" not in other, text


async def test_a_press_is_done_once(slack, told):
    response_url = f"{slack.base_url}response/x"

    def pressing(name):
        async def act(number):
            return form(pressed(name, f"T-{number}", by=OLGA, response_url=response_url))

        return act

    async def until_when(number):
        payload = pressed("snooze", by=OLGA)
        payload["actions"][0]["selected_option"] = {"value": f"2h T-{number}"}
        return form(payload)

    acts = {name: (pressing(name), *around) for name, around in BUTTONS.items()}
    told = await told(acts | {"snooze": (until_when, [], ["ack 1"])})

    for name, answers in told.items():
        assert {(answer.status, answer.body) for answer in answers} == {(200, b"")}, name


async def test_a_form_is_filed_once(told):
    async def act(number):
        return form(sent("Printer on fire"))

    told = await told({"form": (act, [], [])})

    assert {(answer.status, answer.body) for answer in told["form"]} == {(200, b"")}


async def test_what_changes_nothing_is_only_answered_again(slack, store, start, kept):
    async with start():
        await slack.command("new medium VPN is down", by=slack.ada)
        before, said = await kept(), len(slack.messages("#general"))
        for text in ("digest now", "report 7d", "status 1", "list", "why 1", "help"):
            body = _command(slack, text)
            headers = slack.signed(body) | FORM

            replies = [await slack.send(body, headers) for _ in range(2)]

            assert [reply.status for reply in replies] == [200, 200], text
            assert await kept() == before, text
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


async def test_an_answer_is_sent_once(told, database):
    async def act(number):
        ticket = await database.tickets.find_one({"number": int(number)})
        field = {"message": {"type": "plain_text_input", "value": "On my way"}}
        view = {
            "callback_id": f"reply_to_ticket:{ticket['_id']}",
            "blocks": [{"type": "input", "block_id": "message"}],
            "state": {"values": {"message": field}},
        }
        return form(sent(by=OLGA, view=view))

    told = await told({"reply": (act, [], [])})

    assert {(answer.status, answer.body) for answer in told["reply"]} == {(200, b"")}


async def test_every_verb_and_button_is_looked_at_here():
    harmless = {
        "edit",
        "digest",
        "report",
        "status",
        "list",
        "why",
        "help",
        "sla",
        "search",
        "tell",
        "token",
        "link",
    }
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

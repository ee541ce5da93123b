"""A message that becomes a comment of a ticket which somebody chooses."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.conversation.intake.asked import NothingSaid, read_asked
from bot.conversation.intake.fetching import message
from bot.markup.blocks import Block, plain
from bot.markup.mrkdwn import one_line, shortened
from bot.reading import reference
from bot.runtime.background import Background
from bot.slack.error_answers import Outdated, sentence, tellable
from bot.slack.receiver.workspace import Workspace
from bot.slack.replies import opened
from bot.slack.users import acting
from bot.tickets.shortcuts import OwnMessage
from core.blank_text import says_something
from core.desk import Desk
from core.desk.conversation import Said
from core.errors import DeskError, InvalidInput, MadeAlready, TicketNotFound, Unavailable
from core.people import permissions
from core.people.accounts import Actor
from core.people.permissions import Action
from core.tickets import SlackMessage, Ticket, TicketSummary, label, ticket_number
from core.tickets.finding.query import TicketQuery
from core.tickets.finding.words import asked_words, folded, words

ADD_TO_TICKET, CHOSEN = "add_to_ticket", "ticket"
_SENT = re.compile(r"\Aadd_to_ticket:([A-Z0-9]{1,50}):([0-9]{1,10}\.[0-9]{6})\Z")
# Tickets among which words are looked for, the newest of those that somebody may see, and how many
# are offered.
SEARCHED, OFFERED = 500, 20
# Characters of an option, which is Slack's limit.
_OPTION = 75


class NobodysWords(DeskError):
    """No person wrote that, so it is nobody's comment. `/ticket comment T-42 ...` adds words of
    yours."""


def register(
    app: AsyncApp, desk: Desk, background: Background, client: AsyncWebClient, workspace: Workspace
) -> None:
    @app.message_shortcut(ADD_TO_TICKET)
    async def add(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
        if body["message"].get("user", "") == workspace.bot:
            raise OwnMessage("That is a message of the desk's own, which is on its ticket already.")
        source = SlackMessage(body["channel"]["id"], body["message"]["ts"])
        await ack()
        form = _form(source, answered_at=body.get("response_url") or "")
        background.start(opened(client, body, form, respond))

    @app.options(CHOSEN)
    async def asked(ack: AsyncAck, body: dict[str, Any]) -> None:
        by = await acting(desk, body["user"])
        await ack(options=[_option(one) for one in await found(desk, body["value"], by=by)])

    @app.view(_SENT)
    async def sent(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        by, ticket = await acting(desk, body["user"]), _chosen(view)
        named = _SENT.match(view["callback_id"])
        assert named is not None  # by which Bolt found this
        chosen = await desk.ticket(ticket, by=by)
        permissions.require(by, Action.COMMENT, requester=chosen.requester)
        await ack()
        answer = AsyncRespond(response_url=view.get("private_metadata") or None)
        background.start(told(SlackMessage(*named.groups()), chosen, answer))

    async def told(source: SlackMessage, ticket: Ticket, answer: AsyncRespond) -> None:
        """Where the message is, to who chose: Slack may take its time to give it."""
        try:
            text = await _added(source, ticket)
        except Exception as error:  # noqa: BLE001 - nothing was answered yet
            text = sentence(tellable(error))
        if answer.response_url:
            await answer(response_type="ephemeral", replace_original=False, text=text)

    async def _added(source: SlackMessage, ticket: Ticket) -> str:
        if ticket.source and ticket.source[:2] == source:
            raise MadeAlready(f"{ticket.key} was made from that message.")
        found = await message(client, *source)
        asked = read_asked(found, source.channel, own=workspace.bot)
        if asked is None or not says_something(asked.text):
            raise NothingSaid("That message says nothing that could be a comment.")
        if asked.author == workspace.bot:
            raise OwnMessage("That is a message of the desk's own.")
        if asked.author is None:
            raise NobodysWords
        thread_ts, by_app = asked.thread_ts or source.ts, not asked.of_person
        said = Said(source, thread_ts, asked.author, by_app, asked.text, asked.edited, asked.files)
        where = await desk.conversation.added(said, ticket)
        if where is None:
            raise NobodysWords
        already = "" if where == ticket.key else " already"
        return f"The message is a comment of {where}{already}."


def _form(source: SlackMessage, *, answered_at: str) -> Block:
    menu: Block = {
        "type": "external_select",
        "action_id": CHOSEN,
        "min_query_length": 0,
        "placeholder": plain("Its number, or words of it"),
    }
    ticket = {"type": "input", "block_id": CHOSEN, "label": plain("Ticket"), "element": menu}
    return {
        "type": "modal",
        "callback_id": f"{ADD_TO_TICKET}:{source.channel}:{source.ts}",
        # Whoever sends it is told there what came of it; Slack takes that for half an hour.
        "private_metadata": answered_at,
        "title": plain("Add to ticket"),
        "submit": plain("Add"),
        "close": plain("Cancel"),
        "blocks": [ticket],
    }


def _chosen(view: Mapping[str, Any]) -> str:
    state = view.get("state", {}).get("values", {}).get(CHOSEN, {}).get(CHOSEN, {})
    if not (option := state.get("selected_option")):
        raise Outdated
    value: str = option["value"]
    return value


def _option(ticket: TicketSummary) -> Block:
    said = f"{ticket.key} {one_line(ticket.title, 200)} ({label(ticket.status)})"
    return {"text": plain(shortened(said, _OPTION)), "value": ticket.id}


async def found(desk: Desk, typed: str, *, by: Actor) -> list[TicketSummary]:
    """What has that number, or one that begins so; then what has words in its title that begin
    so, the newest first; then what has these words anywhere. Without a word the newest of all.
    Only what `by` may see."""
    tickets: list[TicketSummary] = []
    if named := reference(typed):
        with suppress(TicketNotFound):
            tickets.append(await desk.ticket(named, by=by))
    looked = asked_words(typed)
    number = ticket_number(named or "")
    if number:
        tickets += await desk.lookups.numbered(number, by=by, most=OFFERED)
    latest = await desk.list_tickets(TicketQuery(), by=by, limit=SEARCHED if looked else OFFERED)
    tickets += [ticket for ticket in latest if _begins_so(ticket.title, looked)]
    if looked and len(tickets) < OFFERED:
        # What was found already is offered, also while the index of words is being made.
        with suppress(InvalidInput, Unavailable):
            results = await desk.lookups.search(typed, TicketQuery(), by=by, limit=OFFERED)
            tickets += results.tickets
    return list({ticket.id: ticket for ticket in tickets}.values())[:OFFERED]


def _begins_so(title: str, looked: Sequence[str]) -> bool:
    there = [folded(word) for word in words(title)]
    return all(any(word.startswith(folded(one)) for word in there) for one in looked)

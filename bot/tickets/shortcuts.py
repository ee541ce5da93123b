"""The shortcuts by which tickets are filed: from anywhere, and from a message."""

import re
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.markup.blocks import Block, Message
from bot.markup.mrkdwn import as_said
from bot.runtime.background import Background
from bot.slack.receiver.workspace import SLACKBOT, Workspace
from bot.slack.replies import opened
from bot.slack.users import acting
from bot.tickets.card import details
from bot.tickets.form import (
    FIELD_LENGTH,
    NEW_TICKET,
    form_values,
    new_ticket_modal,
    split_title,
    units,
    within,
)
from core.desk import Desk, Origin
from core.desk.corrections import filed_or_corrected
from core.errors import DeskError
from core.idempotency import Key, digest
from core.people.accounts import Actor
from core.people.permissions import Action, can
from core.tickets import TITLE_LENGTH, NewTicket, SlackMessage, Ticket, TicketSummary, parse
from core.tickets.source import Source, Wording

CREATE_TICKET = "create_ticket"
# With the message that it is to be made from, or the parent of its thread, and whoever said it;
# and the reply itself, if it is one.
_TS = r"[0-9]{1,10}\.[0-9]{6}"
_MADE_FROM = rf"([A-Z0-9]{{1,50}}):({_TS}):([A-Z0-9]{{1,50}})(?::({_TS}))?"
# And what it said, in whose words the ticket is as long as nobody gives it others.
_SAID = rf"(?:/((?:{_TS})?)/([0-9a-f]{{12}})/([0-9a-f]{{12}}))?"
_SENT = re.compile(rf"\Acreate_ticket:{_MADE_FROM}{_SAID}\Z")
# What follows the ticket: whoever made it, and the message that it was made from.
Follow = Callable[[Ticket, Actor, SlackMessage], Coroutine[Any, Any, None]]

_CUT = "The message is longer than the form has room for; the ticket leads back to it."


class OwnMessage(DeskError):
    """That is a message of the desk's own, or in a thread of one, so it is no ticket of its own.
    `/ticket new` files one."""


def register(
    app: AsyncApp, desk: Desk, background: Background, workspace: Workspace, follow: Follow
) -> None:
    @app.global_shortcut(NEW_TICKET)
    async def new(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        background.start(opened(client, body, new_ticket_modal()))

    @app.message_shortcut(CREATE_TICKET)
    async def create(
        ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        by = await acting(desk, body["user"])
        message, channel = body["message"], body["channel"]["id"]
        ts = message.get("thread_ts") or message["ts"]
        made = await desk.tickets.threads.ticket_in_thread(channel, ts)
        if made is not None:
            told = await made_already(desk, made[0], by=by)
            await ack()
            background.start(respond(response_type="ephemeral", replace_original=False, **told))
            return
        if workspace.bot in (message.get("user"), message.get("parent_user_id", "")):
            raise OwnMessage
        await ack()
        # What a program said is for whoever wants to have something done about it.
        of_person = "bot_id" not in message and message.get("user") not in (None, SLACKBOT)
        requester = message["user"] if of_person else body["user"]["id"]
        reply = f":{message['ts']}" if ts != message["ts"] else ""
        modal = _form(message, f"{CREATE_TICKET}:{channel}:{ts}:{requester}{reply}")
        background.start(opened(client, body, modal, respond))

    @app.view(_SENT)
    async def sent(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        new = parse(NewTicket, form_values(view))
        by = await acting(desk, body["user"])
        named = _SENT.match(view["callback_id"])
        assert named is not None  # by which Bolt found this
        channel, ts, user, reply, *said = named.groups()
        requester = by if user == by.slack_id else await desk.people.slack_user(user)
        source = Source(channel, ts, workspace.link(channel, ts))
        key = Key(f"slack:view:{view['id']}", digest(new))
        wording = None if None in said else Wording(reply or ts, *said)
        origin = Origin(source, requester.person, wording)
        ticket = await filed_or_corrected(desk, new, by=by, key=key, origin=origin)
        await ack()
        background.start(follow(ticket, by, SlackMessage(channel, reply or ts)))


def _form(message: Mapping[str, Any], callback_id: str) -> Block:
    text, files = as_said(message.get("text", "")), message.get("files") or []
    title, description = split_title(text or " ".join(_named(file) for file in files[:1]))
    addresses = [file["permalink"] for file in files if file.get("permalink")]
    description = "\n".join(filter(None, (description, *addresses)))
    note = _CUT if units(description) > FIELD_LENGTH else ""
    edited = (message.get("edited") or {}).get("ts", "")
    title, description = within(title, TITLE_LENGTH), within(description, FIELD_LENGTH)
    said = "/".join(Wording.of(message["ts"], title, description, edited=edited)[1:])
    return new_ticket_modal(
        title=title, description=description, note=note, callback_id=f"{callback_id}/{said}"
    )


def _named(file: Mapping[str, Any]) -> str:
    return file.get("name") or "a file"


async def made_already(desk: Desk, made: TicketSummary, *, by: Actor) -> Message:
    """Whoever reads the message may know that somebody sees to it."""
    said = f"That message is {made.key} already."
    if not can(by, Action.SEE, requester=made.requester):
        return {"text": said}
    ticket = await desk.ticket(made.id, by=by)
    shown = details(ticket, by=by, at=desk.clock(), rules=desk.rules)
    return shown | {"text": f"{said} {shown['text']}"}

"""The form in which whoever works on a ticket answers its requester."""

import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.markup.blocks import Block, plain
from bot.markup.mrkdwn import is_nameless, name_of
from bot.runtime.background import Background
from bot.slack.users import acting
from bot.tickets.card import REPLY
from bot.tickets.form import FIELD_LENGTH, form_values, text_field
from bot.tickets.forms.opening import opens
from bot.tickets.line import title
from core.desk import Desk
from core.errors import DeskError, KeyReused
from core.idempotency import Key, digest
from core.people import permissions
from core.people.accounts import Actor
from core.people.permissions import Action
from core.tickets import NewComment, Ticket, parse

# With the ticket as the form was opened.
_SENT = re.compile(r"\Areply_to_ticket:([0-9a-f]{24})\Z")


class SentAlready(DeskError):
    """Your answer was sent already, in the words that you sent first. To say more, copy these,
    close this form and press Reply once more."""


def reply_modal(ticket: Ticket, *, by: Actor) -> Block:
    field = text_field(
        "message",
        _asked(ticket, by),
        max_length=FIELD_LENGTH,
        initial="",
        multiline=True,
        focus_on_load=True,
    )
    return {
        "type": "modal",
        "callback_id": f"reply_to_ticket:{ticket.id}",
        "title": plain("Reply"),
        "submit": plain("Send"),
        "close": plain("Cancel"),
        "blocks": [title(ticket), field],
    }


def _asked(ticket: Ticket, by: Actor) -> str:
    requester = ticket.requester
    if by.id == requester.id:
        return "More about it"
    return f"Your answer to {'the requester' if is_nameless(requester) else name_of(requester)}"


def register(app: AsyncApp, desk: Desk, background: Background) -> None:
    async def answering(reference: str, by: Actor) -> Block:
        ticket = await desk.ticket(reference, by=by)
        permissions.require(by, Action.COMMENT, requester=ticket.requester)
        return reply_modal(ticket, by=by)

    opens(app, desk, background, REPLY, answering)

    @app.view(_SENT)
    async def sent(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        by = await acting(desk, body["user"])
        named = _SENT.match(view["callback_id"])
        assert named is not None  # by which Bolt found this
        new = parse(NewComment, form_values(view))
        key = Key(f"slack:view:{view['id']}", digest(new))
        try:
            await desk.comment(named[1], new, by=by, key=key)
        except KeyReused as error:
            raise SentAlready from error
        await ack()

"""The form in which a ticket's words, and its priority, are put right."""

import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.markup.blocks import Block, context, plain
from bot.runtime.background import Background
from bot.slack.users import acting
from bot.tickets.card import EDIT
from bot.tickets.form import (
    FIELD_LENGTH,
    description_field,
    form_values,
    priority_field,
    text_field,
    units,
)
from bot.tickets.forms.opening import opens
from core.desk import Desk, Expected
from core.people.accounts import Actor
from core.people.permissions import Action, can
from core.tickets import TITLE_LENGTH, Changes, Ticket, parse

# With the ticket and its version as the form was opened.
_SENT = re.compile(r"\Aedit_ticket:([0-9a-f]{24}):([0-9]{1,10})\Z")


def edit_modal(ticket: Ticket, *, by: Actor, title: str = "") -> Block:
    """With what is there, or another title that was typed already."""
    blocks = [text_field("title", "Title", max_length=TITLE_LENGTH, initial=title or ticket.title)]
    if units(ticket.description) <= FIELD_LENGTH:
        blocks.append(description_field(ticket.description))
    else:
        blocks.append(context("Its description is too long for a form, and stays as it is."))
    if can(by, Action.PRIORITISE, requester=ticket.requester):
        blocks.append(priority_field(ticket.priority))
    return {
        "type": "modal",
        "callback_id": f"edit_ticket:{ticket.id}:{ticket.version}",
        "title": plain(f"Edit {ticket.key}"),
        "submit": plain("Save"),
        "close": plain("Cancel"),
        "blocks": blocks,
    }


def register(app: AsyncApp, desk: Desk, background: Background) -> None:
    async def edited(reference: str, by: Actor) -> Block:
        return edit_modal(await desk.ticket(reference, by=by), by=by)

    opens(app, desk, background, EDIT, edited)

    @app.view(_SENT)
    async def sent(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        by = await acting(desk, body["user"])
        named = _SENT.match(view["callback_id"])
        assert named is not None  # by which Bolt found this
        ticket, version = named.groups()
        changes = parse(Changes, form_values(view))
        expected = Expected(version=int(version))
        key = f"slack:view:{view['id']}"
        await desk.change_ticket(ticket, changes, by=by, expected=expected, key=key)
        await ack()

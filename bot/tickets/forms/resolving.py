"""The form in which a ticket is resolved with a reason, and words for its requester."""

import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.markup.blocks import Block, plain
from bot.slack.users import acting
from bot.tickets.form import FIELD_LENGTH, form_values, text_field
from bot.tickets.line import title
from core.desk import Desk
from core.errors import InvalidInput, WrongState
from core.idempotency import digest
from core.people import permissions
from core.people.accounts import Actor
from core.people.permissions import Action
from core.tickets import NewComment, Reason, Ticket, label, parse

# With the ticket as the form was opened.
_SENT = re.compile(r"\Aresolve_ticket:([0-9a-f]{24})\Z")


async def resolve_view(desk: Desk, reference: str, by: Actor) -> Block:
    ticket = await desk.ticket(reference, by=by)
    permissions.require(by, Action.RESOLVE, requester=ticket.requester)
    if ticket.status.finished:
        raise WrongState(f"{ticket.key} is {label(ticket.status)} already.")
    return _modal(ticket)


def _modal(ticket: Ticket) -> Block:
    menu = {
        "type": "static_select",
        "action_id": "reason",
        "placeholder": plain("If it matters"),
        "options": [{"text": plain(label(one).capitalize()), "value": one.value} for one in Reason],
    }
    words = text_field(
        "message",
        "Words for its requester",
        max_length=FIELD_LENGTH,
        initial="",
        optional=True,
        multiline=True,
        focus_on_load=True,
    )
    reason = {"type": "input", "block_id": "reason", "optional": True, "label": plain("Reason")}
    return {
        "type": "modal",
        "callback_id": f"resolve_ticket:{ticket.id}",
        "title": plain(f"Resolve {ticket.key}"),
        "submit": plain("Resolve"),
        "close": plain("Cancel"),
        "blocks": [title(ticket), words, reason | {"element": menu}],
    }


def register(app: AsyncApp, desk: Desk) -> None:
    @app.view(_SENT)
    async def sent(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        by = await acting(desk, body["user"])
        named = _SENT.match(view["callback_id"])
        assert named is not None  # by which Bolt found this
        values = form_values(view)
        said = values.get("message", "")
        new = parse(NewComment, {"message": said}) if said else None
        reason = _reason(values.get("reason", ""))
        key = f"slack:view:{view['id']}:{digest(new) if new else ''}:{reason or ''}"
        words = new.message if new else None
        await desk.resolve(named[1], by=by, key=key, words=words, reason=reason, goes_on=True)
        await ack()


def _reason(value: str) -> Reason | None:
    try:
        return Reason(value) if value else None
    except ValueError as error:
        raise InvalidInput({"reason": "Choose one of the reasons, or none."}) from error

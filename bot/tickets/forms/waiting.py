"""The form in which a ticket is put on hold: for whom, and until when."""

import re
from datetime import UTC, datetime, timedelta

from slack_bolt.async_app import AsyncApp

from bot.markup.blocks import Block, plain
from bot.tickets.form import text_field
from bot.tickets.forms.merging import Filled, Values, merges
from bot.tickets.line import title
from core.desk import Desk
from core.durations import duration
from core.errors import WrongState
from core.people import permissions
from core.people.accounts import Actor
from core.people.permissions import Action
from core.sla.history import REQUESTER
from core.tickets import WAITING_FOR_LENGTH, Status, Ticket, label
from core.tickets.waiting import LONGEST_WAIT

WAIT = "wait_ticket"
# The last second that the picker knows.
_LATEST = 10**10 - 1
_UNTIL = re.compile(r"(?:\A|\s+)until\s+(\S.{0,50})\Z", re.IGNORECASE)


async def wait_view(desk: Desk, reference: str, by: Actor) -> Block:
    ticket = await desk.ticket(reference, by=by)
    permissions.require(by, Action.WAIT, requester=ticket.requester)
    if ticket.status.finished:
        raise WrongState(
            f"{ticket.key} is {label(ticket.status)}; reopen it before it can be waiting."
        )
    return wait_modal(ticket, Filled.first(ticket))


def wait_modal(ticket: Ticket, filled: Filled) -> Block:
    whom = "" if ticket.waiting_for in (None, REQUESTER) else ticket.waiting_for
    until = ticket.waiting_until and int(ticket.waiting_until.timestamp())
    return {
        "type": "modal",
        "callback_id": filled.callback_id(WAIT, ticket),
        "title": plain(f"{ticket.key} waits"),
        "submit": plain("Put on hold"),
        "close": plain("Cancel"),
        "blocks": [
            title(ticket),
            *filled.marked(
                text_field(
                    "waiting_for",
                    "For whom",
                    max_length=WAITING_FOR_LENGTH,
                    initial=filled.typed.get("waiting_for", whom),
                    optional=True,
                    placeholder=plain("Its requester, until they answer"),
                ),
                _until_field(filled.typed.get("waiting_until", until)),
            ),
        ],
    }


def _until_field(until: int | None) -> Block:
    picker = {"type": "datetimepicker", "action_id": "waiting_until"}
    return {
        "type": "input",
        "block_id": "waiting_until",
        "optional": True,
        "label": plain("Until when"),
        "hint": plain("Then it goes on by itself, and its clock runs again."),
        "element": picker | ({"initial_date_time": until} if until else {}),
    }


def meant(values: Values) -> Values:
    until = values.get("waiting_until") or None
    return {
        "status": Status.WAITING,
        "waiting_for": " ".join(values.get("waiting_for", "").split()) or REQUESTER,
        "waiting_until": until and datetime.fromtimestamp(min(max(until, 0), _LATEST), UTC),
    }


def until_when(said: str, desk: Desk) -> tuple[str, datetime | None]:
    """For whom, and until when if that is said, as in Acme until tomorrow; without a time that we
    know it is all a name."""
    if (found := _UNTIL.search(said)) is None:
        return said, None
    whom, end, at = said[: found.start()], found[1].lower(), desk.clock()
    if (time := duration(end)) is not None and timedelta() < time <= LONGEST_WAIT:
        # To the second, as the form's picker has it.
        return whom, (at + time).replace(microsecond=0)
    until = desk.rules.snoozed_until(end, at=at)
    return (whom, until) if until else (said, None)


def register(app: AsyncApp, desk: Desk) -> None:
    async def modal(ticket: Ticket, by: Actor, filled: Filled) -> Block:
        return wait_modal(ticket, filled)

    merges(app, desk, WAIT, modal, meant)

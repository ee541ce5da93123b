"""The form in which a ticket is assigned, and the choice of whom."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.markup.blocks import Block, plain
from bot.markup.mrkdwn import name_of, shortened
from bot.slack.users import acting
from bot.tickets.forms.merging import Filled, Values, merges
from bot.tickets.line import title
from core.desk import Desk
from core.people import permissions
from core.people.accounts import Actor, Person
from core.people.permissions import STAFF, Action
from core.tickets import Ticket

ASSIGN, ASSIGNEE, NOBODY = "assign_ticket", "assignee", "nobody"
# Slack's limits: people that are offered, and characters of each.
OFFERED, _OPTION = 100, 75


async def assign_view(desk: Desk, reference: str, by: Actor) -> Block:
    ticket = await desk.ticket(reference, by=by)
    permissions.require(by, Action.ASSIGN, requester=ticket.requester)
    return await assign_modal(desk, ticket, Filled.first(ticket))


async def assign_modal(desk: Desk, ticket: Ticket, filled: Filled) -> Block:
    return {
        "type": "modal",
        "callback_id": filled.callback_id(ASSIGN, ticket),
        "title": plain(f"Assign {ticket.key}"),
        "submit": plain("Assign"),
        "close": plain("Cancel"),
        "blocks": [title(ticket), *filled.marked(await assignee_field(desk, ticket, filled))],
    }


async def assignee_field(desk: Desk, ticket: Ticket, filled: Filled) -> Block:
    chosen = ticket.assignee
    if (typed := filled.typed.get(ASSIGNEE)) is not None:
        account = await desk.people.account(typed) if typed != NOBODY else None
        chosen = account.person if account else None
    menu = {
        "type": "external_select",
        "action_id": ASSIGNEE,
        "min_query_length": 0,
        "initial_option": _option(chosen),
    }
    return {"type": "input", "block_id": ASSIGNEE, "label": plain("Assignee"), "element": menu}


def meant(values: Values) -> Values:
    """Where nobody was chosen, nothing is said of it: that it is nobody's is a choice."""
    fields = {name: value for name, value in values.items() if name != ASSIGNEE or value}
    return fields | ({ASSIGNEE: None} if fields.get(ASSIGNEE) == NOBODY else {})


def register(app: AsyncApp, desk: Desk) -> None:
    async def modal(ticket: Ticket, by: Actor, filled: Filled) -> Block:
        return await assign_modal(desk, ticket, filled)

    merges(app, desk, ASSIGN, modal, meant)

    @app.options(ASSIGNEE)
    async def asked(ack: AsyncAck, body: dict[str, Any]) -> None:
        by = await acting(desk, body["user"])
        found = await people(desk, body["value"]) if by.role in STAFF else []
        await ack(options=[_option(one) for one in found[:OFFERED]])


async def people(desk: Desk, typed: str) -> list[Person | None]:
    """Who may have a ticket and has all these words in their name; None is nobody."""
    words = typed.casefold().split()
    nobody = [None] if all(word in NOBODY for word in words) else []
    staff = [account.person for account in await desk.people.staff()]
    return [*nobody, *(one for one in staff if all(word in one.name.casefold() for word in words))]


def _option(person: Person | None) -> Block:
    name = shortened(name_of(person), _OPTION) if person else "Nobody"
    return {"text": plain(name), "value": person.id if person else NOBODY}

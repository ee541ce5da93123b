"""The form in which a ticket's words are put right, and for agents its priority and who has it."""

from slack_bolt.async_app import AsyncApp

from bot.markup.blocks import Block, context, plain
from bot.tickets.form import (
    FIELD_LENGTH,
    description_field,
    priority_field,
    text_field,
    units,
)
from bot.tickets.forms.assigning import assignee_field, meant
from bot.tickets.forms.merging import Filled, merges
from core.desk import Desk
from core.people import permissions
from core.people.accounts import Actor
from core.people.permissions import Action, can
from core.tickets import TITLE_LENGTH, Priority, Ticket

FORM = "edit_ticket"


async def edit_view(desk: Desk, reference: str, by: Actor, *, title: str = "") -> Block:
    """With what is there, or another title that was typed already."""
    ticket = await desk.ticket(reference, by=by)
    permissions.require(by, Action.EDIT, requester=ticket.requester)
    typed = {"title": title} if title else {}
    return await edit_modal(desk, ticket, by, Filled.first(ticket, **typed))


async def again_view(desk: Desk, value: str, by: Actor) -> Block:
    """For who filed it by a line that was read otherwise than meant: as long as the title is what
    was made of it, the form has the line, as it was typed."""
    reference, _, line = value.partition(" ")
    ticket = await desk.ticket(reference, by=by)
    filed = line.partition(" ")[2].strip() == ticket.title
    fits = filed and units(line) <= TITLE_LENGTH
    return await edit_view(desk, reference, by, title=line if fits else "")


async def edit_modal(desk: Desk, ticket: Ticket, by: Actor, filled: Filled) -> Block:
    typed = filled.typed
    # A title of signs that Slack counts twice is not to be cut by whoever changes something else.
    length = max(TITLE_LENGTH, units(ticket.title))
    title = typed.get("title", ticket.title)
    fields = [text_field("title", "Title", max_length=length, initial=title)]
    if "description" in typed or units(ticket.description) <= FIELD_LENGTH:
        fields.append(description_field(typed.get("description", ticket.description)))
    else:
        fields.append(context("Its description is too long for a form, and stays as it is."))
    if "priority" in typed or can(by, Action.PRIORITISE, requester=ticket.requester):
        fields.append(priority_field(Priority(typed.get("priority", ticket.priority))))
    if "assignee" in typed or can(by, Action.ASSIGN, requester=ticket.requester):
        fields.append(await assignee_field(desk, ticket, filled))
    return {
        "type": "modal",
        "callback_id": filled.callback_id(FORM, ticket),
        "title": plain(f"Edit {ticket.key}"),
        "submit": plain("Save"),
        "close": plain("Cancel"),
        "blocks": filled.marked(*fields),
    }


def register(app: AsyncApp, desk: Desk) -> None:
    async def modal(ticket: Ticket, by: Actor, filled: Filled) -> Block:
        return await edit_modal(desk, ticket, by, filled)

    merges(app, desk, FORM, modal, meant)

"""The menu at the end of a card: what takes a form."""

from bot.markup.blocks import Block, plain
from core.tickets import TicketSummary

MENU = "more"
_FORMS = {
    "edit": "Edit",
    "assign": "Assign",
    "wait": "Wait until",
    "resolve": "Resolve with words",
}
_OF_FINISHED = {"edit", "assign"}


def menu(ticket: TicketSummary) -> Block:
    names = [name for name in _FORMS if name in _OF_FINISHED or not ticket.status.finished]
    options = [
        {"text": plain(f"{_FORMS[name]}…"), "value": f"{name} {ticket.id}"} for name in names
    ]
    return {"type": "overflow", "action_id": MENU, "options": options}

"""What a ticket is and what may happen to it: pure decisions, no effects."""

from core.tickets.inputs import (
    DESCRIPTION_LENGTH,
    MESSAGE_LENGTH,
    TITLE_LENGTH,
    WAITING_FOR_LENGTH,
    Changes,
    NewComment,
    NewTicket,
    parse,
)
from core.tickets.status import ACTION_FOR, TRANSITIONS, Priority, Status, label
from core.tickets.ticket import (
    LARGEST_NUMBER,
    LATEST_COMMENTS,
    Comment,
    Ticket,
    TicketSummary,
    TimelineEntry,
    TrackedTicket,
    ticket_number,
)

__all__ = [
    "ACTION_FOR",
    "DESCRIPTION_LENGTH",
    "LARGEST_NUMBER",
    "LATEST_COMMENTS",
    "MESSAGE_LENGTH",
    "TITLE_LENGTH",
    "TRANSITIONS",
    "WAITING_FOR_LENGTH",
    "Changes",
    "Comment",
    "NewComment",
    "NewTicket",
    "Priority",
    "Status",
    "Ticket",
    "TicketSummary",
    "TimelineEntry",
    "TrackedTicket",
    "label",
    "parse",
    "ticket_number",
]

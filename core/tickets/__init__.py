"""What a ticket is and what may happen to it: pure decisions, no effects."""

from core.tickets.comment import Comment, SlackFile, SlackMessage, slack_time
from core.tickets.finding.numbers import LARGEST_NUMBER, ticket_number
from core.tickets.inputs import (
    DESCRIPTION_LENGTH,
    MESSAGE_LENGTH,
    SLACK_LENGTH,
    TITLE_LENGTH,
    WAITING_FOR_LENGTH,
    Changes,
    NewComment,
    NewTicket,
    SlackWords,
    parse,
)
from core.tickets.status import ACTION_FOR, TRANSITIONS, Priority, Reason, Status, label
from core.tickets.ticket import LATEST_COMMENTS, Ticket, TicketSummary, TrackedTicket
from core.tickets.timeline import TimelineEntry, What

__all__ = [
    "ACTION_FOR",
    "DESCRIPTION_LENGTH",
    "LARGEST_NUMBER",
    "LATEST_COMMENTS",
    "MESSAGE_LENGTH",
    "SLACK_LENGTH",
    "TITLE_LENGTH",
    "TRANSITIONS",
    "WAITING_FOR_LENGTH",
    "Changes",
    "Comment",
    "NewComment",
    "NewTicket",
    "Priority",
    "Reason",
    "SlackFile",
    "SlackMessage",
    "SlackWords",
    "Status",
    "Ticket",
    "TicketSummary",
    "TimelineEntry",
    "TrackedTicket",
    "What",
    "label",
    "parse",
    "slack_time",
    "ticket_number",
]

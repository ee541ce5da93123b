"""Whom a change of a ticket concerns beside whoever made it. Pure."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal, NamedTuple

from core.people.accounts import Person
from core.sla.history import REQUESTER
from core.tickets.status import Reason, Status
from core.tickets.ticket import Ticket

# To its requester: who has it, that it waits for them, and is closed soon without their
# answer, that it ended. To its assignee: that it is theirs, that it goes on after all, that its
# requester waits for an answer, that this is late soon, that what came of it was of no help.
About = Literal[
    "taken", "waits", "reminded", "ended", "yours", "reopened", "asked", "soon", "unhelpful"
]


def went_unanswered(ticket: Ticket) -> bool:
    """Whether the desk closed it, since its requester was asked and never answered."""
    paused = ticket.sla_history.paused
    by_itself = paused is not None and paused.by is None
    return by_itself and ticket.status is Status.CLOSED and ticket.reason is Reason.NO_ANSWER


class News(NamedTuple):
    about: About
    to: Person


def after_change(
    old: Ticket, new: Ticket, *, by: Person | None, said_at: datetime | None = None
) -> Iterator[News]:
    """For people in Slack alone, and never of what they did themselves; what the desk does is
    nobody's doing. Whoever took it by what they `said` long ago has not read what its requester
    said since."""
    requester, assignee, who = new.requester, new.assignee, by and by.id
    taken = assignee is not None and (old.assignee is None or old.assignee.id != assignee.id)
    if requester.slack_id and requester.id != who:
        if new.status.finished:
            if not old.status.finished:
                yield News("ended", requester)
        else:
            if taken and assignee and assignee.id != requester.id:
                yield News("taken", requester)
            if new.waiting_for == REQUESTER != old.waiting_for:
                yield News("waits", requester)
            if new.closes_at not in (None, old.closes_at):
                yield News("reminded", requester)
    unread = taken and said_at is not None and any(at > said_at for at in new.asked)
    not_theirs = assignee is not None and assignee.id != who
    if new.status.finished or not (assignee and assignee.slack_id and (not_theirs or unread)):
        return
    if taken:
        yield News("yours", assignee)
    elif old.status.finished:
        yield News("reopened", assignee)

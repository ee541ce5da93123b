"""Whom a change of a ticket concerns beside whoever made it. Pure."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from core.people.accounts import Person
from core.sla.history import REQUESTER
from core.tickets.ticket import Ticket

# To its requester: who has it, that it waits for them, that it ended. To its assignee: that it is
# theirs, that it goes on after all, that its requester waits for an answer, that this is late soon,
# that what came of it was of no help.
About = Literal["taken", "waits", "ended", "yours", "reopened", "asked", "soon", "unhelpful"]


class News(NamedTuple):
    about: About
    to: Person


def after_change(old: Ticket, new: Ticket, *, by: Person) -> Iterator[News]:
    """For people in Slack alone, and never of what they did themselves."""
    requester, assignee = new.requester, new.assignee
    taken = assignee is not None and (old.assignee is None or old.assignee.id != assignee.id)
    if requester.slack_id and requester.id != by.id:
        if new.status.finished:
            if not old.status.finished:
                yield News("ended", requester)
        else:
            if taken and assignee and assignee.id != requester.id:
                yield News("taken", requester)
            if new.waiting_for == REQUESTER != old.waiting_for:
                yield News("waits", requester)
    if new.status.finished or not (assignee and assignee.slack_id and assignee.id != by.id):
        return
    if taken:
        yield News("yours", assignee)
    elif old.status.finished:
        yield News("reopened", assignee)

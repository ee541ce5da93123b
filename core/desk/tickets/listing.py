"""Lists of tickets: those that somebody may see, a page at a time."""

from collections.abc import Sequence
from datetime import UTC
from typing import NamedTuple

from core.people import permissions
from core.people.accounts import Actor
from core.people.permissions import Action
from core.store import TicketStore
from core.store.tickets.lists import Row
from core.tickets import TicketSummary
from core.tickets.finding.query import Cursor, TicketQuery

# Tickets of a list that are counted at most.
COUNTED = 1000


class Rows(NamedTuple):
    """A page of tickets, as plain values."""

    rows: list[Row]
    # After which the next page starts; None exactly at the end.
    end: Cursor | None


class Urgent(NamedTuple):
    """So many tickets of a list, and how many there are, if that is not more than were counted."""

    tickets: list[TicketSummary]
    # Of these the first so many have a clock that runs, or were late before it stood still.
    running: int
    total: int
    counted: bool


async def rows(
    tickets: TicketStore,
    question: TicketQuery,
    *,
    by: Actor,
    limit: int,
    offset: int,
    after: Cursor | None,
) -> Rows:
    """One page, for whoever only shows it."""
    asked = theirs(question, by)
    if asked is None:
        return Rows([], None)
    found = await tickets.lists.rows(asked, limit=limit + 1, offset=offset, after=after)
    if len(found) <= limit:
        return Rows(found, None)
    last = found[limit - 1]
    at = last["updated_at"] if question.is_in_order_of_changes else last["sla_due"]
    return Rows(found[:limit], Cursor(last["number"], at.replace(tzinfo=UTC)))


async def most_urgent(
    tickets: TicketStore, question: TicketQuery, *, by: Actor, limit: int, offset: int
) -> Urgent:
    """What is late or due first; what waits, and what is finished, comes after that, the newest
    first."""
    # Of one that is late by now there is no clock that stands still.
    clocks = (True,) if question.breached_at else (True, False)
    parts = [question._replace(clock_runs=runs) for runs in clocks]
    return await in_parts(tickets, parts, by=by, limit=limit, offset=offset)


async def in_parts(
    tickets: TicketStore, parts: Sequence[TicketQuery], *, by: Actor, limit: int, offset: int
) -> Urgent:
    """What each of these asks for, one after the other; those whose clock runs come first."""
    found: list[TicketSummary] = []
    running, total, more = 0, 0, True
    for question in parts:
        if (asked := theirs(question, by)) is None:
            continue
        some: list[TicketSummary] = []
        new: list[TicketSummary] = []
        room, passed = limit - len(found), max(offset - total, 0)
        if room > 0:
            some = await tickets.lists.page(asked, limit=room, offset=passed)
            # What went from one part into the next meanwhile is there once.
            known = {ticket.id for ticket in found}
            new = [ticket for ticket in some if ticket.id not in known]
            found = [*found, *new]
        if question.clock_runs or question.breached_at or question.soon_at:
            running += len(new)
        # One that did not fill the page is counted by it.
        ends = 0 < len(some) < room or (room > 0 and not passed and not some)
        count = passed + len(some) if ends else await tickets.lists.count(asked, most=COUNTED)
        total, more = total + count, more and count < COUNTED
    return Urgent(found, running, total, counted=more)


def theirs(question: TicketQuery, by: Actor) -> TicketQuery | None:
    """Of it, what they may see; None if that is nothing."""
    own = permissions.only_of(by, Action.SEE)
    if own is None:
        return question
    return question._replace(requester=own) if question.requester in (None, own) else None

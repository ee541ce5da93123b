"""The next reply: since when a ticket's requester waits for it, and when it is due. Pure."""

from datetime import datetime, timedelta
from typing import NamedTuple

from core.sla.calendar import Calendar
from core.sla.history import SlaHistory
from core.sla.status import Deadline, deadline, due


class NextReply(NamedTuple):
    since: datetime
    due: datetime


def next_reply(
    sla_history: SlaHistory, target: timedelta | None, calendar: Calendar
) -> NextReply | None:
    """Counted from the last of what they said and nobody answered. What they say when the answer
    is late already leaves it late: who asks again does not give the desk more time.

    None if nobody waits for an answer, or once it is resolved or closed.
    """
    paused = sla_history.paused
    if target is None or (paused is not None and paused.finished):
        return None
    latest: NextReply | None = None
    for at in sorted(sla_history.asked):
        counted_until = at if paused is None else min(at, paused.since)
        if latest is not None and latest.due < counted_until:
            break
        latest = NextReply(at, due(sla_history.counted_from(at), target, calendar))
    return latest


def measured(
    sla_history: SlaHistory, reply: NextReply, calendar: Calendar, *, at: datetime
) -> Deadline:
    """How it stands: it is there as long as nobody has replied."""
    own = sla_history.counted_from(reply.since)
    return deadline(own, reply.due, calendar, at=max(at, own.latest), done_at=None)

"""What a ticket's clock shows: a pure function of its facts, its targets and the calendar.

The clock runs from the moment the ticket is filed, whenever it is open and the ticket neither
waits nor is resolved or closed. A due time that has passed is not moved by what comes later.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from core.people.accounts import Person
from core.sla.calendar import Calendar
from core.sla.history import SlaHistory
from core.sla.policy import Targets

_NONE = timedelta()


class Kind(StrEnum):
    RAN = "ran"
    OUTSIDE_HOURS = "outside_hours"
    WAITING = "waiting"
    FINISHED = "finished"


class Span(NamedTuple):
    """A stretch of a ticket's life, and whether its clock ran."""

    kind: Kind
    since: datetime
    until: datetime
    waiting_for: str | None = None
    # Who put it on hold, or resolved or closed it.
    by: Person | None = None

    @property
    def length(self) -> timedelta:
        return self.until - self.since


class Promise(NamedTuple):
    """When a ticket is to be answered and solved. While its clock stands still, that is as if
    it ran on at once. Tickets from before there were two targets promise no answer."""

    first_response: datetime | None
    resolution: datetime


class Deadline(NamedTuple):
    """How one part of the promise stands."""

    due: datetime
    # When it was done, in time or late.
    done_at: datetime | None
    # Time that is left on the clock; none if it is done or late.
    remaining: timedelta
    late: bool

    @property
    def late_since(self) -> datetime | None:
        return self.due if self.late else None


@dataclass(frozen=True)
class SlaStatus:
    at: datetime
    running: bool
    spans: tuple[Span, ...]
    first_response: Deadline | None
    resolution: Deadline
    # None where nobody waits for one, or nothing is promised.
    next_reply: Deadline | None = None


def promise(sla_history: SlaHistory, targets: Targets, calendar: Calendar) -> Promise:
    """Counted from when the ticket was filed, whatever its priority was in between."""
    return Promise(
        sla_history.response_was_due or due(sla_history, targets.first_response, calendar),
        due(sla_history, targets.resolution, calendar),
    )


def measure(
    sla_history: SlaHistory, promise: Promise, calendar: Calendar, *, at: datetime
) -> SlaStatus:
    at = max(at, sla_history.latest)
    paused = sla_history.paused
    finished_at = paused.since if paused is not None and paused.finished else None
    answer = None
    if promise.first_response is not None:
        answered_at = sla_history.first_responded_at
        answer = deadline(sla_history, promise.first_response, calendar, at=at, done_at=answered_at)
    return SlaStatus(
        at=at,
        running=paused is None and calendar.is_open(at),
        spans=tuple(_spans(sla_history, calendar, at)),
        first_response=answer,
        resolution=deadline(sla_history, promise.resolution, calendar, at=at, done_at=finished_at),
    )


def due(sla_history: SlaHistory, target: timedelta, calendar: Calendar) -> datetime:
    """When this much of the ticket's own time will have passed, cut to milliseconds."""
    begin, left = sla_history.created_at, target
    for pause in sla_history.pauses:
        ran = calendar.open_time(begin, pause.since)
        # Only where it may lie before the pause, so that no stretch of time is walked twice.
        if left <= ran or pause.until is None:
            due = calendar.after(begin, left)
            if due < pause.since or pause.until is None:
                # What comes after it has become late does not make it punctual again.
                return _cut(due)
        left -= ran
        begin = pause.until
    return _cut(calendar.after(begin, left))


def is_late(sla_history: SlaHistory, due: datetime, *, at: datetime) -> bool:
    """Late from the first moment after the due time, unless the clock stood still before it."""
    paused = sla_history.paused
    return due < (at if paused is None else paused.since)


def deadline(
    sla_history: SlaHistory,
    due: datetime,
    calendar: Calendar,
    *,
    at: datetime,
    done_at: datetime | None,
) -> Deadline:
    late = is_late(sla_history, due, at=at) if done_at is None else due < done_at
    still_to_come = done_at is None and not late
    begin = at if sla_history.paused is None else sla_history.paused.since
    return Deadline(due, done_at, calendar.open_time(begin, due) if still_to_come else _NONE, late)


def _spans(sla_history: SlaHistory, calendar: Calendar, at: datetime) -> Iterator[Span]:
    begin = sla_history.created_at
    for pause in sla_history.pauses:
        yield from _run(calendar, begin, pause.since)
        begin = pause.until or at
        kind = Kind.FINISHED if pause.finished else Kind.WAITING
        if pause.since < begin:
            yield Span(kind, pause.since, begin, pause.waiting_for, pause.by)
    yield from _run(calendar, begin, at)


def _run(calendar: Calendar, since: datetime, until: datetime) -> Iterator[Span]:
    for stretch, is_open in calendar.stretches(since, until):
        yield Span(Kind.RAN if is_open else Kind.OUTSIDE_HOURS, *stretch)


def _cut(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)

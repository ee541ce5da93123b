"""What came of the tickets of a period: how the promises were kept, and how long it took.

Pure. How long something took is told in the time that counts against its target: not what lies
outside business hours, nor what the ticket waited.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple, Self

from core.people.accounts import Person
from core.sla import Sla, SlaStatus
from core.sla.calendar import Calendar
from core.sla.simulation import Tally
from core.sla.status import Deadline, Kind, Span
from core.tickets import TrackedTicket
from core.tickets.status import Priority

_NONE = timedelta()


class Period(NamedTuple):
    """From `since` up to but not including `until`."""

    since: datetime
    until: datetime

    @classmethod
    def last(cls, days: int, *, at: datetime) -> Self:
        return cls(at - timedelta(days=days), at)

    @classmethod
    def of_dates(cls, first: date, last: date, *, zone: tzinfo) -> Self:
        """Both days and those between, as the clock on the wall has them."""
        return cls(midnight(first, zone), midnight(last + timedelta(days=1), zone))


def midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


class Done(NamedTuple):
    """How a ticket stands to one target, and in how much counted time that was done, if it was."""

    deadline: Deadline
    time: timedelta | None


class Reading(NamedTuple):
    """What a ticket adds to a report, reckoned once for all that it is counted in."""

    first_response: Done | None
    resolution: Done
    # Open time in which its clock ran, and in which it stood still for somebody.
    ran: timedelta
    waited: timedelta
    # Whether its requester found so; None if they did not say.
    helpful: bool | None = None


@dataclass
class Target:
    """How one of the two targets was kept, and in how much counted time it was done."""

    tally: Tally = field(default_factory=Tally)
    times: list[timedelta] = field(default_factory=list)

    def count(self, done: Done) -> None:
        self.tally.count(done.deadline)
        if done.time is not None:
            self.times.append(done.time)

    @property
    def met_share(self) -> float | None:
        """Of those that are decided."""
        decided = self.tally.met + self.tally.missed
        return self.tally.met / decided if decided else None

    @property
    def median(self) -> timedelta | None:
        times, count = sorted(self.times), len(self.times)
        return (times[(count - 1) // 2] + times[count // 2]) / 2 if times else None

    @property
    def nine_in_ten(self) -> timedelta | None:
        """The 90th percentile: within this time nine in ten were done."""
        return sorted(self.times)[math.ceil(0.9 * len(self.times)) - 1] if self.times else None


@dataclass
class Figures:
    tickets: int = 0
    first_response: Target = field(default_factory=Target)
    resolution: Target = field(default_factory=Target)
    ran: timedelta = _NONE
    waited: timedelta = _NONE
    # Of how many their requesters said that it was helpful, or was not.
    helpful: int = 0
    not_helpful: int = 0

    def count(self, reading: Reading) -> None:
        self.tickets += 1
        if reading.first_response is not None:
            self.first_response.count(reading.first_response)
        self.resolution.count(reading.resolution)
        self.ran += reading.ran
        self.waited += reading.waited
        self.helpful += reading.helpful is True
        self.not_helpful += reading.helpful is False

    @property
    def waiting_share(self) -> float | None:
        """How much of the open time until they were done, or until now, they waited."""
        whole = self.ran + self.waited
        return self.waited / whole if whole else None


class Report:
    """Counts, ticket by ticket; one may pause in between."""

    def __init__(self, period: Period, sla: Sla, *, at: datetime) -> None:
        self.period = period
        self.zone = sla.zone
        # Whether times are told in business hours.
        self.business = sla.hours is not None
        self.at = at
        # False if there were too many tickets to look at all of them.
        self.complete = True
        self.all = Figures()
        self.by_priority = {priority: Figures() for priority in reversed(Priority)}
        # Tickets that were filed on each day of the week, Monday first, and in each hour.
        self.load = [[0] * 24 for _ in range(7)]
        self._sla = sla
        self._people: dict[str | None, Person | None] = {}
        self._by_assignee: defaultdict[str | None, Figures] = defaultdict(Figures)

    def count(self, ticket: TrackedTicket) -> None:
        sla_status = self._sla.measure(ticket.sla_history, ticket.promise, at=self.at)
        reading = _read(sla_status, self._sla.calendar)._replace(helpful=ticket.helpful)
        person = ticket.assignee
        who = person.id if person else None
        self._people.setdefault(who, person)
        for figures in (self.all, self.by_priority[ticket.priority], self._by_assignee[who]):
            figures.count(reading)
        filed = ticket.created_at.astimezone(self.zone)
        self.load[filed.weekday()][filed.hour] += 1

    @property
    def by_assignee(self) -> list[tuple[Person | None, Figures]]:
        """Who has the most tickets comes first; None are those that nobody has."""
        found = [(self._people[who], figures) for who, figures in self._by_assignee.items()]
        return sorted(found, key=_most_tickets)


def _most_tickets(one: tuple[Person | None, Figures]) -> tuple[int, bool, str]:
    person, figures = one
    return -figures.tickets, person is None, person.name if person else ""


def _read(sla_status: SlaStatus, calendar: Calendar) -> Reading:
    ran = [span for span in sla_status.spans if span.kind is Kind.RAN]
    waited = (span for span in sla_status.spans if span.kind is Kind.WAITING)
    answer = sla_status.first_response
    return Reading(
        first_response=_done(answer, ran) if answer else None,
        resolution=_done(sla_status.resolution, ran),
        ran=_until(sla_status.at, ran),
        waited=sum((calendar.open_time(span.since, span.until) for span in waited), _NONE),
    )


def _done(deadline: Deadline, ran: Sequence[Span]) -> Done:
    return Done(deadline, _until(deadline.done_at, ran) if deadline.done_at else None)


def _until(at: datetime, ran: Sequence[Span]) -> timedelta:
    lengths = (min(span.until, at) - span.since for span in ran if span.since < at)
    return sum(lengths, _NONE)

"""What about a ticket matters to its clock, and when somebody counts as having answered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple, Self

from core.people.accounts import Actor, Person
from core.people.permissions import STAFF
from core.sla.calendar import Calendar

# Whom a ticket waits for unless somebody else is named.
REQUESTER = "requester"
# Between Slack's clock and those of the desk's processes.
CLOCKS_DIFFER = timedelta(seconds=5)
# More than anybody makes by hand: a program that changes a ticket's status to and fro does.
MOST_PAUSES = 200


class Pause(NamedTuple):
    """A time in which a ticket's clock stood still."""

    since: datetime
    # Who put it on hold, or resolved or closed it; older tickets do not say.
    by: Person | None
    # The requester, or a person or vendor by name; None if the ticket was resolved or closed.
    waiting_for: str | None = None
    until: datetime | None = None

    @property
    def finished(self) -> bool:
        return self.waiting_for is None


@dataclass(frozen=True)
class SlaHistory:
    created_at: datetime
    # One after the other; only the last one may still last.
    pauses: tuple[Pause, ...] = ()
    first_responded_at: datetime | None = None
    # When that answer was due by the promise of then, which no later change makes another one.
    response_was_due: datetime | None = None
    # When the requester said what nobody has answered.
    asked: tuple[datetime, ...] = ()

    @property
    def paused(self) -> Pause | None:
        """The pause that lasts still, if one does."""
        return self.pauses[-1] if self.pauses and self.pauses[-1].until is None else None

    @property
    def latest(self) -> datetime:
        """The latest time that is known of; the clocks of processes differ a little."""
        if not self.pauses:
            return self.created_at
        return self.pauses[-1].until or self.pauses[-1].since

    def counted_from(self, at: datetime) -> Self:
        """The same as if it had been filed then."""
        pauses = (one for one in self.pauses if one.until is None or one.until > at)
        later = tuple(one._replace(since=max(one.since, at)) for one in pauses)
        return replace(self, created_at=at, pauses=later)

    def resumed(self, at: datetime) -> Self:
        """The same with the clock running."""
        if (pause := self.paused) is None:
            return self
        ended = pause._replace(until=max(at, pause.since))
        return replace(self, pauses=(*self.pauses[:-1], ended))

    def stopped(self, at: datetime, by: Person | None, *, waiting_for: str | None) -> Self:
        """The same with the clock standing still, for this reason from now on."""
        if self.paused is not None and self.paused.waiting_for == waiting_for:
            # What was resolved and is closed now was done when it was resolved.
            return self
        running = self.resumed(at)
        pause = Pause(max(at, running.latest), by, waiting_for)
        return replace(self, pauses=(*running.pauses, pause))

    def never_finished(self, at: datetime) -> Self | None:
        """The same as if it had not been finished, since the requester, for whom it waited until
        then, said something at that time; None if it did not wait for them then."""
        before = replace(self, pauses=self.pauses[:-1])
        sooner = before.answered(at)
        return sooner if sooner and sooner.pauses[-1] != before.pauses[-1] else None

    def answered(self, at: datetime) -> Self | None:
        """The same as if the requester, for whom the clock stood still, had set it going then,
        before whatever did; None if it did not stand still for them then."""
        for number, pause in enumerate(self.pauses):
            until = max(at, pause.since)
            in_it = pause.since - CLOCKS_DIFFER <= at and pause.until and until < pause.until
            if pause.waiting_for != REQUESTER or not in_it:
                continue
            pauses = *self.pauses[:number], pause._replace(until=until), *self.pauses[number + 1 :]
            answered = self.first_responded_at
            # What was to be answered after that was due sooner, too.
            was_due = None if answered and answered > at else self.response_was_due
            return replace(self, pauses=pauses, response_was_due=was_due)
        return None

    def bounded(self, calendar: Calendar, dues: Sequence[datetime | None]) -> Self:
        """The same with its oldest pauses told as one where there are too many.

        Each due time stays what it is: the time that counted between two pauses counts before
        them instead, and two with one of these `dues` in between stay apart.
        """
        excess = len(self.pauses) - MOST_PAUSES
        if excess <= 0:
            return self
        pauses: list[Pause] = []
        for pause in self.pauses:
            last = pauses[-1] if excess > 0 and pauses else None
            if last is None or last.until is None or _apart(last.until, pause.since, dues):
                pauses.append(pause)
            else:
                pauses[-1] = _as_one(last, pause, calendar)
                excess -= 1
        return replace(self, pauses=tuple(pauses))

    def responded(self, at: datetime, *, due: datetime | None = None) -> Self:
        """The same with an answer, which was due then; the first one stands."""
        if self.first_responded_at is not None:
            return self
        return replace(self, first_responded_at=at, response_was_due=due)


def _apart(since: datetime, until: datetime, dues: Sequence[datetime | None]) -> bool:
    return any(due is not None and since <= due < until for due in dues)


def _as_one(first: Pause, second: Pause, calendar: Calendar) -> Pause:
    """Told as the longer of the two."""
    assert first.until is not None
    counted = calendar.open_time(first.until, second.since)
    since = calendar.after(first.since, counted)
    until = second.until or second.since
    longer = first if until - second.since < first.until - first.since else second
    return longer._replace(since=since, until=second.until)


def responds(by: Actor, *, requester: Person) -> bool:
    """Whether what they do is an answer: an agent's public comment or change of status."""
    return by.role in STAFF and by.id != requester.id and not by.bot

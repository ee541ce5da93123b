"""What about a ticket matters to its clock, and when somebody counts as having answered."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, Self

from core.accounts import Actor, Person
from core.rights import STAFF

# Whom a ticket waits for unless somebody else is named.
REQUESTER = "requester"


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
class Facts:
    created_at: datetime
    # One after the other; only the last one may still last.
    pauses: tuple[Pause, ...] = ()
    first_responded_at: datetime | None = None
    # When that answer was due by the promise of then, which no later change makes another one.
    response_was_due: datetime | None = None

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

    def responded(self, at: datetime, *, due: datetime | None = None) -> Self:
        """The same with an answer, which was due then; the first one stands."""
        if self.first_responded_at is not None:
            return self
        return replace(self, first_responded_at=at, response_was_due=due)


def responds(by: Actor, *, requester: Person, public: bool = True) -> bool:
    """Whether what they do is an answer: an agent's public comment or change of status."""
    return public and by.role in STAFF and by.id != requester.id and not by.bot

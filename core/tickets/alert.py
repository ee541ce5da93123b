"""What is known of a ticket's alerts: which one rings next, what rang, who put it off."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, Self

from core.people.accounts import Person

SOON, BREACH, ESCALATION = "soon", "breach", "escalation-"
# That its requester says that it cannot wait until somebody works again.
URGENT = "urgent"
# Before these, in alerts that are about the next reply.
REPLY = "reply-"
_EPOCH = datetime.fromtimestamp(0, UTC)


class Ring(NamedTuple):
    """An alert: its kind, and the time that is its own; it rings from `at` on."""

    kind: str
    due: datetime
    at: datetime

    @property
    def name(self) -> str:
        """What tells it from every other alert of its ticket."""
        return name(self.kind, self.due)


def name(kind: str, due: datetime) -> str:
    return f"{kind}:{milliseconds(due)}"


def milliseconds(at: datetime) -> int:
    """Since 1970, cut as BSON cuts: a name is the same before and after it was kept."""
    return (at - _EPOCH) // timedelta(milliseconds=1)


class Silence(NamedTuple):
    """Somebody acknowledged or snoozed an alert, until then."""

    by: Person
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Alert:
    """A ticket's alerts."""

    # The next to ring, as it was planned last; None if there is none, or none was planned yet.
    ring: Ring | None = None
    # The names of all that rang, and the latest of them with the time at which it did.
    rang: frozenset[str] = frozenset()
    latest: Ring | None = None
    acknowledged: Silence | None = None
    snoozed: Silence | None = None
    # When its requester said that it is urgent, which they do once.
    urgent: datetime | None = None

    def silenced(
        self, *, acknowledged: Silence | None = None, snoozed: Silence | None = None
    ) -> Self:
        """The same put off by the one or the other."""
        return replace(self, acknowledged=acknowledged, snoozed=snoozed)

    def heard(self) -> Self:
        """The same with nobody putting anything off."""
        return self.silenced()

    def moved(self, before: datetime, after: datetime) -> Self:
        """The same for a due time that turns out to be another one: what rang does not again."""
        kinds = [one.rpartition(":")[0] for one in self.rang]
        rang = (kind for kind in kinds if name(kind, before) in self.rang)
        again = (name(kind, after) for kind in rang if not kind.startswith(REPLY))
        return replace(self, rang=self.rang.union(again))

    def in_force(self, silence: Silence | None) -> bool:
        """Whether nothing has rung since its time was over."""
        return silence is not None and (self.latest is None or self.latest.at < silence.until)


NONE = Alert()

"""The clock of a ticket: what is promised, when time counts, what stops it. Pure throughout."""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from core.sla.calendar import ALWAYS, Calendar
from core.sla.history import Facts
from core.sla.policy import Policy
from core.sla.status import Promise, Reckoning, promise, reckon

__all__ = ["ALWAYS", "Calendar", "Facts", "Policy", "Promise", "Reckoning", "Sla"]


@dataclass(frozen=True)
class Sla:
    """What is promised, and when time counts. Priorities go by their names here."""

    policy: Policy
    calendar: Calendar = ALWAYS
    # Whose clock on the wall is meant where days and hours are named.
    zone: tzinfo = UTC
    # The business hours in words; None if there are none.
    hours: str | None = None

    def promise(self, priority: str, facts: Facts) -> Promise:
        return promise(facts, self.policy[priority], self.calendar)

    def reckon(self, facts: Facts, promise: Promise, *, at: datetime) -> Reckoning:
        """Of what was promised, which need not be what would be promised now."""
        return reckon(facts, promise, self.calendar, at=at)

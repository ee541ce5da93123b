"""The clock of a ticket: what is promised, when time counts, what stops it. Pure throughout."""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from core.sla.calendar import ALWAYS, Calendar
from core.sla.history import SlaHistory
from core.sla.policy import Policy
from core.sla.status import Promise, SlaStatus, measure, promise

__all__ = ["ALWAYS", "Calendar", "Policy", "Promise", "Sla", "SlaHistory", "SlaStatus"]


@dataclass(frozen=True)
class Sla:
    """What is promised, and when time counts. Priorities go by their names here."""

    policy: Policy
    calendar: Calendar = ALWAYS
    # Whose clock on the wall is meant where days and hours are named.
    zone: tzinfo = UTC
    # The business hours in words; None if there are none.
    hours: str | None = None

    def promise(self, priority: str, sla_history: SlaHistory) -> Promise:
        return promise(sla_history, self.policy[priority], self.calendar)

    def measure(self, sla_history: SlaHistory, promise: Promise, *, at: datetime) -> SlaStatus:
        """Of what was promised, which need not be what would be promised now."""
        return measure(sla_history, promise, self.calendar, at=at)

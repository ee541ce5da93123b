"""The clock of a ticket: what is promised, when time counts, what stops it. Pure throughout."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from core.sla.calendar import ALWAYS, Calendar
from core.sla.history import SlaHistory
from core.sla.policy import Policy
from core.sla.replies import measured, next_reply
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

    def explain(
        self, priority: str, sla_history: SlaHistory, promise: Promise, *, at: datetime
    ) -> SlaStatus:
        """Likewise, with the next reply, which is promised as the settings are now."""
        sla_status = self.measure(sla_history, promise, at=at)
        reply = next_reply(sla_history, self.policy[priority].next_reply, self.calendar)
        if reply is None:
            return sla_status
        stands = measured(sla_history, reply, self.calendar, at=at)
        return replace(sla_status, next_reply=stands)

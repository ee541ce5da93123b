"""When a ticket is due, and whether it is late: pure, and the only place that knows."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.tickets import Priority

Clock = Callable[[], datetime]


def utcnow() -> datetime:
    """Now, cut to milliseconds: BSON keeps no more."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


class Sla:
    """The hours within which a ticket of each priority is to be resolved."""

    def __init__(self, hours: "Mapping[Priority, float]") -> None:
        self._time = {priority: timedelta(hours=given) for priority, given in hours.items()}

    def due(self, priority: "Priority", *, created_at: datetime) -> datetime:
        """Counted from when the ticket was filed, whatever its priority was in between."""
        due = created_at + self._time[priority]
        return due.replace(microsecond=due.microsecond // 1000 * 1000)


def is_breached(breaches_at: datetime | None, *, at: datetime) -> bool:
    """Late from the first moment after the due time; a resolved or closed ticket never is."""
    return breaches_at is not None and breaches_at < at

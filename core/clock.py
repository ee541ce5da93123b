"""What time it is, and whether that is too late. When a ticket is due is core/sla's to say."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]


def utcnow() -> datetime:
    """Now, cut to milliseconds: BSON keeps no more."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def is_breached(breaches_at: datetime | None, *, at: datetime) -> bool:
    """Late from the first moment after the due time; a resolved or closed ticket never is."""
    return breaches_at is not None and breaches_at < at


def in_whole_milliseconds(time: timedelta) -> timedelta:
    """One at least: what is reckoned from it is the same before and after BSON kept it."""
    millisecond = timedelta(milliseconds=1)
    return max(time // millisecond, 1) * millisecond

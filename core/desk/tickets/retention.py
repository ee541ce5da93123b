"""Closed tickets go when their time is over."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from core.clock import Clock, in_whole_milliseconds
from core.store.tickets.retention import RetentionStore

log = structlog.get_logger("desk")

# Tickets of one portion, and seconds between two looks.
AT_ONCE, PORTIONS = 100, 60.0


@dataclass
class Retention:
    store: RetentionStore
    clock: Clock
    # After they were closed.
    days: float
    # Hears that there may be more.
    more: Callable[[], None] = field(default=lambda: None, init=False)

    async def remove(self) -> None:
        """A portion of those that were closed longer ago than they are kept: each once, whichever
        process looks."""
        before = self.clock() - in_whole_milliseconds(timedelta(days=self.days))
        if gone := await self.store.remove(closed_before=before, limit=AT_ONCE):
            log.info("closed tickets removed", tickets=gone, closed_before=before.isoformat())
        if gone == AT_ONCE:
            self.more()

"""Closed tickets go when their time is over."""

from collections.abc import Callable
from datetime import timedelta

import structlog

from core.clock import Clock, in_whole_milliseconds
from core.store.tickets.retention import RetentionStore

log = structlog.get_logger("desk")

# Tickets of one portion, and seconds between two looks.
AT_ONCE, PORTIONS = 100, 60.0


class Retention:
    def __init__(self, store: RetentionStore, clock: Clock, days: float) -> None:
        """`days`: for which a closed ticket is kept."""
        self._store = store
        self._clock = clock
        self._kept = in_whole_milliseconds(timedelta(days=days))
        # Hears that there may be more.
        self.more: Callable[[], None] = lambda: None

    async def remove(self) -> None:
        """A portion of those that were closed longer ago than they are kept: each once, whichever
        process looks."""
        before = self._clock() - self._kept
        if gone := await self._store.remove(closed_before=before, limit=AT_ONCE):
            log.info("closed tickets removed", tickets=gone, closed_before=before.isoformat())
            self.more()

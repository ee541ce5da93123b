"""One message per second and channel, with a short burst allowed."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic


class RateLimit:
    """Real time on purpose: a client that was told to wait waits really."""

    def __init__(self, *, burst: int = 3, clock: Callable[[], float] = monotonic) -> None:
        self.burst = burst
        self._clock = clock
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, channel: str) -> bool:
        """Whether one more message may go to the channel now."""
        now = self._clock()
        left, since = self._left.get(channel, (float(self.burst), now))
        left = min(float(self.burst), left + now - since)
        self._left[channel] = (left - 1 if left >= 1 else left, now)
        return left >= 1

"""How many calls there may be in how much time: by default a message a second, in short bursts."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic


class RateLimit:
    """Real time unless told otherwise: a client that was told to wait waits really."""

    def __init__(
        self, *, burst: int = 3, seconds: float = 1.0, clock: Callable[[], float] = monotonic
    ) -> None:
        """One more each so many `seconds`, for each of what is limited."""
        self.burst = burst
        self._seconds = seconds
        self._clock = clock
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, what: str) -> bool:
        """Whether there may be one more now."""
        now = self._clock()
        left, since = self._left.get(what, (float(self.burst), now))
        left = min(float(self.burst), left + (now - since) / self._seconds)
        self._left[what] = (left - 1 if left >= 1 else left, now)
        return left >= 1

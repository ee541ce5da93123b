"""How often somebody may ask in a window, of all processes together.

Asking costs MongoDB nothing most of the time: each process is given lots. While MongoDB does not
answer, what is left of them is handed out, and then nobody is let through: what cannot be counted
is not allowed, and nearly all of it would fail anyway.
"""

import asyncio
import math
from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from core.clock import Clock
from core.settings.rates import Rate
from core.store.limits.lots import LotStore

# Of whom it is remembered, in this process, what they may still ask for.
MOST = 10_000


class Standing(NamedTuple):
    """Whether one more is allowed, how many are left after it, and when there are more: seconds."""

    allowed: bool
    left: int
    resets: int


@dataclass(slots=True, eq=False)
class _Purse:
    """What a process has for somebody in a window, and what was left for others."""

    window: int
    has: int = 0
    elsewhere: int = 0
    empty: bool = False
    drawing: asyncio.Task[None] | None = None


class Allowances:
    def __init__(self, kind: str, rate: Rate, lots: LotStore, clock: Clock) -> None:
        """`kind`: of whom, such as account."""
        self.kind = kind
        self.rate = rate
        self._lots = lots
        self._clock = clock
        self._purses: OrderedDict[str, _Purse] = OrderedDict()

    async def take(self, whose: str) -> Standing:
        """Raises Unavailable if it has to ask MongoDB, and this does not answer."""
        now = self._clock().timestamp()
        window = int(now // self.rate.seconds)
        purse = self._purses.get(whose)
        if purse is None or purse.window != window:
            purse = self._opened(whose, window)
        while not (purse.has or purse.empty):
            if purse.drawing is None:
                purse.drawing = asyncio.create_task(self._draw(whose, purse))
                purse.drawing.add_done_callback(_heard)
            # Whoever hangs up does not take it away from those who wait along.
            await asyncio.shield(purse.drawing)
        resets = math.ceil((window + 1) * self.rate.seconds - now)
        if purse.empty and not purse.has:
            return Standing(False, 0, resets)
        purse.has -= 1
        return Standing(True, purse.has + purse.elsewhere, resets)

    def is_out(self, whose: str) -> bool:
        """Whether nothing is left for them, as far as this process was told."""
        purse = self._purses.get(whose)
        window = int(self._clock().timestamp() // self.rate.seconds)
        return purse is not None and purse.window == window and purse.empty and not purse.has

    def _opened(self, whose: str, window: int) -> _Purse:
        self._purses.pop(whose, None)
        if len(self._purses) >= MOST:
            # It is asked about again, and what was left of its lot is lost.
            self._purses.popitem(last=False)
        self._purses[whose] = purse = _Purse(window)
        return purse

    async def _draw(self, whose: str, purse: _Purse) -> None:
        try:
            lot = await self._lots.draw(
                f"{self.kind} {whose} {purse.window}",
                of=self.rate.count,
                lasts=timedelta(seconds=self.rate.seconds),
            )
        finally:
            purse.drawing = None
        purse.has, purse.elsewhere = lot.size, lot.left
        purse.empty = not lot.size


def _heard(task: asyncio.Task[None]) -> None:
    """Nobody may wait for it any more: then its failure is nobody's."""
    if not task.cancelled():
        task.exception()

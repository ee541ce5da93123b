"""Asks the same thing over and over from many at once, and sums up how long it took."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from statistics import quantiles

AT_ONCE = 32


@dataclass(frozen=True)
class Figures:
    per_second: float
    # Milliseconds.
    p50: float
    p99: float


async def timed(ask: Callable[[int], Awaitable[None]], *, seconds: float) -> Figures:
    """`ask` gets the number of the asker, from 0 to AT_ONCE - 1, who waits for each answer."""
    took: list[float] = []
    start = time.perf_counter()

    async def keep_asking(asker: int) -> None:
        while (begin := time.perf_counter()) < start + seconds:
            await ask(asker)
            took.append(time.perf_counter() - begin)

    await asyncio.gather(*(keep_asking(asker) for asker in range(AT_ONCE)))
    cuts = [cut * 1000 for cut in quantiles(took, n=100)]
    return Figures(len(took) / (time.perf_counter() - start), p50=cuts[49], p99=cuts[98])

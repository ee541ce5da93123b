"""32 callers over HTTP, who wait for each answer, at the least cost to the machine."""

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import quantiles
from typing import cast

from bench.timing import AT_ONCE, Figures

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
# Gets the caller's number, from 0 to AT_ONCE - 1, and gives a whole request.
Next = Callable[[int], bytes]


@dataclass
class Load:
    next: Next
    until: float
    took: list[float] = field(default_factory=list)
    bad: bytes = b""


class _Caller(asyncio.Protocol):
    def __init__(self, number: int, load: Load) -> None:
        self._number = number
        self._load = load
        self._read = bytearray()
        self._whole = 0
        self._asked_at = 0.0
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._ask()

    def _ask(self) -> None:
        self._transport.write(self._load.next(self._number))
        self._asked_at = time.perf_counter()

    def data_received(self, data: bytes) -> None:
        self._read += data
        if not self._whole:
            end = self._read.find(b"\r\n\r\n")
            if end < 0:
                return
            found = _LENGTH.search(self._read, 0, end + 2)
            self._whole = end + 4 + (int(found[1]) if found else 0)
        if len(self._read) < self._whole:
            return
        now = time.perf_counter()
        if not self._read.startswith(b"HTTP/1.1 2"):
            self._load.bad = bytes(self._read)
        self._load.took.append(now - self._asked_at)
        self._read.clear()
        self._whole = 0
        if now < self._load.until and not self._load.bad:
            self._ask()
        else:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._whole or self._read or exc:
            self._load.bad = self._load.bad or b"The connection was closed."
        self.done.set_result(None)


async def loaded(port: int, next: Next, *, seconds: float) -> Figures:
    """Raises RuntimeError at the first answer that is no success."""
    loop, start = asyncio.get_running_loop(), time.perf_counter()
    load = Load(next, until=start + seconds)
    callers = [_Caller(number, load) for number in range(AT_ONCE)]
    for caller in callers:
        await loop.create_connection(lambda caller=caller: caller, "127.0.0.1", port)
    await asyncio.gather(*(caller.done for caller in callers))
    if load.bad:
        raise RuntimeError(load.bad.decode(errors="replace")[:1000])
    cuts = [cut * 1000 for cut in quantiles(load.took, n=100)]
    passed = time.perf_counter() - start
    return Figures(len(load.took) / passed, p50=cuts[49], p99=cuts[98])

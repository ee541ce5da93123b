"""How long, and for how many strangers at once, our servers wait.

All servers of the process share one of these, as they share its files and its memory.
"""

import asyncio
import sys
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol
from weakref import WeakSet

import structlog

from core.metrics import LIMITS_HIT

if sys.platform != "win32":
    import resource

log = structlog.get_logger("api")

MOST = 1000
# Files that connections leave to others: 100 connections to MongoDB at most, those to Slack, and
# what is accepted in one go before the first of it can be closed.
OTHER_FILES = 256
# Seconds that lie between two lines of the log about the same trouble.
QUIET = 60


@dataclass(frozen=True)
class Limits:
    """Seconds that we wait for a stranger, and what one may have us keep meanwhile."""

    # From connecting, or from a request's first byte, until its headers are complete.
    headers: float = 10
    # Between an answer and the next request: longer than the 60 for which proxies usually keep a
    # connection, so that it is they who close it and no request crosses with that.
    idle: float = 75
    # From the headers until the whole body is here. Handlers give up earlier, with an answer.
    body: float = 20
    # Since the last piece of an answer was taken.
    unread: float = 30
    header_bytes: int = 32 * 1024
    # What all together have not taken yet of their answers.
    unread_bytes: int = 16 * 1024 * 1024
    most: int = MOST


class Stranger(Protocol):
    """One connection."""

    @property
    def unsent(self) -> int:
        """Bytes of answers that were not taken yet."""

    def overdue(self, now: float) -> bool: ...

    def cut(self) -> None:
        """Closes it at once, and tells that it is closed."""


class Connections:
    """All of them; where there are too many, those go that have kept us waiting longest."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._open: set[Stranger] = set()
        # Accepted, but not connected yet. Some never will be, and nobody says so.
        self._coming: WeakSet[Stranger] = WeakSet()
        # Those whose next move is the stranger's, and those who do not take their answer: the
        # longest waiting first.
        self._waiting: OrderedDict[Stranger, None] = OrderedDict()
        self._unread: OrderedDict[Stranger, None] = OrderedDict()
        self._full = _Trouble("too many connections: those that wait longest are closed")
        self._malformed = _Trouble("requests refused that are no valid HTTP")

    def coming(self, stranger: Stranger) -> None:
        """It is about to be accepted: now is the time to make room."""
        while len(self._open) + len(self._coming) >= self.limits.most and self._waiting:
            self._give_way(next(iter(self._waiting)))
        self._coming.add(stranger)

    def opened(self, stranger: Stranger) -> None:
        self._coming.discard(stranger)
        self._open.add(stranger)
        if len(self._open) > self.limits.most:
            self._give_way(next(iter(self._waiting or self._unread), stranger))
        if stranger in self._open:
            self.waits(stranger)

    def closed(self, stranger: Stranger) -> None:
        self._open.discard(stranger)
        self._waiting.pop(stranger, None)
        self._unread.pop(stranger, None)

    def waits(self, stranger: Stranger, *, anew: bool = False) -> None:
        """The next move is the stranger's; `anew` if the last one was, too."""
        if stranger in self._open:
            self._waiting.setdefault(stranger)
            if anew:
                self._waiting.move_to_end(stranger)

    def works(self, stranger: Stranger) -> None:
        """The next move is ours."""
        self._waiting.pop(stranger, None)

    def reads_slowly(self, stranger: Stranger) -> None:
        """It has more to take than the system keeps for it."""
        self._unread[stranger] = None
        unsent = sum(each.unsent for each in self._unread)
        for each in list(self._unread):
            if unsent <= self.limits.unread_bytes:
                return
            if each is not stranger:
                unsent -= each.unsent
                each.cut()

    def has_read(self, stranger: Stranger) -> None:
        self._unread.pop(stranger, None)

    def malformed(self) -> None:
        """A request was refused before anybody could read it."""
        self._malformed.happened(_now())

    def look(self) -> None:
        """Closes those whose time is up."""
        now = _now()
        for stranger in [each for each in self._open if each.overdue(now)]:
            stranger.cut()
        self._full.tell(now)
        self._malformed.tell(now)

    def _give_way(self, stranger: Stranger) -> None:
        LIMITS_HIT.count("connections")
        self._full.happened(_now(), limit=self.limits.most)
        stranger.cut()


class _Trouble:
    """Counted, and told at once and then once a minute: never a line for each."""

    def __init__(self, said: str) -> None:
        self._said = said
        self._count = 0
        self._more: dict[str, int] = {}
        self._told_at = -float("inf")

    def happened(self, now: float, **more: int) -> None:
        self._count += 1
        self._more = more
        self.tell(now)

    def tell(self, now: float) -> None:
        if self._count and now - self._told_at >= QUIET:
            log.warning(self._said, count=self._count, **self._more)
            self._count = 0
            self._told_at = now


@asynccontextmanager
async def watched_connections(limits: Limits | None = None) -> AsyncIterator[Connections]:
    connections = Connections(limits or Limits(most=_most()))
    watch = asyncio.create_task(_watch(connections))
    try:
        yield connections
    finally:
        watch.cancel()


async def _watch(connections: Connections) -> None:
    limits = connections.limits
    shortest = min(limits.headers, limits.idle, limits.body, limits.unread)
    while True:
        await asyncio.sleep(min(1, shortest / 4))
        connections.look()


def _most() -> int:
    """Fewer where the process may not open as many files."""
    if sys.platform == "win32":
        return MOST
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:
        return MOST
    return max(1, min(MOST, files - min(OTHER_FILES, files // 2)))


def _now() -> float:
    return asyncio.get_running_loop().time()

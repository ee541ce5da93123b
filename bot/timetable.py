"""When things are done again and again: `schedule` says when, our own event loop does them."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from contextvars import Context

import schedule
import structlog

from core.errors import Unavailable

log = structlog.get_logger("bot")
Work = Callable[[], Awaitable[None]]


class Job:
    """Never runs twice at once. Woken while it runs, it runs once more when it has ended."""

    def __init__(self, name: str, work: Work) -> None:
        self._name = name
        self._work = work
        self._again = False
        self._running: asyncio.Task[None] | None = None

    def wake(self) -> None:
        self._again = True
        if self._running is None:
            # In a context of its own: it does not belong to the request that woke it.
            self._running = asyncio.create_task(self._run(), context=Context())

    async def ended(self) -> None:
        if self._running is not None:
            await self._running

    def cancel(self) -> None:
        if self._running is not None:
            self._running.cancel()

    async def _run(self) -> None:
        try:
            while self._again:
                self._again = False
                await self._once()
        finally:
            self._running = None

    async def _once(self) -> None:
        try:
            await self._work()
        except Unavailable as error:
            log.warning("job put off", job=self._name, cause=type(error.__cause__).__name__)
        except Exception as error:
            log.error("job failed", job=self._name, exc_info=error)


class Timetable:
    """Jobs at fixed intervals, on a scheduler of its own."""

    def __init__(self) -> None:
        self._scheduler = schedule.Scheduler()
        self._jobs: list[Job] = []
        self._ticking: asyncio.Task[None] | None = None

    def every(self, seconds: float, name: str, work: Work) -> Job:
        job = Job(name, work)
        self._jobs.append(job)
        self._scheduler.every(seconds).seconds.do(job.wake)  # type: ignore[arg-type]
        return job

    def start(self) -> None:
        """Runs every job now, and from now on when it is due."""
        for job in self._jobs:
            job.wake()
        self._ticking = asyncio.create_task(self._tick())

    async def stop(self) -> None:
        """Starts nothing more and waits for what is running."""
        if self._ticking is not None:
            self._ticking.cancel()
            with suppress(asyncio.CancelledError):
                await self._ticking
        try:
            for job in self._jobs:
                await job.ended()
        finally:
            for job in self._jobs:
                job.cancel()

    async def _tick(self) -> None:
        while True:
            self._scheduler.run_pending()
            await asyncio.sleep(max(self._scheduler.idle_seconds or 0, 0.01))

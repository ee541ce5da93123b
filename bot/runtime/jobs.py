"""When things are done again and again: `schedule` says when, our own event loop does them.

Distances between turns are measured by a clock that nobody sets: `schedule` itself goes by the
wall clock, and would do nothing for an hour after somebody set that back by one.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from contextvars import Context, ContextVar
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import schedule
import structlog

from core.errors import Unavailable

log = structlog.get_logger("bot")
Work = Callable[[], Awaitable[None]]
Seconds = Callable[[], float]

# A job is in trouble when it failed so often in a row, or again and again for so many seconds.
FAILURES, FAILING = 3, 60.0
# Seconds without progress after which a job hangs. Whatever it waits for has a limit of its own,
# and the longest are the ten minutes that indexes may take.
HANGS = 900.0
# Seconds between the wall clock and ours from which on somebody set it, or the machine slept;
# and that a turn may be late before the program stood still.
JUMP = 5.0

_running: ContextVar["Job"] = ContextVar("job")


def progressed() -> None:
    """Whichever job is running here still gets on with its work."""
    if (job := _running.get(None)) is not None:
        job.progressed()


class Job:
    """Never runs twice at once. Woken while it runs, it runs once more when it has ended."""

    def __init__(self, name: str, work: Work, now: Seconds) -> None:
        self.name = name
        self._work = work
        self._now = now
        self._again = False
        self._running: asyncio.Task[None] | None = None
        self._progressed = 0.0
        # In a row: how many, since when, and the latest.
        self._failures, self._failing = 0, 0.0
        self._error: Exception | None = None
        # That have ended, well or not: who waits for what the next ones do may count them.
        self.runs = 0
        # When one ended well, or when it was made.
        self.done = now()

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

    def progressed(self) -> None:
        self._progressed = self._now()

    def excuse(self) -> None:
        """The database did not answer: that it failed for this says nothing about the job."""
        if isinstance(self._error, Unavailable):
            self._failures, self._error = 0, None

    @property
    def trouble(self) -> tuple[str, float] | None:
        """What is wrong with it, and for how many seconds."""
        still = self._now() - self._progressed
        if self._running is not None and still > HANGS:
            return (f"The job “{self.name}” hangs. Restart the desk, and report this.", still)
        lasted = self._now() - self._failing
        if self._failures >= FAILURES or (self._failures > 1 and lasted > FAILING):
            why = type(self._error and (self._error.__cause__ or self._error)).__name__
            return (
                f"The job “{self.name}” fails at every turn ({why}). The log says how it began;"
                " report this.",
                lasted,
            )
        return None

    async def _run(self) -> None:
        _running.set(self)
        try:
            while self._again:
                self._again = False
                await self._once()
        finally:
            self._running = None

    async def _once(self) -> None:
        self.progressed()
        try:
            await self._work()
        except Exception as error:  # noqa: BLE001 - logged there, once
            self._failed(error)
        else:
            self._failures, self._error = 0, None
            self.done = self._now()
        self.runs += 1

    def _failed(self, error: Exception) -> None:
        """Logged when it begins, and when it is something else; not at every turn."""
        if type(error) is not type(self._error):
            if isinstance(error, Unavailable):
                log.warning("job put off", job=self.name, cause=type(error.__cause__).__name__)
            else:
                log.error("job failed", job=self.name, exc_info=error)
        if not self._failures:
            self._failing = self._now()
        self._failures += 1
        self._error = error


class Jump(NamedTuple):
    """By how much the wall clock was set, when it was noticed."""

    seconds: float
    at: float


class Timetable:
    """Jobs at fixed intervals, on a scheduler of its own."""

    def __init__(self, *, now: Seconds = time.monotonic, wall: Seconds | None = None) -> None:
        """Seconds that only ever go on, and those that people set."""
        self._now = now
        self._wall = wall or time.time
        self._scheduler = _Scheduler(now)
        self.jobs: list[Job] = []
        self._at_start: list[Job] = []
        self._ticking: asyncio.Task[None] | None = None
        self.jump: Jump | None = None

    def when_woken(self, name: str, work: Work) -> Job:
        """Runs whenever somebody wakes it."""
        job = Job(name, work, self._now)
        self.jobs.append(job)
        return job

    def every(self, seconds: float, name: str, work: Work, *, at_start: bool = True) -> Job:
        """Runs also at the start, unless that has just done the same, and when it is woken."""
        job = self.when_woken(name, work)
        self._scheduler.every(seconds).seconds.do(job.wake)  # type: ignore[arg-type]
        if at_start:
            self._at_start.append(job)
        return job

    @property
    def troubles(self) -> Iterator[tuple[str, str, float]]:
        """Each job that is in trouble: its name, what is wrong and for how many seconds."""
        for job in self.jobs:
            if job.trouble is not None:
                yield (job.name, *job.trouble)

    def since(self, name: str) -> float:
        """Seconds since that job ended well."""
        [job] = [job for job in self.jobs if job.name == name]
        return self._now() - job.done

    def excuse(self) -> None:
        for job in self.jobs:
            job.excuse()

    def start(self) -> None:
        """Runs now what runs at the start, and from now on each when it is due."""
        for job in self._at_start:
            job.wake()
        self._ticking = asyncio.create_task(self._tick())

    async def stop(self) -> None:
        """Starts nothing more and waits for what is running."""
        if self._ticking is not None:
            self._ticking.cancel()
            with suppress(asyncio.CancelledError):
                await self._ticking
        try:
            for job in self.jobs:
                await job.ended()
        finally:
            for job in self.jobs:
                job.cancel()

    async def _tick(self) -> None:
        apart = self._wall() - self._now()
        while True:
            self._scheduler.run_pending()
            pause = max(self._scheduler.idle_seconds or 0, 0.01)
            due = self._now() + pause
            await asyncio.sleep(pause)
            if (late := self._now() - due) > JUMP:
                log.warning("the program stood still", seconds=round(late, 1))
            before, apart = apart, self._wall() - self._now()
            if abs(jumped := apart - before) > JUMP:
                self.jump = Jump(jumped, self._now())
                log.warning("the clock was set, or the machine slept", seconds=round(jumped, 1))


class _Scheduler(schedule.Scheduler):
    def __init__(self, now: Seconds) -> None:
        super().__init__()
        self._now = now

    def now(self) -> datetime:
        """`schedule` reckons with datetimes; when this one begins does not matter."""
        return datetime.min.replace(tzinfo=UTC) + timedelta(seconds=self._now())

    def every(self, interval: int = 1) -> schedule.Job:
        return _Turn(interval, self)

    @property
    def idle_seconds(self) -> float | None:
        return (self.next_run - self.now()).total_seconds() if self.next_run else None


class _Turn(schedule.Job):
    """At intervals of seconds, which is all that we ask of it."""

    scheduler: Any

    @property
    def should_run(self) -> bool:
        assert self.next_run is not None  # since `do`
        return bool(self.scheduler.now() >= self.next_run)

    def _schedule_next_run(self) -> None:
        self.next_run = self.scheduler.now() + timedelta(seconds=self.interval)

"""Jobs are done at their distances whatever the wall clock says, and say so when they fail."""

import asyncio

import pytest
from structlog.testing import capture_logs

from bot.runtime.jobs import FAILING, FAILURES, HANGS, JUMP, Timetable, progressed
from core.errors import Unavailable
from tests.conftest import LONGEST_WAIT

HOUR = 3600.0


class Hands:
    """A clock that is moved by hand."""

    def __init__(self, seconds=1000.0):
        self.seconds = seconds

    def __call__(self):
        return self.seconds


@pytest.fixture
def now():
    return Hands()


@pytest.fixture
def wall():
    return Hands()


@pytest.fixture
async def timetable(now, wall):
    timetable = Timetable(now=now, wall=wall)
    yield timetable
    await timetable.stop()


class Work:
    """Counts its turns, and fails as it is told."""

    def __init__(self):
        self.turns = 0
        self.error = None
        self.turned = asyncio.Condition()

    async def __call__(self):
        self.turns += 1
        async with self.turned:
            self.turned.notify_all()
        if self.error is not None:
            raise self.error

    async def until(self, turns):
        async with asyncio.timeout(LONGEST_WAIT), self.turned:
            await self.turned.wait_for(lambda: self.turns >= turns)


async def some_ticks():
    """The timetable looks at its clock at most every hundredth of a second."""
    await asyncio.sleep(0.1)


async def turned(job, times=1):
    for _ in range(times):
        job.wake()
        await job.ended()


@pytest.mark.parametrize("jump", [-HOUR, HOUR])
async def test_a_wall_clock_that_is_set_changes_no_distance(timetable, now, wall, jump):
    work = Work()
    timetable.every(0.01, "work", work)
    timetable.start()
    await work.until(1)

    wall.seconds += jump
    await some_ticks()
    assert work.turns == 1
    now.seconds += 0.02

    await work.until(2)


async def test_distances_are_measured_by_the_clock_that_only_goes_on(timetable, now):
    often, rarely = Work(), Work()
    timetable.every(0.01, "often", often)
    timetable.every(10, "rarely", rarely)
    timetable.start()
    await often.until(1)
    await rarely.until(1)

    now.seconds += 9
    await often.until(2)
    assert rarely.turns == 1
    now.seconds += 2
    await rarely.until(2)

    assert (often.turns, rarely.turns) == (3, 2)


async def test_at_the_start_runs_only_what_has_to(timetable, now):
    woken, later, work = Work(), Work(), Work()
    job = timetable.when_woken("woken", woken)
    timetable.every(10, "later", later, at_start=False)
    timetable.every(10, "work", work)
    timetable.start()
    await work.until(1)
    await some_ticks()
    assert (woken.turns, later.turns) == (0, 0)

    now.seconds += 11
    job.wake()

    await later.until(1)
    await woken.until(1)


@pytest.mark.parametrize("jump", [-HOUR, HOUR])
async def test_a_clock_that_was_set_is_noticed_once(timetable, now, wall, jump):
    timetable.every(0.01, "work", Work())
    timetable.start()
    await some_ticks()

    with capture_logs() as logged:
        wall.seconds += jump
        await some_ticks()
        now.seconds += JUMP / 2
        wall.seconds += JUMP / 2
        await some_ticks()

    told = [entry for entry in logged if entry["event"].startswith("the clock was set")]
    assert [entry["seconds"] for entry in told] == [jump]
    assert timetable.jump.seconds == jump


async def test_a_clock_that_is_corrected_a_little_again_and_again_was_not_set(timetable, wall):
    timetable.every(0.01, "work", Work())
    timetable.start()

    for _ in range(4):
        wall.seconds += JUMP * 0.8
        await some_ticks()

    assert timetable.jump is None


async def test_a_program_that_stood_still_says_so(timetable, now, wall):
    timetable.every(0.01, "work", Work())
    timetable.start()
    await some_ticks()

    with capture_logs() as logged:
        now.seconds += HOUR
        wall.seconds += HOUR
        await some_ticks()

    assert [entry["event"] for entry in logged] == ["the program stood still"]


async def test_a_job_that_fails_at_every_turn_is_in_trouble_until_one_goes_well(timetable):
    work = Work()
    job = timetable.every(10, "work", work)
    work.error = TypeError("no")

    await turned(job, FAILURES - 1)
    assert list(timetable.troubles) == []
    await turned(job)
    [(name, said, _)] = timetable.troubles
    assert name == "work"
    assert "fails at every turn (TypeError)" in said

    work.error = None
    await turned(job)
    assert list(timetable.troubles) == []


async def test_a_job_that_fails_now_and_then_is_in_no_trouble(timetable):
    work = Work()
    job = timetable.every(10, "work", work)

    for turn in range(3 * FAILURES):
        work.error = TypeError("no") if turn % 2 else None
        await turned(job)

    assert list(timetable.troubles) == []


async def test_a_job_with_rare_turns_is_in_trouble_after_a_minute(timetable, now):
    work = Work()
    job = timetable.every(3600, "work", work)
    work.error = TypeError("no")
    await turned(job)
    now.seconds += FAILING + 1

    assert list(timetable.troubles) == []
    await turned(job)
    [(_, _, lasted)] = timetable.troubles
    assert lasted == FAILING + 1


async def test_a_failure_is_logged_when_it_begins_and_when_it_is_another(timetable):
    work = Work()
    job = timetable.every(10, "work", work)

    with capture_logs() as logged:
        for error in (TypeError("no"), ValueError("no"), Unavailable()):
            work.error = error
            await turned(job, 3)
        work.error = None
        await turned(job, 2)
        work.error = Unavailable()
        await turned(job, 2)

    said = [entry["event"] for entry in logged]
    assert said == ["job failed", "job failed", "job put off", "job put off"]


async def test_what_failed_because_the_database_was_away_is_excused(timetable):
    away, broken = Work(), Work()
    away.error, broken.error = Unavailable(), TypeError("no")
    for name, work in (("away", away), ("broken", broken)):
        await turned(timetable.every(10, name, work), FAILURES)
    assert [name for name, _, _ in timetable.troubles] == ["away", "broken"]

    timetable.excuse()

    assert [name for name, _, _ in timetable.troubles] == ["broken"]


async def test_a_job_that_gets_nowhere_hangs_and_one_that_takes_long_does_not(timetable, now):
    step, done = asyncio.Event(), asyncio.Event()

    async def work():
        await step.wait()
        progressed()
        await done.wait()

    job = timetable.every(10, "work", work)
    job.wake()
    await asyncio.sleep(0)

    now.seconds += HANGS + 1
    [(_, said, lasted)] = timetable.troubles
    assert (said, lasted) == (
        "The job “work” hangs. Restart the desk, and report this.",
        HANGS + 1,
    )

    step.set()
    await asyncio.sleep(0)
    assert list(timetable.troubles) == []
    now.seconds += HANGS - 1
    assert list(timetable.troubles) == []
    done.set()
    await job.ended()
    now.seconds += HANGS
    assert list(timetable.troubles) == []

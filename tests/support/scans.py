"""Until the desks of a test have looked, and nothing more may come of it."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.runtime.background import Background
from tests.conftest import LONG_AGO, LONGEST_WAIT


@pytest.fixture
def looked(jobs):
    """Waits until every job of every desk, but some and that of indexes, has begun and ended a
    look, so many times."""

    async def done(times=2, *, but=()):
        # One that is under way may have begun before.
        wanted = [
            (job, job.runs + times + (job._running is not None))
            for job in jobs
            if job.name not in {"indexes", *but}
        ]
        async with asyncio.timeout(LONGEST_WAIT):
            while late := [job for job, runs in wanted if job.runs < runs]:
                for job in late:
                    job.wake()
                await asyncio.sleep(0.01)

    return done


@pytest.fixture
def drained():
    """Waits until nothing is under way any more that a desk does after an ack."""

    async def done():
        async with asyncio.timeout(LONGEST_WAIT):
            while any(map(_after_an_ack, asyncio.all_tasks())):
                await asyncio.sleep(0.01)

    return done


def _after_an_ack(task):
    return task.get_coro().__qualname__ == Background._logged.__qualname__


@pytest.fixture
def a_few_scans(settings, database, looked):
    """Until a repeat would have come: nothing is held, put off or in doubt as it is now, and all
    have looked again since."""
    doubt = timedelta(seconds=settings.alert_post_seconds + settings.alert_history_seconds)

    async def passed(*, but=()):
        but = {"health", "token", *but}  # These tell Slack nothing.
        now = await waits(database, doubt)
        await looked(but=but)
        # Whoever held it has ended since.
        await end(database, now & await waits(database, doubt))
        async with asyncio.timeout(LONGEST_WAIT):
            while now := now & await waits(database, doubt):
                await asyncio.sleep(0.02)
        await looked(but=but)

    return passed


async def end(database, waits):
    for name, id, entry, whose, until in waits:
        if whose == "in doubt":
            continue
        if entry:
            again = {"$set": {"deliveries.$[one].free_at": LONG_AGO}}
            filters = [{"one.id": entry, "one.free_at": until}]
            await database[name].update_one({"_id": id}, again, array_filters=filters)
        else:
            again = {"$set": {"delivery.until": LONG_AGO}}
            await database[name].update_one({"_id": id, "delivery.until": until}, again)


async def waits(database, doubt):
    """What is held, put off or in doubt, by whom and until when."""
    found = set()
    async for row in database["tickets"].find({}, {"deliveries": 1, "delivery": 1}):
        place, held = ("tickets", row["_id"]), row["delivery"]
        if "until" in held:
            found.add((*place, "", held.get("lease"), held["until"]))
        for one in row["deliveries"]:
            if one.get("due"):
                found.add((*place, one["id"], None, one.get("free_at") or LONG_AGO))
                until = (one.get("last_try") or LONG_AGO) + doubt
                found.add((*place, one["id"], "in doubt", until))
    for name in ("boards", "digests", "turns"):
        async for row in database[name].find({"delivery.until": {"$exists": True}}):
            held = row["delivery"]
            found.add((name, row["_id"], "", held.get("lease"), held["until"]))
    now = datetime.now(UTC)
    return {each for each in found if each[-1] > now}

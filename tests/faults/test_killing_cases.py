"""Cases 33 and 37 of what must hold: processes and primaries that are killed under load."""

import asyncio
import signal
from itertools import count, pairwise

import pytest

from tests.faults.ledger import Ledger, announced, doubled_cards, misannounced

pytestmark = pytest.mark.faults
KILLS = 150
_RUN = count()


async def load(world, ledger, stop, done, at_once=4, pause=0.4):
    """People who file and comment until the stop; notes when each answer came."""
    run, numbers = next(_RUN), count()

    async def person():
        while not stop.is_set():
            number = next(numbers)

            def caller():
                return world.caller(world.desks[next(numbers) % len(world.desks)])

            ticket = await ledger.file(caller, f"{run}-{number}", "high")
            done.append(asyncio.get_running_loop().time())
            await ledger.comment(caller, ticket, f"words {run}-{number}")
            await asyncio.sleep(pause)

    await asyncio.gather(*(person() for _ in range(at_once)))


async def settled(world, ledger):
    await world.healthy()
    await world.quiet(120)
    await asyncio.sleep(world.doubt)
    wrong = await ledger.breaches(world.database)
    wrong += await misannounced(world.slack, world.database)
    return wrong + doubled_cards(world.slack) + world.problems()


async def test_case_33_a_process_killed_every_half_second_the_database_every_seventh(world):
    await world.emptied()
    ledger, stop, done = Ledger(), asyncio.Event(), []
    people = asyncio.create_task(load(world, ledger, stop, done))

    for kill in range(KILLS):
        desk = world.desks[kill % len(world.desks)]
        await desk.kill()
        await desk.start()
        if kill % 7 == 6:
            member = await world.mongo.primary()
            await member.ended(signal.SIGKILL)
            await member.running()
        await asyncio.sleep(0.5)
    stop.set()
    await people

    assert await settled(world, ledger) == []
    assert announced(world.slack, deleted=True) == []
    assert len(set(announced(world.slack))) > KILLS


async def _killed(world):
    await (await world.mongo.primary()).ended(signal.SIGKILL)


async def _frozen(world):
    (await world.mongo.primary()).freeze()


async def _stepped_down(world):
    await world.mongo.step_down()


@pytest.mark.parametrize(
    ("strike", "gap"),
    [(_killed, 5), (_frozen, 15), (_stepped_down, 5)],
    ids=["killed", "frozen", "stepped-down"],
)
async def test_case_37_the_primary_is_struck_under_load(wide_world, strike, gap):
    world = wide_world
    await world.healthy()
    await world.emptied()
    ledger, stop, done = Ledger(), asyncio.Event(), []
    people = asyncio.create_task(load(world, ledger, stop, done, at_once=8, pause=0.02))
    await asyncio.sleep(1)

    await strike(world)
    await asyncio.sleep(gap + 3)
    stop.set()
    await people

    longest = max(after - before for before, after in pairwise(done))
    assert longest <= gap
    assert await settled(world, ledger) == []

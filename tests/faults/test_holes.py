"""Whatever Slack does not tell of, and whenever there was no desk: after one catching up all is as
if Slack had told of everything."""

from collections import Counter
from random import Random, SystemRandom

import pytest

from tests.faults import day
from tests.faults.conftest import ROUNDS, SEED
from tests.faults.processes import forking


@pytest.fixture(scope="module")
async def forks():
    async with forking() as forks:
        yield forks


@pytest.fixture
def begun(tmp_path, forks, mongo_uri, database, session):
    return lambda: day.begun(tmp_path, forks, mongo_uri, database, session)


@pytest.fixture(scope="module")
def as_told():
    """What comes of a day of which Slack tells everything: the same each time."""
    return {}


async def compared(begun, as_told, seed):
    if not as_told:
        async with begun() as told:
            await day.played(told)
            as_told |= {"kept": await day.kept(told), "seen": day.seen(told)}
    async with begun() as holed:
        await day.played_with_holes(holed, Random(seed))
        differing = day.differing(await day.kept(holed), as_told["kept"])
        assert not differing, "\n".join([f"seed {seed}", *map(str, differing)])
        seen = day.seen(holed)
        assert (seen - as_told["seen"], as_told["seen"] - seen) == (Counter(), Counter()), seed
        assert day.twice(holed) == []


async def test_a_day_with_holes(begun, as_told):
    await compared(begun, as_told, SystemRandom().randrange(10**6))


@pytest.mark.faults
@pytest.mark.parametrize("seed", range(SEED, SEED + ROUNDS))
async def test_many_days_with_holes(begun, as_told, seed):
    await compared(begun, as_told, seed)

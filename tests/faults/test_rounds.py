"""Random faults, drawn from a seed: nothing acknowledged is lost, no breach missed or doubled."""

from random import SystemRandom

import pytest

from tests.faults.conftest import ROUNDS, SEED, TICKETS
from tests.faults.rounds import play

SEEDS = range(SEED, SEED + ROUNDS)


@pytest.mark.faults
@pytest.mark.parametrize("seed", [seed for seed in SEEDS if seed % 2 == 0])
async def test_a_round_on_one_member(world, outcomes, seed):
    outcomes.append(await play(world, seed, tickets=TICKETS))
    assert not outcomes[-1].wrong, outcomes[-1]


@pytest.mark.faults
@pytest.mark.parametrize("seed", [seed for seed in SEEDS if seed % 2])
async def test_a_round_on_three_members(wide_world, outcomes, seed):
    outcomes.append(await play(wide_world, seed, tickets=TICKETS))
    assert not outcomes[-1].wrong, outcomes[-1]


async def test_a_short_round(world, outcomes):
    outcomes.append(await play(world, SystemRandom().randrange(0, 10**6, 2), tickets=30))
    assert not outcomes[-1].wrong, outcomes[-1]

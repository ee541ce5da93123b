"""How many rounds, from which seed: `make faults ROUNDS=100 SEED=7`."""

import os

import pytest

from tests.faults.world import world_of

ROUNDS = int(os.environ.get("ROUNDS") or 1)
SEED = int(os.environ.get("SEED") or 1)
# In a long round; nine of ten become late.
TICKETS = 230
_OUTCOMES = pytest.StashKey()


@pytest.fixture(autouse=True)
def servers_go(left_sockets):
    """In all of these."""


@pytest.fixture
def outcomes(request):
    """What the rounds came to, summed up at the end."""
    return request.config.stash.setdefault(_OUTCOMES, [])


def pytest_terminal_summary(terminalreporter, config):
    outcomes = config.stash.get(_OUTCOMES, [])
    if not outcomes:
        return
    total = {
        word: sum(getattr(outcome, word) for outcome in outcomes)
        for word in ("acknowledged", "breaches", "messages", "swept")
    }
    blows = sum(len(outcome.blows) for outcome in outcomes)
    terminalreporter.write_line(f"{len(outcomes)} rounds, {blows} blows: {total}")
    for outcome in outcomes:
        if outcome.wrong:
            terminalreporter.write_line(f"replay with: make faults ROUNDS=1 SEED={outcome.seed}")


@pytest.fixture(scope="package")
async def world(tmp_path_factory):
    """Three desks on a database of one member. They never rest: they go with these tests."""
    async with world_of(tmp_path_factory.mktemp("faults"), members=1, desks=3) as world:
        yield world


@pytest.fixture(scope="module")
async def wide_world(tmp_path_factory):
    """Three desks on a replica set of three members."""
    async with world_of(tmp_path_factory.mktemp("faults"), members=3, desks=3) as world:
        yield world

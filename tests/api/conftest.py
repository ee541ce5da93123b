"""Processes that limit how often somebody may ask."""

import re

import pytest
from pymongo.monitoring import CommandListener

from api.limits import Limits
from core.desk.people.allowances import Allowances
from core.settings.rates import Rate
from core.store.limits.lots import LotStore

MINUTE = 60


class Counted(CommandListener):
    """How many commands were about each collection."""

    def __init__(self):
        self.of = {}

    def started(self, event):
        collection = event.command.get(event.command_name)
        if isinstance(collection, str):
            self.of[collection] = self.of.get(collection, 0) + 1

    def succeeded(self, event):
        pass

    def failed(self, event):
        pass


@pytest.fixture
def process(desk, database, clock, serve):
    """Serves the desk as another process does, with these limits a minute; gives its address."""

    async def started(*, accounts=None, addresses=None, lots=None, **options):
        lots = lots or LotStore(database["allowances"])

        def limit(kind, count):
            return Allowances(kind, Rate(count, MINUTE), lots, clock) if count else None

        limits = Limits(limit("account", accounts), limit("address", addresses))
        return await serve(options.pop("desk", desk), limits=limits, **options)

    return started


def standing(answer):
    """What is left, and when there is more."""
    found = re.fullmatch(r'"(?:account|address)";r=(\d+);t=(\d+)', answer.headers["RateLimit"])
    return int(found[1]), int(found[2])


async def asked(caller, times, path="/api/tickets"):
    return [await caller.get(path) for _ in range(times)]

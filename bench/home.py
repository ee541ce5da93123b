"""How long somebody waits for their Home tab among very many tickets, of which most have ended."""

import argparse
import logging
import random
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import structlog
import uvloop
from bson import ObjectId
from slack_sdk.web.async_client import AsyncWebClient

from bench.breaches import database
from bench.search import Tickets, Writer
from bot.home.contents import Contents
from bot.home.place import Place
from bot.home.tabs import HomeTabs
from core.desk import Desk
from core.desk.people.people import People
from core.people.accounts import Account, Person, Role
from core.people.passwords import Passwords
from core.sla import Policy, Sla
from core.store import mapping, open_store
from core.tickets.finding.home import HomeList
from localslack import local_slack

_MANIFEST = Path(__file__).parents[1] / "manifest.yml"
# Of a hundred tickets; an agent has one of twenty that somebody has.
_STATUSES = [
    *(["closed"] * 60 + ["resolved"] * 25),
    *(["open"] * 7 + ["in_progress"] * 5 + ["waiting"] * 3),
]
_AGENTS, _NOBODY = 20, 0.3


class Tracker:
    """Gives tickets a life: who filed and has them, how they stand, by when they are due."""

    def __init__(self, ada: Account, olga: Account) -> None:
        self._chance = random.Random(13)
        others = [Person(str(ObjectId()), f"Agent {number}") for number in range(1, _AGENTS)]
        self._agents = [mapping.person_document(one) for one in (olga.person, *others)]
        self._ada = mapping.person_document(ada.person)

    def lived(self, document: dict[str, Any]) -> dict[str, Any]:
        chance, status = self._chance, self._chance.choice(_STATUSES)
        due = datetime.now(UTC) + timedelta(hours=chance.uniform(-2, 72))
        has = None if chance.random() < _NOBODY else chance.choice(self._agents)
        document |= {"status": status, "assignee": has, "sla_due": due, "breaches_at": due}
        if chance.random() < 0.001:
            document["requester"] = self._ada
        if status not in ("open", "in_progress"):
            del document["breaches_at"]
        if status == "waiting":
            document["waiting_for"] = "Acme Networks"
        return document


async def fill(tickets: Tickets, tracker: Tracker, size: int) -> None:
    writer = Writer()
    for start in range(1, size + 1, 5_000):
        numbers = range(start, min(start + 5_000, size + 1))
        some = [tracker.lived(writer.document(number)) for number in numbers]
        await tickets.insert_many(some, ordered=False)


async def timed(ask: Callable[[], Awaitable[None]], times: int) -> str:
    took = []
    for _ in range(times):
        begin = time.perf_counter()
        await ask()
        took.append((time.perf_counter() - begin) * 1000)
    return f"{took[0]:9.0f}{median(took):9.1f}{quantiles(took, n=100)[98]:9.1f}"


async def measure(size: int, *, times: int) -> None:
    passwords = Passwords()
    async with (
        database() as (uri, tickets),
        open_store(uri, timeoutMS=60_000) as store,
        local_slack(manifest=_MANIFEST, signing_secret="s", bot_token="xoxb-bench") as slack,
    ):
        await store.prepare()
        staff = {slack.olga.id: Role.AGENT}
        people = People(store.accounts, passwords, staff=staff, min_password=6)
        ada, olga = [await people.slack_user(one.id) for one in (slack.ada, slack.olga)]
        # Indexes that are made afterwards are made faster.
        await tickets.drop()
        await fill(tickets, Tracker(ada, olga), size)
        await store.prepare()
        desk = Desk(store.tickets, people, Sla(Policy.of_hours()))
        client = AsyncWebClient("xoxb-bench", base_url=slack.api_url, retry_handlers=[])
        tabs = HomeTabs(Contents(desk), client)
        print(f"A Home tab among {size:,} tickets{'':9}{'first':>9}{'p50 ms':>9}{'p99 ms':>9}")
        for who, lists in ((ada, [HomeList.REQUESTS]), (olga, list(HomeList))):
            for which in lists:

                async def show(who: Account = who, which: HomeList = which) -> None:
                    await tabs.show(str(who.slack_id), Place(which))

                name = f"{which}, {'an agent' if who is olga else 'a requester'}"
                print(f"  {name:40}{await timed(show, times)}", flush=True)
        assert slack.problems == [], slack.problems
    passwords.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.home", description=__doc__)
    parser.add_argument("--size", type=int, default=100_000, help="how many tickets")
    parser.add_argument("--times", type=int, default=100, help="that each tab is shown")
    quiet = structlog.make_filtering_bound_logger(logging.WARNING)
    structlog.configure(wrapper_class=quiet)
    asked = parser.parse_args()
    uvloop.run(measure(asked.size, times=asked.times))


if __name__ == "__main__":
    main()

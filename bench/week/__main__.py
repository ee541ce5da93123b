"""`python -m bench.week`: what a team of ten agents hears in a week of 300 tickets.

People who act by chance, from a seed, on a local Slack whose clock is moved; every message that the
desk writes is counted, and for whom it is.
"""

import argparse
import asyncio
import heapq
import itertools
import logging
import random
import tempfile
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import structlog
import uvloop
from pymongo import AsyncMongoClient

from bench.desk import free_port
from bot.serving import serving
from core.settings import Settings
from core.store.delivery.entries import AT_ONCE
from core.store.mongo.embedded import embedded_mongo
from localslack import LocalSlack, Message, Person, local_slack

_MANIFEST = Path(__file__).parents[2] / "manifest.yml"
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAYS, DAY = 5, timedelta(hours=8)
WINDOW = timedelta(minutes=5)
AGENTS, REQUESTERS = 10, 60
Doing = Callable[[], Awaitable[None]]


@dataclass
class Filed:
    title: str
    by: Person
    asked: Message | None
    number: int = 0
    has: Person | None = None


class Week:
    def __init__(self, slack: LocalSlack, tickets: Any, seed: int) -> None:
        self.slack, self._tickets = slack, tickets
        self.chance = random.Random(seed)
        self.now = MONDAY
        self._plan: list[tuple[datetime, int, Doing]] = []
        self._order = itertools.count()
        # By agent and day, how often somebody else gave them something to do.
        self.needed: Counter[tuple[str, int]] = Counter()
        self.agents = [self._person("agent", n, "Support") for n in range(AGENTS)]
        self.requesters = [self._person("person", n, "Requester") for n in range(REQUESTERS)]

    def _person(self, kind: str, number: int, title: str) -> Person:
        name = f"{kind}{number}"
        one = replace(self.slack.ada, id=f"U0{name.upper()}", name=name, real_name=name)
        one = replace(one, title=title, tz="UTC", tz_offset=0)
        self.slack.workspace.people[one.id] = one
        self.slack.workspace.join(self.slack.general, one.id)
        if kind == "agent":
            self.slack.workspace.join(self.slack.helpdesk, one.id)
        return one

    @property
    def day(self) -> int:
        return (self.now - MONDAY).days

    def at(self, time: datetime, doing: Doing) -> None:
        heapq.heappush(self._plan, (time, next(self._order), doing))

    def in_hours(self, hours: float, doing: Doing) -> None:
        """Of hours in which people work."""
        left, time = timedelta(hours=hours), self.now
        while left > (until := self._evening(time) - time):
            left -= until
            time = self._evening(time) + timedelta(days=1) - DAY
        self.at(time + left, doing)

    def _evening(self, time: datetime) -> datetime:
        return MONDAY + timedelta(days=(time - MONDAY).days) + DAY

    async def passes(self, settled: Doing) -> None:
        for day in range(DAYS):
            for step in range(DAY // WINDOW):
                self.now = MONDAY + timedelta(days=day) + step * WINDOW
                while self._plan and self._plan[0][0] <= self.now:
                    await heapq.heappop(self._plan)[2]()
                await settled()

    def file_all(self, count: int) -> None:
        for number in range(count):
            days = timedelta(days=self.chance.randrange(DAYS))
            self.at(MONDAY + days + DAY * self.chance.random(), self._file(number))

    def _file(self, number: int) -> Doing:
        async def doing() -> None:
            by, title = self.chance.choice(self.requesters), f"Matter {number} of today"
            priority = self.chance.choice(["low", "medium", "medium", "high"])
            asked = None
            if self.chance.random() < 0.5:
                asked = await self.slack.post(f"@HelpDesk new {priority} {title}", by=by)
            else:
                await self._command(f"new {priority} {title}", by)
            self.in_hours(self.chance.expovariate(2), self._take(Filed(title, by, asked)))

        return doing

    def _take(self, one: Filed) -> Doing:
        async def doing() -> None:
            document = await self._tickets.find_one({"title": one.title}, {"number": 1})
            one.number, one.has = document["number"], self.chance.choice(self.agents)
            if self.chance.random() < 0.2:
                other = self.chance.choice([a for a in self.agents if a is not one.has])
                await self._command(f"assign {one.number} @{one.has.name}", other)
                self._needs(one)
            else:
                await self._command(f"claim {one.number}", one.has)
            if self.chance.random() < 0.4:
                self.in_hours(self.chance.expovariate(2), self._ask(one))
            else:
                self.in_hours(self.chance.expovariate(0.4), self._resolve(one))

        return doing

    def _ask(self, one: Filed) -> Doing:
        async def doing() -> None:
            await self._command(f"comment {one.number} Which one is it?", one.has)
            await self._command(f"wait {one.number}", one.has)
            self.in_hours(self.chance.expovariate(1), self._answer(one))

        return doing

    def _answer(self, one: Filed) -> Doing:
        async def doing() -> None:
            for words in ("The one on the third floor", "by the window")[
                : self.chance.choice([1, 2])
            ]:
                if one.asked:
                    await self.slack.post(words, by=one.by, thread_ts=one.asked.ts)
                else:
                    await self._command(f"comment {one.number} {words}", one.by)
            self._needs(one)
            self.in_hours(self.chance.expovariate(0.4), self._resolve(one))

        return doing

    def _resolve(self, one: Filed) -> Doing:
        async def doing() -> None:
            await self._command(f"resolve {one.number} It works again", one.has)
            if self.chance.random() < 0.1:
                self.in_hours(self.chance.expovariate(1), self._reopen(one))

        return doing

    def _reopen(self, one: Filed) -> Doing:
        async def doing() -> None:
            await self._command(f"reopen {one.number} It does not", one.by)
            self._needs(one)
            self.in_hours(self.chance.expovariate(0.4), self._resolve(one))

        return doing

    def _needs(self, one: Filed) -> None:
        assert one.has is not None
        self.needed[one.has.id, self.day] += 1

    async def _command(self, line: str, by: Person | None) -> None:
        assert by is not None
        answer = await self.slack.command(line, by=by)
        assert not answer.failure, answer


@asynccontextmanager
async def begun(seed: int) -> AsyncIterator[tuple[Week, Doing]]:
    with tempfile.TemporaryDirectory(prefix="helpdesk-bench-") as data:
        week: list[Week] = []

        def now() -> datetime:
            return week[0].now if week else MONDAY

        async with (
            embedded_mongo(Path(data)) as uri,
            AsyncMongoClient[dict[str, Any]](uri) as client,
            local_slack(
                manifest=_MANIFEST,
                signing_secret="s",
                bot_token="xoxb-bench",
                now=lambda: now().timestamp(),
            ) as slack,
        ):
            tickets = client.get_default_database("helpdesk")["tickets"]
            week.append(Week(slack, tickets, seed))
            settings = Settings(_env_file=None, **_settings(slack, uri, data, week[0]))
            async with serving(settings, clock=now, pause=0.0):
                await slack.until(lambda: slack.sockets.count)

                async def settled() -> None:
                    # Two looks of the scan.
                    await asyncio.sleep(0.2)
                    owed = {"$or": [{"deliveries.due": AT_ONCE}, {"delivery.lease": {"$gt": ""}}]}
                    while await tickets.find_one(owed, {"_id": 1}):
                        await asyncio.sleep(0.01)
                    await slack.settled()

                yield week[0], settled
            assert slack.problems == [], slack.problems


def _settings(slack: LocalSlack, uri: str, data: str, week: Week) -> dict[str, Any]:
    return {
        "MONGO_URI": uri,
        "PORT": free_port(),
        "JWT_SECRET": "a-secret-for-measuring-of-more-than-32-bytes",
        "SLACK_BOT_TOKEN": "xoxb-bench",
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
        "HELPDESK_ALERT_CHANNEL": slack.helpdesk.id,
        "HELPDESK_AGENTS": ",".join(agent.id for agent in week.agents),
        "HELPDESK_BUSINESS_HOURS": '{"mon-fri": ["09:00-17:00"]}',
        "HELPDESK_SCAN_SECONDS": 0.1,
        "HELPDESK_CATCH_UP_SECONDS": 86400,
        "HELPDESK_DATA": data,
    }


def show(week: Week) -> None:
    slack = week.slack
    # By who reads it, on which day.
    direct: Counter[tuple[str, int]] = Counter()
    kinds: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for one in slack.workspace.messages:
        if not one.from_bot or one.ephemeral_to:
            continue
        kind = (one.metadata or {}).get("event_type", "other").removeprefix("helpdesk_")
        day = (datetime.fromtimestamp(float(one.ts), UTC) - MONDAY).days
        if one.channel.is_direct:
            [reader] = one.channel.members - {slack.bot.id}
            direct[reader, day] += 1
            kinds["an agent, directly" if "AGENT" in reader else "a requester, directly"][kind] += 1
        else:
            under = "in threads" if one.thread_ts else "at the top"
            kinds[f"#{one.channel.name}, {under}"][kind] += 1
    for where, of_kind in sorted(kinds.items()):
        said = ", ".join(f"{kind} {count}" for kind, count in of_kind.most_common())
        print(f"  {where:26}{sum(of_kind.values()):6}  {said}")
    days = [(agent.id, day) for agent in week.agents for day in range(DAYS)]
    for name, count in (
        ("direct messages", [direct[one] for one in days]),
        ("times that others needed them", [week.needed[one] for one in days]),
    ):
        print(f"  an agent's {name:28} a day: median {median(count):g}, most {max(count)}")
    people = Counter[str]()
    for (reader, _), count in direct.items():
        people[reader] += count
    each = [people[one.id] for one in week.requesters]
    print(f"  a requester's direct messages in the week: median {median(each):g}, most {max(each)}")
    more = [one for one in days if direct[one] > week.needed[one]]
    print(f"  agents' days with more direct messages than that: {len(more)} of {len(days)}")


async def measure(count: int, seed: int) -> None:
    async with begun(seed) as (week, settled):
        week.file_all(count)
        await week.passes(settled)
        print(f"{count} tickets, {AGENTS} agents, {DAYS} days, seed {seed}")
        show(week)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.week", description=__doc__)
    parser.add_argument("--tickets", type=int, default=300)
    parser.add_argument("--seed", type=int, default=7)
    quiet = structlog.make_filtering_bound_logger(logging.WARNING)
    structlog.configure(wrapper_class=quiet)
    asked = parser.parse_args()
    uvloop.run(measure(asked.tickets, asked.seed))


if __name__ == "__main__":
    main()

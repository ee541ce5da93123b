"""`python -m bench.breaches`: 10,000 tickets that become late in the same minute, and idle scans.

Told are the time to claim them all, what is posted and how fast, the program's memory, how long
Slack waits for acks meanwhile, and what a scan costs that finds nothing among few and many tickets.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import uvloop
from bson import ObjectId
from pymongo import AsyncMongoClient
from pymongo.asynchronous.collection import AsyncCollection

from bench.desk import program_in_slack
from bench.process import Process
from bot.slack.metadata import ALERT
from core.alerts.rules import AlertRules
from core.people.accounts import Account, Role, Via
from core.sla import Policy, Sla
from core.store import mapping, open_store
from core.store.delivery import entries
from core.store.mongo.embedded import embedded_mongo
from core.tickets import NewTicket, Priority, Ticket, TimelineEntry
from localslack import LocalSlack

LATE = 10_000
FEW, MANY = 1_000, 1_000_000
LEASE, DOUBT = timedelta(seconds=20), timedelta(seconds=25)
_SLA = Sla(Policy.of_hours())
_ADA = Account(str(ObjectId()), "Ada", Role.USER)
Tickets = AsyncCollection[dict[str, Any]]


def document(number: int, *, due: datetime) -> dict[str, Any]:
    """As the desk saves a ticket, due at that time."""
    by = _ADA.acting(Via.REST)
    at = due - timedelta(hours=4)
    new = NewTicket(
        title=f"Server {number} down",
        description="Staging server not responding since the last deploy.",
        priority=Priority.HIGH,
    )
    ticket = Ticket.opened(new, id=str(ObjectId()), number=number, by=by, at=at, sla=_SLA)
    entry = TimelineEntry(at, by.person, by.via, "created")
    ticket = AlertRules().planned(ticket, at=at)
    more = entries.at_first(ticket, receipt_to=None)
    card, alert = more["deliveries"]
    card |= {"shows": 1, "due": None}
    more["delivery"] = {"due": alert["due"]}
    timeline = {"timeline": [mapping.timeline_document(entry)]}
    return mapping.ticket_document(ticket) | more | timeline


@asynccontextmanager
async def database():
    with tempfile.TemporaryDirectory(prefix="helpdesk-bench-") as data:
        async with (
            embedded_mongo(Path(data)) as uri,
            AsyncMongoClient(uri, tz_aware=True) as client,
        ):
            yield uri, client.get_default_database()["tickets"]


async def idle_scans() -> None:
    """Nothing is late: what one scan costs among so many tickets."""
    async with database() as (uri, tickets), open_store(uri) as store:
        later = datetime.now(UTC) + timedelta(days=1)
        print(f"{'A scan that finds nothing':34}{'p50 ms':>9}{'p99 ms':>9}")
        for size in (FEW, MANY):
            # Indexes that are made afterwards are made faster.
            await tickets.drop()
            await _fill(tickets, size, due=later)
            await store.prepare()

            async def scan() -> None:
                now = datetime.now(UTC)
                assert await store.arrears.nothing_to_do("C1", at=now)

            took = await _timed(scan, 500)
            print(f"  {size:>9,} tickets{'':14}{took[0]:9.2f}{took[1]:9.2f}", flush=True)


async def _fill(
    tickets: Tickets, size: int, *, due: datetime, slack: LocalSlack | None = None
) -> None:
    """With a Slack each has its card there, which is edited as soon as its ticket is late."""
    for start in range(0, size, 10_000):
        numbers = range(start + 1, min(start + 10_000, size) + 1)
        rows = [document(number, due=due) for number in numbers]
        for row in rows if slack else ():
            card = slack.workspace.post(slack.helpdesk, slack.bot.id, "card")
            row["deliveries"][0] |= {"to": card.channel.id, "ts": card.ts}
        await tickets.insert_many(rows, ordered=False)


async def _timed(ask: Callable[[], Awaitable[None]], times: int) -> tuple[float, float]:
    took = []
    for _ in range(times):
        begin = time.perf_counter()
        await ask()
        took.append((time.perf_counter() - begin) * 1000)
    return median(took), quantiles(took, n=100)[98]


async def claim() -> None:
    """All of them late at once, claimed by one process that does nothing else."""
    async with database() as (uri, tickets), open_store(uri) as store:
        await store.prepare()
        await _fill(tickets, LATE, due=datetime.now(UTC) - timedelta(minutes=1))
        begin = time.perf_counter()
        now = datetime.now(UTC)
        claimed = await store.alerts.claim(at=now, lease=LEASE, doubt=DOUBT)
        took = time.perf_counter() - begin
        groups = await store.alerts.groups(claimed or "")
        print(f"{sum(group.size for group in groups):,} claimed in {took:.2f} s, by one process")


async def announcing(seconds: float) -> None:
    """The whole program, with people about who want their acks, for so many seconds."""
    async with (
        database() as (uri, tickets),
        program_in_slack(uri, HELPDESK_SCAN_SECONDS="1", HELPDESK_DIGEST_TIME="off") as (
            slack,
            port,
        ),
    ):
        at_rest = Process.listening_on(port).memory
        due = datetime.now(UTC) + timedelta(seconds=20)
        await _fill(tickets, LATE, due=due, slack=slack)
        await asyncio.sleep((due - datetime.now(UTC)).total_seconds())
        acks: list[float] = []
        people = asyncio.create_task(_people(slack, acks, seconds))
        claimed = await _all_claimed(tickets)
        await people
        _told(slack, due, claimed, seconds, acks, at_rest, Process.listening_on(port).memory)


async def _all_claimed(tickets: Tickets) -> float:
    """Seconds from the due time until the last one was claimed."""
    begin = time.perf_counter()
    never = {"alert.announced": [], "delivery.lease": {"$exists": False}}
    while await tickets.find_one(never, {"_id": 1}):
        await asyncio.sleep(0.02)
    return time.perf_counter() - begin


async def _people(slack: LocalSlack, acks: list[float], seconds: float) -> None:
    """Ten of them, each of whom asks for a list about twice a second."""
    until = time.perf_counter() + seconds

    async def person(number: int) -> None:
        await asyncio.sleep(number / 20)
        while time.perf_counter() < until:
            answer = await slack.command("list", by=slack.ada)
            assert answer.status == 200, answer
            acks.append(answer.seconds * 1000)
            await asyncio.sleep(0.5)

    await asyncio.gather(*(person(number) for number in range(10)))


def _told(
    slack: LocalSlack,
    due: datetime,
    claimed: float,
    seconds: float,
    acks: list[float],
    at_rest: tuple[int, int],
    now: tuple[int, int],
) -> None:
    there = slack.messages("#helpdesk")
    edited = sum(1 for m in there if m.edited and float(m.ts) <= due.timestamp())
    posted = [m for m in there if float(m.ts) > due.timestamp()]
    alerts = [m for m in posted if (m.metadata or {}).get("event_type") == ALERT]
    cuts = quantiles(acks, n=100)
    times = [float(m.ts) for m in posted]
    busiest = max(sum(1 for at in times if since <= at < since + 10) for since in times)
    print(f"{LATE:,} late in the same second, the whole program, {seconds:.0f} s")
    print(f"  claimed after          {claimed:8.2f} s (a scan each second)")
    print(f"  messages               {len(posted):8}, of which alerts {len(alerts)}")
    print(f"  the summary            {alerts[0].text.splitlines()[0] if alerts else 'none'}")
    print(f"  cards edited           {edited:8,}")
    print(f"  busiest ten seconds    {busiest:8} messages")
    print(
        f"  acks: p50, p99, worst  {cuts[49]:8.0f} {cuts[98]:.0f} {max(acks):.0f} ms of {len(acks)}"
    )
    print(f"  memory before, after   {at_rest[0]:8} {now[0]} MB, at most {now[1]} MB")


async def measure(seconds: float, *, scans: bool) -> None:
    if seconds:
        await claim()
        await announcing(seconds)
    if scans:
        await idle_scans()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.breaches", description=__doc__)
    parser.add_argument(
        "--seconds", type=float, default=60, help="to watch the announcing; 0 leaves it out"
    )
    parser.add_argument("--no-scans", action="store_true", help="leave out the million tickets")
    asked = parser.parse_args()
    uvloop.run(measure(asked.seconds, scans=not asked.no_scans))


if __name__ == "__main__":
    main()

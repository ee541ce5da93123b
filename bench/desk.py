"""A desk to measure: MongoDB, 10,000 tickets in it, and the program in a process of its own."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bson import ObjectId
from pymongo import AsyncMongoClient

from api.tokens import Tokens
from bench.http import Connection
from core.desk.people.people import People
from core.people.accounts import Account, Registration, Role, Via
from core.people.passwords import Passwords
from core.sla import Policy, Sla
from core.store import Store, mapping, open_store
from core.store.mongo.embedded import embedded_mongo
from core.tickets import NewTicket, Priority, Ticket, TimelineEntry
from localslack import LocalSlack, RateLimit, local_slack

TICKETS = 10_000
AGENTS = 1_000
PASSWORD = "correct-horse-battery"
_SECRET = "a-secret-for-measuring-of-more-than-32-bytes"
_MANIFEST = Path(__file__).parents[1] / "manifest.yml"
_SIGNING_SECRET = "a-signing-secret"
_TOKEN = "xoxb-local"
_SLA = Sla(Policy.of_hours())


@dataclass(frozen=True)
class FilledDesk:
    uri: str
    port: int
    store: Store
    agents: list[Account]
    tokens: list[str]
    email: str

    async def refill(self) -> list[str]:
        """Drops what a measurement wrote and gives the ids of fresh tickets, a tenth of them late.

        Dropping is not deleting: what deletions leave behind slows lists down for minutes.
        """
        async with AsyncMongoClient[dict[str, Any]](self.uri) as client:
            database = client.get_default_database()
            await database.drop_collection("tickets")
            await self.store.prepare()
            filled = [self._document(number) for number in range(1, TICKETS + 1)]
            await database["tickets"].insert_many(filled, ordered=False)
            counter = {"$set": {"last": TICKETS}}
            await database["counters"].update_one({"_id": "tickets"}, counter, upsert=True)
        return [str(document["_id"]) for document in filled]

    def _document(self, number: int) -> dict[str, Any]:
        by = self.agents[number % AGENTS].acting(Via.REST)
        at = datetime.now(UTC) - timedelta(days=3 if number % 10 == 0 else 0)
        new = NewTicket(
            title="Server down",
            description="Staging server not responding since the last deploy; please look at "
            "it, the build queue is stuck.",
            priority=Priority.HIGH,
        )
        ticket = Ticket.opened(new, id=str(ObjectId()), number=number, by=by, at=at, sla=_SLA)
        entry = TimelineEntry(at, by.person, by.via, "created")
        # The messages are not what is measured here.
        more = {"deliveries": [], "delivery": {}, "alert": {"announced": []}}
        timeline = {"timeline": [mapping.timeline_document(entry)]}
        return mapping.ticket_document(ticket) | more | timeline


@asynccontextmanager
async def filled_desk(
    data: Path, *, in_slack: bool = False, **settings: str
) -> AsyncIterator[FilledDesk]:
    """With a Slack of its own in the program, or connected to one that is not."""
    async with embedded_mongo(data) as uri, open_store(uri) as store, AsyncExitStack() as stack:
        await store.prepare()
        agents = await _agents(uri)
        email = await _somebody_with_a_password(store)
        tokens = [Tokens(_SECRET).issue(agent) for agent in agents]
        settings = {"HELPDESK_DATA": str(data), **settings}
        if in_slack:
            _, port = await stack.enter_async_context(program_in_slack(uri, **settings))
        else:
            alone = program(MONGO_URI=uri, HELPDESK_LOCAL_SLACK_PORT="0", **settings)
            port = await stack.enter_async_context(alone)
        yield FilledDesk(uri, port, store, agents, tokens, email)


async def _agents(uri: str) -> list[Account]:
    role = Role.AGENT
    agents = [Account(str(ObjectId()), f"Agent {number}", role) for number in range(AGENTS)]
    rows = [{"_id": ObjectId(one.id), "name": one.name, "role": one.role.value} for one in agents]
    async with AsyncMongoClient[dict[str, Any]](uri) as client:
        await client.get_default_database()["accounts"].insert_many(rows)
    return agents


async def _somebody_with_a_password(store: Store) -> str:
    passwords = Passwords()
    people = People(store.accounts, passwords, staff={}, min_password=6)
    email = "ada@example.com"
    await people.add(Registration(name="Ada", email=email, password=PASSWORD))
    passwords.close()
    return email


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


@asynccontextmanager
async def program(**settings: str) -> AsyncIterator[int]:
    """`helpdesk serve`, logging no line for each request, as its rivals do not."""
    port = free_port()
    limits = dict.fromkeys(("HELPDESK_RATE_LIMIT", "HELPDESK_ANONYMOUS_RATE_LIMIT"), "off")
    settings = {"LOG_LEVEL": "warning"} | limits | settings
    settings |= {"JWT_SECRET": _SECRET, "PORT": str(port)}
    command = (sys.executable, "-m", "bot", "serve", "--no-samples")
    program = await asyncio.create_subprocess_exec(
        *command, env={**os.environ, **settings}, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        await _ready(program, port)
        yield port
    finally:
        if program.returncode is None:
            program.terminate()
        await program.wait()


@asynccontextmanager
async def program_in_slack(uri: str, **settings: str) -> AsyncIterator[tuple[LocalSlack, int]]:
    """The same in a local Slack that keeps Slack's pace, and sends its requests there."""
    async with (
        local_slack(
            manifest=_MANIFEST,
            signing_secret=_SIGNING_SECRET,
            bot_token=_TOKEN,
            rate_limited=RateLimit(),
        ) as slack,
        program(
            MONGO_URI=uri,
            SLACK_BOT_TOKEN=_TOKEN,
            SLACK_SIGNING_SECRET=_SIGNING_SECRET,
            SLACK_API_URL=slack.api_url,
            HELPDESK_ALERT_CHANNEL=slack.helpdesk.id,
            **settings,
        ) as port,
    ):
        slack.events_url = f"http://127.0.0.1:{port}/slack/events"
        yield slack, port


async def _ready(program: asyncio.subprocess.Process, port: int) -> None:
    while program.returncode is None:
        try:
            connection = await Connection.to(port)
        except OSError:
            await asyncio.sleep(0.05)
            continue
        await connection.ask("GET", "/readyz")
        return connection.close()
    raise SystemExit("The program did not start.")

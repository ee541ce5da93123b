"""Several desks on one database, with the local Slack, and a hand on each of them."""

import asyncio
from collections import defaultdict
from contextlib import asynccontextmanager, suppress

import aiohttp
from pymongo import AsyncMongoClient

from api.tokens import Tokens
from core.people.accounts import Role
from core.store import open_store
from localslack import local_slack
from tests.bot.conftest import BOT_TOKEN, MANIFEST, SIGNING_SECRET
from tests.conftest import SECRET, Caller
from tests.faults.processes import Desk, forking, replica_set

# What a person is told who got no answer in time: no fault of the bot's under these blows.
NO_ANSWER = ("operation_timeout", "dispatch_failed", "http_timeout", "expired_trigger_id")


class World:
    post, lease, history = 0.8, 2.0, 0.8

    def __init__(self, slack, mongo, client, session, folder):
        self.slack = slack
        self.mongo = mongo
        self.database = client["helpdesk"]
        self.session = session
        self.folder = folder
        self.desks = []
        self.headers = {}
        self.stalled = 0.0
        self._hands = defaultdict(asyncio.Lock)

    @property
    def doubt(self):
        return self.post + self.history

    @property
    def settings(self):
        return {
            "MONGO_URI": self.mongo.uri,
            "JWT_SECRET": SECRET,
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": self.slack.app_token,
            "SLACK_API_URL": self.slack.api_url,
            "HELPDESK_ALERT_CHANNEL": self.slack.helpdesk.id,
            "HELPDESK_AGENTS": self.slack.olga.id,
            "HELPDESK_SLA_HOURS": '{"high":0.0004,"medium":24,"low":48}',
            "HELPDESK_SOON_PERCENT": 0,
            "HELPDESK_RATE_LIMIT": "off",
            "HELPDESK_ANONYMOUS_RATE_LIMIT": "off",
            "HELPDESK_SCAN_SECONDS": 0.1,
            "HELPDESK_DIGEST_TIME": "off",
            "HELPDESK_ALERT_POST_SECONDS": self.post,
            "HELPDESK_ALERT_LEASE_SECONDS": self.lease,
            "HELPDESK_ALERT_HISTORY_SECONDS": self.history,
            "HELPDESK_DATA": str(self.folder),
        }

    @asynccontextmanager
    async def hands_on(self, what):
        """One blow at a time to one desk, or to the database."""
        async with self._hands[what]:
            yield self.desks[what] if isinstance(what, int) else None

    def caller(self, desk):
        return Caller(self.session, desk.url, headers=self.headers)

    async def healthy(self):
        """Everything runs and is reached; the clocks stay as they are."""
        self.slack.heal()
        for desk in self.desks:
            desk.thaw()
        await self.mongo.healthy()
        for desk in self.desks:
            if not desk.is_alive():
                await desk.start()
        await asyncio.gather(*(desk.serves(self.session) for desk in self.desks))
        await self.slack.until(lambda: self.slack.sockets.count >= len(self.desks), seconds=60)

    async def emptied(self):
        for desk in self.desks:
            desk.clock_off(0)
            desk.ahead = 0
        await self.database["tickets"].delete_many({})
        async with asyncio.timeout(60):
            while await self.database["boards"].find_one({"at_rest": {"$ne": True}}):
                await asyncio.sleep(0.1)
        await self.database["boards"].delete_many({})
        await self.database["full_tickets"].delete_many({})
        self.slack.workspace.messages.clear()
        self.slack.records.calls.clear()
        self.slack.problems.clear()
        self.stalled = 0.0

    def all_late(self):
        """What one of them filed by a clock that was ahead is late by all of them."""
        ahead = max(desk.ahead for desk in self.desks)
        for desk in self.desks:
            desk.clock_off(ahead)

    @property
    def owed(self):
        message = {"kind": {"$in": ["card", "receipt"]}, "due": {"$ne": None}}
        alert = {"kind": "alert", "due": {"$ne": None}}
        owed = [
            {"deliveries": {"$elemMatch": message}},
            {"deliveries": {"$elemMatch": alert}, "priority": "high"},
        ]
        return {"$or": owed, "padding": {"$exists": False}}

    async def quiet(self, seconds=60):
        """Returns when Slack is owed nothing any more."""
        async with asyncio.timeout(seconds):
            while await self.database["tickets"].find_one(self.owed):
                await asyncio.sleep(0.1)

    def problems(self):
        return [
            problem
            for problem in self.slack.problems
            if not any(word in problem for word in NO_ANSWER)
        ]

    async def _watch_ourselves(self):
        """The longest time for which this process did nothing: Slack's delay, then."""
        loop = asyncio.get_running_loop()
        while True:
            before = loop.time()
            await asyncio.sleep(0.02)
            self.stalled = max(self.stalled, loop.time() - before - 0.02)


@asynccontextmanager
async def world_of(folder, *, members, desks, pause=0.02):
    async with (
        local_slack(manifest=MANIFEST, signing_secret=SIGNING_SECRET, bot_token=BOT_TOKEN) as slack,
        replica_set(folder, members) as mongo,
        AsyncMongoClient(
            mongo.uri,
            tz_aware=True,
            w="majority",
            readConcernLevel="majority",
            heartbeatFrequencyMS=1000,
            connectTimeoutMS=2000,
            timeoutMS=20000,
        ) as client,
        aiohttp.ClientSession() as session,
        forking() as forks,
    ):
        world = World(slack, mongo, client, session, folder)
        async with open_store(mongo.uri) as store:
            await store.prepare()
            robot = await store.accounts.add(
                name="Robot", email="robot@example.com", password_hash="none", role=Role.AGENT
            )
        world.headers = {"Authorization": f"Bearer {Tokens(SECRET).issue(robot)}"}
        world.desks = [
            Desk(forks, f"desk-{number}", folder, world.settings, pause) for number in range(desks)
        ]
        watching = asyncio.create_task(world._watch_ourselves())
        try:
            await world.healthy()
            yield world
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
            for desk in world.desks:
                await desk.kill()

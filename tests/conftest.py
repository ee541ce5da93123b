"""The real MongoDB, the real HTTP server, a clock that is moved by hand."""

import gc
import warnings
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
import structlog
from aiohttp.test_utils import TestServer
from argon2 import PasswordHasher
from multidict import CIMultiDict
from pymongo import AsyncMongoClient
from slack_bolt.listener.async_listener import AsyncCustomListener

from api.app import create_api
from api.limits import NONE, Limits
from api.tokens import Tokens
from core.desk import Desk
from core.desk.people.people import People
from core.people import passwords as hashing
from core.people.accounts import Role, Via
from core.people.passwords import Passwords
from core.sla import Policy, Sla
from core.store import Store, open_store
from core.store.mongo.embedded import embedded_mongo
from tests.support.quick_folder import quick_folder

# High 4, medium 24, low 48 hours, day and night.
SLA = Sla(Policy.of_hours())
SECRET = "a-secret-for-tests-of-more-than-32-bytes"
# Seconds after which what is waited for never comes, however busy the machine is.
LONGEST_WAIT = 60
LONG_AGO = datetime.fromtimestamp(0, UTC)


def _name_if_any(collection):
    return [{"$limit": 1}, {"$project": {"_id": {"$literal": collection}}}]


# All that a test may leave something in.
COLLECTIONS = (
    "tickets",
    "accounts",
    "allowances",
    "answered",
    "api_tokens",
    "boards",
    "counters",
    "digests",
    "full_tickets",
    "greetings",
    "link_codes",
    "offers",
    "readings",
    "removals",
    "thread_readings",
    "timelines",
    "turns",
    "wrong_passwords",
)
# Which of them hold something, as an aggregation over the first.
WITH_DOCUMENTS = [
    *_name_if_any("tickets"),
    *({"$unionWith": {"coll": name, "pipeline": _name_if_any(name)}} for name in COLLECTIONS[1:]),
]


async def held_up(client, command, *, times, **whose):
    """Has MongoDB take 0.7 s for the next so many of these commands; gives what waits until it
    has got them all."""
    data = {"failCommands": [command], "blockConnection": True, "blockTimeMS": 700, **whose}
    before = await client.admin.command(
        "configureFailPoint", "failCommand", mode={"times": times}, data=data
    )

    async def under_way():
        await client.admin.command(
            "waitForFailPoint",
            "failCommand",
            timesEntered=before["count"] + times,
            maxTimeMS=LONGEST_WAIT * 1000,
        )

    return under_way


class HandClock:
    """Stands still until it is moved; whoever should look then may be told."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        self.moved: Callable[[], None] = lambda: None

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **time: float) -> None:
        self.now += timedelta(**time)
        self.moved()


def pytest_collection(session):
    """What is loaded and collected stays to the end: nobody need look for garbage in it."""
    gc.disable()


def pytest_collection_finish(session):
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def plain_log():
    """structlog's own default paints every traceback, which takes seconds."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ]
    )


@pytest.fixture(scope="session", autouse=True)
def patient_bolt():
    """Bolt answers 504 after three seconds, in which Slack gives up."""
    with pytest.MonkeyPatch.context() as patched:
        always = property(lambda listener: LONGEST_WAIT, lambda listener, seconds: None)
        patched.setattr(AsyncCustomListener, "ack_timeout", always, raising=False)
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_hashes():
    """argon2id, but for how much it takes; gives what hashes outside of tests."""
    real = hashing._HASHER
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(hashing, "_HASHER", PasswordHasher(1, 8, 1))
        yield real


@pytest.fixture
def clock():
    return HandClock()


@pytest.fixture(scope="session")
async def mongo_uri(tmp_path_factory):
    arguments = ["--setParameter", "enableTestCommands=1"]
    arguments += ["--setParameter", "diagnosticDataCollectionEnabled=false"]
    with quick_folder(otherwise=tmp_path_factory.mktemp("mongo")) as folder:
        async with embedded_mongo(folder, arguments) as uri:
            yield uri


@pytest.fixture(scope="session")
async def raw_client(mongo_uri):
    """MongoDB as it is, for looking at what was really written."""
    async with AsyncMongoClient(mongo_uri, tz_aware=True) as client:
        yield client


@pytest.fixture(scope="session")
async def prepared_store(mongo_uri):
    """Its MongoDB answers, however slowly on a busy machine: what is to happen when it does not is
    tried with stores of their own."""
    patience = dict.fromkeys(("timeoutMS", "waitQueueTimeoutMS"), LONGEST_WAIT * 1000)
    async with open_store(mongo_uri, **patience) as store:
        await store.prepare()
        yield store
        ours = {name for name in await store._database.list_collection_names() if "." not in name}
        assert ours <= {*COLLECTIONS, "migrations"}, "what a test leaves there, others find"


@pytest.fixture
async def database(raw_client, prepared_store):
    """The desk's database, empty of documents, with its indexes."""
    database = raw_client.get_default_database()
    async for row in await database["tickets"].aggregate(WITH_DOCUMENTS):
        await database[row["_id"]].delete_many({})
    return database


@pytest.fixture
def expire(database):
    """Ends what the database's clock counts, instead of waiting for it: leases, doubts, waits.

    With `held=False` only what no process holds, so that a desk may run meanwhile.
    """

    async def done(*, held=True):
        over = {
            name: {"$cond": [{"$gt": [f"$$one.{name}", None]}, LONG_AGO, None]}
            for name in ("free_at", "last_try")
        }
        one = {"$mergeObjects": ["$$one", over]}
        deliveries = {"$map": {"input": "$deliveries", "as": "one", "in": one}}
        until = {"$cond": [{"$gt": ["$delivery.until", None]}, LONG_AGO, "$$REMOVE"]}
        whose = {} if held else {"delivery.lease": {"$exists": False}}
        await database["tickets"].update_many(
            whose | {"deliveries": {"$exists": True}},
            [{"$set": {"deliveries": deliveries, "delivery.until": until}}],
        )
        for name in ("boards", "digests", "turns"):
            which = whose | {"delivery.until": {"$type": "date"}}
            await database[name].update_many(which, {"$set": {"delivery.until": LONG_AGO}})
        await database["turns"].update_many(
            {"free_at": {"$type": "date"}}, {"$set": {"free_at": LONG_AGO}}
        )

    return done


@pytest.fixture
async def store(prepared_store, database):
    return prepared_store


@pytest.fixture(scope="session")
def passwords(quick_hashes):
    passwords = Passwords()
    yield passwords
    passwords.close()


@pytest.fixture
def people(store, passwords):
    return People(store.accounts, passwords, staff={}, min_password=6)


@pytest.fixture
def desk(store, people, clock):
    return Desk(store.tickets, people, SLA, clock)


@pytest.fixture
def secret():
    """What tokens are signed with."""
    return SECRET


class Healthy:
    async def problems(self):
        return []


@dataclass
class Answer:
    status: int
    body: Any
    headers: Any


@dataclass
class Caller:
    """Somebody with a token, over real HTTP."""

    session: aiohttp.ClientSession
    url: str
    id: str = ""
    email: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    async def send(self, method: str, path: str, **request: Any) -> Answer:
        headers = CIMultiDict(self.headers)
        headers.update(request.get("headers") or {})
        request["headers"] = headers
        async with self.session.request(method, self.url + path, **request) as response:
            is_json = response.content_type == "application/json"
            body = await response.json() if is_json else await response.text()
            return Answer(response.status, body, response.headers)

    async def get(self, path: str, **request: Any) -> Answer:
        return await self.send("GET", path, **request)

    async def post(self, path: str, json: Any = None, **request: Any) -> Answer:
        return await self.send("POST", path, json=json, **request)

    async def patch(self, path: str, json: Any = None, **request: Any) -> Answer:
        return await self.send("PATCH", path, json=json, **request)

    async def file(self, title: str = "Server down", **more: Any) -> dict[str, Any]:
        answer = await self.post("/api/tickets", {"title": title, **more})
        assert answer.status == 201, answer
        return answer.body


@asynccontextmanager
async def rest_server(
    desk: Desk,
    *,
    origins: tuple[str, ...] = ("local",),
    loopback: bool = True,
    limits: Limits = NONE,
) -> AsyncIterator[str]:
    app = create_api(
        desk,
        Tokens(SECRET),
        cors_origins=origins,
        health=Healthy(),
        loopback=loopback,
        limits=limits,
    )
    async with TestServer(app) as server:
        yield str(server.make_url("")).rstrip("/")


@pytest.fixture
async def rest_url(desk):
    async with rest_server(desk) as url:
        yield url


@pytest.fixture
async def serve():
    """Serves another desk for as long as the test runs."""
    async with AsyncExitStack() as servers:

        async def url(desk: Desk, **options: Any) -> str:
            return await servers.enter_async_context(rest_server(desk, **options))

        yield url


def pytest_collection_modifyitems(items):
    quiet = pytest.mark.filterwarnings("default::pytest.PytestUnraisableExceptionWarning")
    for item in items:
        if "left_sockets" in item.fixturenames:
            item.add_marker(quiet)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    """Nothing holds the test's fixtures any more: what they left is collected, without a word."""
    result = yield
    if "left_sockets" in item.fixturenames:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()
    return result


@pytest.fixture
def left_sockets():
    """The driver leaves a socket open where it connects when its server goes or it is closed: not
    our matter. They are collected after the test, so that no other is warned of them."""


@pytest.fixture
async def another_store(mongo_uri, left_sockets):
    """Opens a store of its own, with other options of the driver or on another database."""
    async with AsyncExitStack() as stores:

        async def opened(uri: str = mongo_uri, **options: Any) -> Store:
            return await stores.enter_async_context(open_store(uri, **options))

        yield opened


@pytest.fixture
async def session():
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def stranger(session, rest_url):
    """Somebody without a token."""
    return Caller(session, rest_url)


@pytest.fixture(scope="session")
async def password_hash(passwords):
    """Made once: hashing is slow on purpose."""
    return await passwords.hashed("correct-horse")


@pytest.fixture
def caller(session, rest_url, store, password_hash):
    """Makes an account, whose password is correct-horse, and gives its caller."""

    async def make(name: str, role: Role = Role.USER) -> Caller:
        email = f"{name.lower()}@example.com"
        account = await store.accounts.add(
            name=name,
            email=email,
            password_hash=password_hash,
            password_is_long=True,
            role=role,
        )
        token = Tokens(SECRET).issue(account)
        headers = {"Authorization": f"Bearer {token}"}
        return Caller(session, rest_url, account.id, email, headers)

    return make


@pytest.fixture
async def ada(caller):
    return await caller("Ada")


@pytest.fixture
async def ben(caller):
    return await caller("Ben")


@pytest.fixture
async def olga(caller):
    return await caller("Olga", Role.AGENT)


@pytest.fixture
async def amir(caller):
    return await caller("Amir", Role.ADMIN)


@pytest.fixture
def acting(people):
    """The caller as the desk sees them."""

    async def actor(caller: Caller, via: Via = Via.REST):
        return (await people.account(caller.id)).acting(via)

    return actor

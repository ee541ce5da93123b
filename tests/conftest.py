"""The desk, the real HTTP server, a clock that is moved by hand; MongoDB is in `support`."""

import gc
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import aiohttp
import pytest
import structlog
from aiohttp.test_utils import TestServer
from argon2 import PasswordHasher
from multidict import CIMultiDict
from slack_bolt.listener.async_listener import AsyncCustomListener

from api import health as probes
from api.app import create_api
from api.health import Health
from api.limits import NONE, Limits
from api.tokens import Tokens
from core.desk import Desk
from core.desk.people.people import People
from core.people import passwords as hashing
from core.people.accounts import Role, Via
from core.people.passwords import Passwords
from core.sla import Policy, Sla

pytest_plugins = ["tests.support.mongo"]

# High 4, medium 24, low 48 hours, day and night.
SLA = Sla(Policy.of_hours())
SECRET = "a-secret-for-tests-of-more-than-32-bytes"
# Seconds after which what is waited for never comes, however busy the machine is.
LONGEST_WAIT = 60
LONG_AGO = datetime.fromtimestamp(0, UTC)


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
def patient_probes():
    """A probe has the answer of the very look that it asked for, however busy the machine is."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(probes, "PATIENCE", LONGEST_WAIT)
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
    known = ()

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
    health: Health | None = None,
) -> AsyncIterator[str]:
    app = create_api(
        desk,
        Tokens(SECRET),
        cors_origins=origins,
        health=health or Healthy(),
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
def caller_at(session, store, password_hash):
    """Makes an account, whose password is correct-horse, and gives its caller at an address."""

    async def make(url: str, name: str, role: Role = Role.USER) -> Caller:
        email = f"{name.split()[0].lower()}@example.com"
        account = await store.accounts.add(
            name=name,
            email=email,
            password_hash=password_hash,
            password_is_long=True,
            role=role,
        )
        token = Tokens(SECRET).issue(account)
        headers = {"Authorization": f"Bearer {token}"}
        return Caller(session, url, account.id, email, headers)

    return make


@pytest.fixture
def caller(rest_url, caller_at):
    return partial(caller_at, rest_url)


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

"""A Slack, a client of it, and a bot that is nothing but an ear."""

import asyncio
import json
from collections import deque
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from localslack import Manifest, local_slack
from tests.conftest import LONGEST_WAIT
from tests.localslack.samples import CARD, FORM

MANIFEST = Path(__file__).parent / "manifest.yml"
SECRET = "a-secret-for-tests"
# Seconds for an answer, where Slack waits three: how long a busy machine takes is no matter here.
PATIENCE = 60


@pytest.fixture
def manifest():
    return Manifest.read(MANIFEST)


class Clock:
    def __init__(self):
        self.time = 1_700_000_000.0

    def __call__(self):
        return self.time


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def slack(manifest, clock):
    async with local_slack(
        manifest=manifest,
        signing_secret=SECRET,
        bot_token="xoxb-local",
        now=clock,
        patience=PATIENCE,
    ) as slack:
        yield slack


@pytest.fixture
def client(slack):
    return AsyncWebClient(token="xoxb-local", base_url=slack.api_url, retry_handlers=[])


class Heard(NamedTuple):
    body: bytes
    headers: Mapping[str, str]
    content_type: str

    def json(self):
        return json.loads(self.body)


class Ear:
    """Hears every request and answers what it was told to, in order; 200 and nothing otherwise."""

    def __init__(self):
        self.url = ""
        self.heard = []
        self.answers = deque()

    async def hear(self, request):
        self.heard.append(Heard(await request.read(), request.headers, request.content_type))
        answer = self.answers.popleft() if self.answers else web.Response()
        return await answer(request) if callable(answer) else answer

    @property
    def form(self):
        return dict(parse_qsl(self.heard[-1].body.decode(), keep_blank_values=True))

    @property
    def payload(self):
        return json.loads(self.form["payload"])

    @property
    def event(self):
        return json.loads(self.heard[-1].body)


@pytest.fixture
async def ear_at():
    """Makes an ear, and tells a Slack that this is the app."""
    async with AsyncExitStack() as stack:

        async def listening(slack):
            ear = Ear()
            app = web.Application()
            app.router.add_post("/slack/events", ear.hear)
            runner = web.AppRunner(app, shutdown_timeout=0.1)
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            host, port = runner.addresses[0][:2]
            ear.url = slack.events_url = f"http://{host}:{port}/slack/events"
            return ear

        yield listening


@pytest.fixture
async def ear(slack, ear_at):
    return await ear_at(slack)


@pytest.fixture
async def card(slack, client):
    await client.chat_postMessage(channel="#helpdesk", text="T-1", blocks=CARD)
    return slack.messages("#helpdesk")[-1]


@pytest.fixture
def view():
    """What `form` opens; another file may have its own."""
    return FORM


@pytest.fixture
async def form(slack, client, ear, view):
    answer = await slack.command("new", by=slack.ada)
    await client.views_open(trigger_id=answer.trigger_id, view=view)
    return await slack.modal(by=slack.ada, after=answer)


class Connection:
    """A bot that is nothing but a connection."""

    def __init__(self, socket):
        self.socket = socket

    async def next(self):
        return await self.socket.receive_json(timeout=LONGEST_WAIT)

    async def ack(self, envelope, payload=None):
        answer = {} if payload is None else {"payload": payload}
        await self.socket.send_json({"envelope_id": envelope["envelope_id"], **answer})


@pytest.fixture
async def connect(slack, client):
    """Makes a connection and takes its hello."""
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())

        async def connected():
            opened = await client.apps_connections_open(app_token=slack.app_token)
            socket = await stack.enter_async_context(session.ws_connect(opened["url"]))
            assert (await socket.receive_json(timeout=LONGEST_WAIT))["type"] == "hello"
            return Connection(socket)

        yield connected


@pytest.fixture
async def connection(connect):
    return await connect()


@pytest.fixture
async def doing():
    """Lets a person do something while the test is the bot."""
    async with asyncio.TaskGroup() as group:
        yield group.create_task

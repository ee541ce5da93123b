"""Events that are lost, come twice, or come late and in another order, as a test asks for."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace

import aiohttp
import pytest
from aiohttp import WSMsgType, web

from localslack import Fault
from tests.conftest import LONGEST_WAIT


@pytest.fixture
def manifest(manifest):
    return replace(manifest, events=manifest.events | {"message.channels", "app_mention"})


class OverHttp:
    def __init__(self, ear):
        self._ear = ear

    @property
    def heard(self):
        """The payload and the number of its retry, of each event."""
        told = [(each.json(), each.headers.get("X-Slack-Retry-Num", 0)) for each in self._ear.heard]
        return [(payload, int(retry)) for payload, retry in told]


class BySocket:
    def __init__(self):
        self.heard = []

    async def listen(self, socket):
        async for message in socket:
            if message.type is WSMsgType.TEXT and "payload" in (envelope := message.json()):
                self.heard.append((envelope["payload"], envelope["retry_attempt"]))
                await socket.send_json({"envelope_id": envelope["envelope_id"]})


@asynccontextmanager
async def by_socket(slack, client):
    url = (await client.apps_connections_open(app_token=slack.app_token))["url"]
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        app = BySocket()
        listening = asyncio.create_task(app.listen(socket))
        await slack.until(lambda: slack.sockets.count == 1)
        yield app
        await socket.close()
        await asyncio.wait_for(listening, LONGEST_WAIT)


@pytest.fixture(params=["http", "socket"])
async def app(request, slack, client, ear_at):
    """It hears events over HTTP or by Socket Mode, and takes each."""
    if request.param == "http":
        yield OverHttp(await ear_at(slack))
    else:
        async with by_socket(slack, client) as app:
            yield app


def texts(app):
    return [payload["event"]["text"] for payload, _ in app.heard]


async def test_an_event_is_lost(slack, app):
    slack.fail("event", Fault.lost())

    for text in ("one", "two"):
        await slack.post(text, by=slack.ada)

    assert texts(app) == ["two"]
    assert [each.text for each in slack.messages("#general")] == ["one", "two"]
    assert slack.problems == []


async def test_an_event_comes_again_as_the_same(slack, app):
    slack.fail("event", Fault.repeated(2))

    await slack.post("one", by=slack.ada)

    (first, number), *again = app.heard
    assert number == 0
    assert again == [(first, 1), (first, 2)]
    assert slack.problems == []


async def test_events_come_late_and_in_another_order(slack, app):
    slack.fail("event", Fault.held(), times=2)
    for text in ("one", "two", "three"):
        await slack.post(text, by=slack.ada)
    assert texts(app) == ["three"]
    assert [each["event"]["text"] for each in slack.held] == ["one", "two"]
    held = [each["event_id"] for each in slack.held]

    answers = await slack.deliver_held(reversed)

    assert texts(app) == ["three", "two", "one"]
    assert [payload["event_id"] for payload, _ in app.heard[1:]] == held[::-1]
    assert ([each.status for each in answers], slack.held) == ([200, 200], [])


async def test_what_an_order_leaves_out_stays_held(slack, app):
    slack.fail("event", Fault.held(), times=None)
    for text in ("one", "two"):
        await slack.post(text, by=slack.ada)

    await slack.deliver_held(lambda held: held[1:])
    assert texts(app) == ["two"]
    await slack.deliver_held()
    assert texts(app) == ["two", "one"]


@pytest.mark.parametrize(
    ("fault", "left"),
    [
        (Fault.lost(type="app_mention"), ["message", "message"]),
        (Fault.lost(channel="C0HELPDESK"), ["message", "app_mention"]),
        (Fault.lost(type="message", channel="C0GENERAL"), ["app_mention", "message"]),
        (Fault.lost(lambda event: "help" in event["text"]), ["message"]),
    ],
    ids=["type", "channel", "both", "predicate"],
)
async def test_an_event_is_chosen(slack, ear, fault, left):
    slack.fail("event", fault, times=None)

    await slack.post("@helpdesk help", by=slack.ada, channel="#general")
    await slack.post("VPN", by=slack.ada, channel="#helpdesk")

    assert sorted(each.json()["event"]["type"] for each in ear.heard) == sorted(left)


async def test_what_the_app_does_itself_is_lost_too_and_heals(slack, client, ear):
    slack.fail("event", Fault.lost(), times=None)
    await client.chat_postMessage(channel="#general", text="one")
    await slack.settled()
    slack.heal("event")
    await client.chat_postMessage(channel="#general", text="two")
    await slack.settled()

    assert [each.json()["event"]["text"] for each in ear.heard] == ["two"]


async def test_a_repeat_that_is_not_taken_is_not_tried_again(slack, ear):
    ear.answers += [web.Response(), web.Response(status=500)]
    slack.fail("event", Fault.repeated())

    answer = await slack.event({"type": "app_mention"})

    assert (answer.attempts, answer.status, len(slack.problems)) == (2, 500, 1)


@pytest.mark.parametrize(
    ("what", "fault"), [("event", Fault.status(503)), ("chat.postMessage", Fault.lost())]
)
async def test_a_fault_is_of_calls_or_of_events(slack, what, fault):
    with pytest.raises(ValueError, match="does not go wrong"):
        slack.fail(what, fault)

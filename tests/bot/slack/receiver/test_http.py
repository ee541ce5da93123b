"""The door for what Slack sends: only Slack gets in, and everything only once."""

import asyncio
import json
import time
from urllib.parse import urlencode

import pytest
from aiohttp.test_utils import TestServer
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier

from api.app import create_api
from api.tokens import Tokens
from bot.slack.receiver.http import slack_app
from tests.bot.conftest import SIGNING_SECRET
from tests.conftest import LONGEST_WAIT, SECRET, Healthy

COMMAND = {
    "command": "/ticket",
    "text": "new high VPN is down",
    "user_id": "U0ADA",
    "user_name": "ada",
    "channel_id": "C0GENERAL",
    "team_id": "T0LOCAL",
    "trigger_id": "1.2.3",
}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def signed(slack, body, timestamp=None):
    return slack.signed(body, timestamp) | FORM


async def tickets(program):
    return len((await program.get("/api/tickets")).body["items"])


async def test_a_signed_request_is_done(slack, program):
    body = urlencode(COMMAND).encode()

    reply = await slack.send(body, signed(slack, body))

    assert reply.status == 200
    assert await tickets(program) == 1


async def test_a_signed_request_that_comes_twice_is_done_once(slack, program):
    body = urlencode(COMMAND).encode()
    headers = signed(slack, body)

    replies = [await slack.send(body, headers) for _ in range(3)]

    assert [reply.status for reply in replies] == [200, 200, 200]
    assert await tickets(program) == 1


async def test_behind_a_proxy_that_keeps_the_name_it_was_called_by_slack_gets_in_and_no_page(
    slack, program
):
    body = urlencode(COMMAND).encode()
    public = {"Host": "desk.example.com"}

    reply = await slack.send(body, signed(slack, body) | public)
    page = await program.get("/api/tickets", headers=public)

    assert (reply.status, page.status) == (200, 421)
    assert await tickets(program) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Signature": "v0=" + "é" * 64},
        {"X-Slack-Signature": "nothing"},
        {"X-Slack-Signature": ""},
        {"X-Slack-Request-Timestamp": "abc"},
        {"X-Slack-Request-Timestamp": "1" * 5000},
        {"X-Slack-Request-Timestamp": "-1"},
        {"X-Slack-Request-Timestamp": ""},
    ],
    ids=str,
)
async def test_what_is_not_signed_by_slack_is_refused(slack, program, wrong, caplog):
    body = urlencode(COMMAND).encode()

    reply = await slack.send(body, signed(slack, body) | wrong)

    assert reply.status == 401
    assert await tickets(program) == 0
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("seconds", [-301, 301])
async def test_a_signature_is_good_for_five_minutes(slack, program, seconds):
    body = urlencode(COMMAND).encode()

    reply = await slack.send(body, signed(slack, body, int(time.time()) + seconds))

    assert reply.status == 401


async def test_a_changed_body_is_refused(slack, program):
    body = urlencode(COMMAND).encode()

    reply = await slack.send(body.replace(b"high", b"low"), signed(slack, body))

    assert reply.status == 401
    assert await tickets(program) == 0


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe", FORM["Content-Type"]),
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b"payload=%7B", FORM["Content-Type"]),
        (b"payload=[1]", FORM["Content-Type"]),
    ],
)
async def test_what_slack_never_sends_is_refused(slack, program, body, kind):
    headers = slack.signed(body) | {"Content-Type": kind}

    reply = await slack.send(body, headers)

    assert reply.status == 400


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.slack.com/commands/1",
        "https://hooks.slack.com.evil.example/commands/1",
        "https://evil.example/commands/1",
        "http://127.0.0.1:1/response/1",
    ],
)
async def test_no_connection_is_made_to_a_response_url_that_is_not_slacks(slack, program, url):
    body = urlencode(COMMAND | {"text": "xyzzy", "response_url": url}).encode()

    reply = await slack.send(body, signed(slack, body))

    assert reply.status == 400


async def test_an_event_nobody_listens_to_is_acknowledged_by_every_process(slack, program, start):
    event = {"type": "event_callback", "event_id": "Ev1", "event": {"type": "app_mention"}}
    body = json.dumps(event).encode()
    first = slack.events_url
    async with start():
        for url in (first, slack.events_url):
            headers = slack.signed(body) | {"Content-Type": "application/json"}
            reply = await slack.send(body, headers, url)
            assert reply.status < 500


async def test_a_body_that_does_not_arrive_is_no_error_of_ours(desk_url):
    host, port = desk_url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc")

    async with asyncio.timeout(LONGEST_WAIT):
        answer = await reader.readline()

    assert b" 408 " in answer
    writer.close()


async def test_a_fault_behind_slacks_door_is_answered_in_words_and_not_as_the_apis(desk, session):
    class Broken(AsyncApp):
        async def async_dispatch(self, request):
            raise RuntimeError("a fault of ours")

    api = create_api(desk, Tokens(SECRET), cors_origins=[], health=Healthy(), loopback=True)
    bolt = Broken(token="xoxb-1", request_verification_enabled=False)
    api.add_subapp("/slack", slack_app(bolt, signing_secret=SIGNING_SECRET, api_url="https://x/"))
    body, now = urlencode(COMMAND).encode(), str(int(time.time()))
    signature = SignatureVerifier(SIGNING_SECRET).generate_signature(timestamp=now, body=body)
    headers = {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": signature}
    async with TestServer(api) as server:
        url = server.make_url("/slack/events")
        async with session.post(url, data=body, headers=headers | FORM) as answer:
            said = await answer.text()

    assert (answer.status, answer.content_type) == (500, "text/plain")
    assert said == "Something went wrong on our side. It is logged."

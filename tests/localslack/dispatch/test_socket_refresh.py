"""Several connections, and one that is sent away to come anew."""

import asyncio

import pytest
from aiohttp import WSMsgType
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from localslack import NotPossible
from tests.conftest import LONGEST_WAIT


async def test_each_envelope_goes_to_one_of_the_connections(slack, connect, doing):
    first, second = await connect(), await connect()
    commands = [doing(slack.command(text, by=slack.ada)) for text in ("a", "b", "c")]

    for connection, texts in ((first, ["a", "c"]), (second, ["b"])):
        for text in texts:
            envelope = await connection.next()
            assert envelope["payload"]["text"] == text
            await connection.ack(envelope)

    assert [(await command).status for command in commands] == [200, 200, 200]


async def test_what_goes_away_is_not_asked_any_more(slack, connect, doing):
    first, second = await connect(), await connect()
    await first.socket.close()
    await slack.until(lambda: slack.sockets.count == 1)
    command = doing(slack.command("x", by=slack.ada))

    await second.ack(await second.next())

    assert (await command).status == 200


async def test_a_refresh_says_disconnect_and_waits_for_a_new_connection(slack, connect, doing):
    old = await connect()
    under_way = doing(slack.command("before", by=slack.ada))
    before = await old.next()
    refresh = doing(slack.refresh_sockets())

    farewell = await old.next()
    new = await connect()
    await old.socket.close()
    await refresh
    after = doing(slack.command("after", by=slack.ada))
    await new.ack(before, {"text": "Started before"})
    await new.ack(await new.next(), {"text": "Started after"})

    assert (farewell["type"], farewell["reason"]) == ("disconnect", "refresh_requested")
    assert ((await under_way).text, (await after).text) == ("Started before", "Started after")
    assert slack.problems == []


async def test_a_connection_that_stays_after_a_refresh_is_closed(slack, connect, doing):
    slack.sockets.patience = 0.3
    old = await connect()
    refresh = doing(slack.refresh_sockets())
    await old.next()
    await connect()

    assert (await old.socket.receive(timeout=LONGEST_WAIT)).type is WSMsgType.CLOSE
    await refresh


async def test_there_is_nothing_to_refresh_without_a_connection(slack):
    with pytest.raises(NotPossible, match="no bot is connected"):
        await slack.refresh_sockets()


@pytest.fixture
async def bolt(slack):
    """A Bolt app that answers with what it was asked, a slow word when it is told to go on."""
    slack.sockets.patience = 3.0
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
    app = AsyncApp(signing_secret="unused", client=client)
    app.go_on = asyncio.Event()
    app.asked = asyncio.Event()

    @app.command("/ticket")
    async def ticket(ack, command):
        if command["text"] == "slow":
            app.asked.set()
            await app.go_on.wait()
        await ack(f"No {command['text']}")

    @app.event("app_mention")
    async def mentioned(request, say):
        await say(f"Attempt {request.headers.get('x-slack-retry-num', ['0'])[0]}")

    handler = AsyncSocketModeHandler(app, slack.app_token)
    await handler.connect_async()
    yield app
    await handler.close_async()
    assert slack.problems == []


async def test_bolt_comes_anew_when_it_is_sent_away(slack, bolt):
    for text in ("one", "two", "three"):
        await slack.refresh_sockets()
        assert (await slack.command(text, by=slack.ada)).text == f"No {text}"

    assert slack.sockets.count == 1
    assert len(slack.calls_of("apps.connections.open")) == 4


async def test_bolt_loses_nothing_that_is_under_way_while_it_comes_anew(slack, bolt, doing):
    slow = doing(slack.command("slow", by=slack.ada))
    await bolt.asked.wait()

    await slack.refresh_sockets()
    bolt.go_on.set()

    assert (await slow).text == "No slow"


async def test_bolt_sees_a_repeated_event_as_a_retry(slack, bolt):
    event = {"type": "app_mention", "user": "U0ADA", "channel": "C0GENERAL", "text": "hi"}

    await slack.event({**event, "ts": slack.workspace.next_ts()}, retry_num=2)

    said = await slack.until(lambda: slack.messages("#general"))
    assert said[0].text == "Attempt 2"


async def test_two_bolt_apps_share_what_is_asked(slack, bolt):
    other = AsyncSocketModeHandler(bolt, slack.app_token)
    await other.connect_async()
    await slack.until(lambda: slack.sockets.count == 2)

    answers = [await slack.command(text, by=slack.ada) for text in ("a", "b", "c")]
    await other.close_async()
    await slack.until(lambda: slack.sockets.count == 1)
    last = await slack.command("d", by=slack.ada)

    assert [answer.text for answer in [*answers, last]] == ["No a", "No b", "No c", "No d"]

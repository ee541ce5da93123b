"""Socket Mode comes back by itself, whatever kept it away and however long."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.receiver import socket_mode as receiver
from bot.slack.receiver.socket_mode import socket_mode
from localslack import Fault

PATIENCE = 0.2


@pytest.fixture
def bolt(slack):
    """An app that answers, with the clients that the desk's has."""

    async def authorize():
        return AuthorizeResult(enterprise_id=None, team_id=None, bot_token=slack.bot_token)

    app = AsyncApp(
        authorize=authorize,
        client=AsyncWebClient(base_url=slack.api_url),
        request_verification_enabled=False,
    )

    @app.command("/ticket")
    async def answered(ack):
        await ack("Here I am.")

    return app


@pytest.fixture
def connecting(slack, bolt):
    return lambda: socket_mode(bolt, slack.app_token, patience=PATIENCE)


@pytest.fixture
def connected(slack, connecting):
    """As soon as it is, however long that takes."""

    @asynccontextmanager
    async def done():
        async with connecting() as socket:
            await until(slack, lambda: slack.sockets.count == 1)
            await until(slack, lambda: socket.trouble is None)
            yield socket

    return done


async def until(slack, condition):
    """Each try in vain makes the next one come later, so a busy machine may need long."""
    return await slack.until(condition, seconds=60)


async def answers(slack):
    answer = await slack.command("help", by=slack.ada)
    return answer.text == "Here I am."


def opened(slack):
    return len(slack.calls_of("apps.connections.open"))


async def test_websockets_that_are_refused_for_longer_than_a_ticket_lives(slack, connecting):
    usual, slack.sockets.ticket_life = slack.sockets.ticket_life, PATIENCE / 2
    slack.fail("websocket", Fault.status(503), times=None)
    async with connecting() as socket:
        await until(slack, lambda: opened(slack) > 2)
        # Also while it is tried from scratch.
        assert "Slack gives an address, but no WebSocket" in socket.trouble
        assert "firewall" in socket.trouble

        slack.sockets.ticket_life = usual
        slack.heal("websocket")
        await until(slack, lambda: slack.sockets.count == 1)
        await until(slack, lambda: socket.trouble is None)

        assert socket.since is None
        assert await answers(slack)


async def test_a_connection_that_is_lost_and_then_refused_comes_back(slack, connected):
    async with connected() as socket:
        assert await answers(slack)

        usual, slack.sockets.ticket_life = slack.sockets.ticket_life, PATIENCE / 2
        slack.fail("websocket", Fault.status(503), times=None)
        asked = opened(slack)
        await slack.sockets.close(None)
        await until(slack, lambda: socket.trouble)
        since = socket.since
        await until(slack, lambda: opened(slack) > asked + 1)
        assert socket.since == since
        slack.sockets.ticket_life = usual
        slack.heal("websocket")

        await until(slack, lambda: slack.sockets.count == 1)
        await until(slack, lambda: socket.trouble is None)
        assert await answers(slack)


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (Fault.error("invalid_auth"), "Slack refuses (invalid_auth): set SLACK_APP_TOKEN"),
        (Fault.error("missing_scope"), "connections:write"),
        (Fault.error("something_new"), "Slack refuses (something_new): look at SLACK_APP_TOKEN"),
        (Fault.rate_limited(1), "says 429"),
        (Fault.status(503), "says 503"),
        (Fault.cut_before(), "look at the network"),
    ],
    ids=lambda value: str(value)[:50],
)
async def test_why_there_is_no_connection_is_told(slack, connecting, fault, why):
    slack.fail("apps.connections.open", fault, times=None)
    async with connecting() as socket:
        await until(slack, lambda: why in (socket.trouble or ""))
        assert socket.trouble.startswith("No connection by Socket Mode since 2")

        slack.heal()
        await until(slack, lambda: slack.sockets.count == 1)
        await until(slack, lambda: socket.trouble is None)
        assert await answers(slack)


async def test_slack_is_not_asked_sooner_than_it_wants(slack, connecting):
    slack.fail("apps.connections.open", Fault.rate_limited(60), times=None)
    async with connecting() as socket:
        await until(slack, lambda: "says 429" in (socket.trouble or ""))
        await asyncio.sleep(10 * PATIENCE)
        assert opened(slack) == 1


async def test_what_is_being_answered_goes_over_the_connection_of_then(
    slack, bolt, connected, monkeypatch
):
    monkeypatch.setattr(receiver, "SLACK_WAITS", slack.sockets.patience)
    go, decided = asyncio.Event(), asyncio.Event()

    @bolt.middleware
    async def slow(ack):
        await go.wait()
        decided.set()
        return await ack("After all.")

    async with connected() as socket:
        asked = asyncio.create_task(slack.command("slow", by=slack.ada))
        await until(slack, lambda: socket._answering)
        await socket._leave()
        go.set()
        # Between two connections, when there is none to answer over.
        await until(slack, decided.is_set)
        socket._connect()

        assert (await asked).text == "After all."


async def test_an_answer_that_finds_no_connection_in_time_is_given_up(
    slack, bolt, connected, monkeypatch
):
    monkeypatch.setattr(receiver, "SLACK_WAITS", 0)
    slack.sockets.patience = 0.2
    go = asyncio.Event()

    @bolt.middleware
    async def slow(ack):
        await go.wait()
        return await ack("Too late.")

    async with connected() as socket:
        asked = asyncio.create_task(slack.command("slow", by=slack.ada))
        await until(slack, lambda: socket._answering)
        await socket._leave()
        go.set()

        await until(slack, lambda: not socket._answering)
        assert (await asked).failure == "operation_timeout"
        slack.problems.clear()


@pytest.mark.parametrize("payload", [{"command": "/ticket"}, {}, [], None, "x", 7], ids=repr)
async def test_what_slack_does_not_send_is_not_answered(slack, connected, payload):
    usual, slack.sockets.patience = slack.sockets.patience, 0.2
    async with connected():
        reply = await slack.sockets.command(payload)
        assert reply.failure == "operation_timeout"

        slack.sockets.patience = usual
        assert await answers(slack)


async def test_old_connections_leave_nothing_behind(slack, connecting):
    before = asyncio.all_tasks()
    slack.fail("apps.connections.open", Fault.status(503), times=None)
    async with connecting():
        await until(slack, lambda: opened(slack) > 3)
    slack.heal()

    await until(slack, lambda: not [t for t in asyncio.all_tasks() - before if _is_sdks(t)])


def _is_sdks(task):
    return "slack_sdk" in task.get_coro().cr_code.co_filename

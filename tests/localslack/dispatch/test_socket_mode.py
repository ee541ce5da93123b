"""Socket Mode: how a bot gets its connection, what comes over it, and what it may answer."""

from dataclasses import replace

import aiohttp
import pytest
from aiohttp import WSMsgType
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from localslack import Fault, local_slack
from localslack.dispatch import over_socket
from tests.conftest import LONGEST_WAIT
from tests.localslack.conftest import PATIENCE

CARD = [
    {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "action_id": "claim",
                "text": {"type": "plain_text", "text": "Claim"},
            }
        ],
    }
]


async def open_error(slack, token):
    client = AsyncWebClient(base_url=slack.api_url)
    with pytest.raises(SlackApiError) as caught:
        await client.apps_connections_open(app_token=token)
    return caught.value.response["error"]


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("xoxb-local", "not_allowed_token_type"),
        ("xapp-other", "invalid_auth"),
        ("", "not_authed"),
    ],
)
async def test_a_connection_is_opened_with_the_apps_token_only(slack, token, code):
    assert await open_error(slack, token) == code
    assert code in slack.problems[0]


async def test_the_apps_token_opens_nothing_else(slack):
    client = AsyncWebClient(token=slack.app_token, base_url=slack.api_url)

    with pytest.raises(SlackApiError) as caught:
        await client.auth_test()

    assert caught.value.response["error"] == "not_allowed_token_type"


async def test_there_is_no_socket_mode_unless_the_manifest_enables_it(manifest):
    without = replace(manifest, socket_mode=False)
    async with local_slack(manifest=without, signing_secret="x", bot_token="xoxb-x") as slack:
        assert await open_error(slack, slack.app_token) == "link_disabled"
        assert (await slack.command("x", by=slack.ada)).failure == "dispatch_failed"


async def test_a_ticket_is_good_for_one_connection(slack, client):
    url = (await client.apps_connections_open(app_token=slack.app_token))["url"]
    assert url.startswith("ws://127.0.0.1:")
    async with aiohttp.ClientSession() as session, session.ws_connect(url):
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            await session.ws_connect(url)
    assert caught.value.status == 403
    assert "good for one connection" in slack.problems[0]


async def test_a_ticket_is_not_good_for_long(slack, client):
    url = (await client.apps_connections_open(app_token=slack.app_token))["url"]
    slack.sockets.ticket_life = -1
    async with aiohttp.ClientSession() as session:
        for _ in range(2):
            with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
                await session.ws_connect(url)
            assert caught.value.status == 408
    assert slack.problems == []


async def test_websockets_are_refused_on_order(slack, client):
    slack.fail("websocket", Fault.status(503), times=1)
    url = (await client.apps_connections_open(app_token=slack.app_token))["url"]
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            await session.ws_connect(url)
        assert caught.value.status == 503
        async with session.ws_connect(url) as socket:
            assert (await socket.receive_json(timeout=5))["type"] == "hello"


async def test_the_first_word_is_hello(slack, client):
    async with aiohttp.ClientSession() as session:
        for number in (1, 2):
            url = (await client.apps_connections_open(app_token=slack.app_token))["url"]
            socket = await session.ws_connect(url)
            hello = await socket.receive_json(timeout=LONGEST_WAIT)
            assert hello["type"] == "hello"
            assert hello["num_connections"] == number
            assert hello["connection_info"] == {"app_id": "A0LOCAL"}
            assert "debug_info" in hello


async def test_a_command_comes_in_an_envelope_and_its_ack_is_its_answer(slack, connection, doing):
    command = doing(slack.command("new VPN", by=slack.ada))

    envelope = await connection.next()
    await connection.ack(envelope, {"text": "Done"})

    assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
    assert envelope["payload"]["command"] == "/ticket"
    assert envelope["payload"]["text"] == "new VPN"
    assert envelope["payload"]["trigger_id"]
    answer = await command
    assert (answer.status, answer.text, answer.message.ephemeral_to) == (200, "Done", "U0ADA")
    assert slack.problems == []


async def test_an_ack_without_a_payload_answers_nothing(slack, connection, doing):
    command = doing(slack.command("x", by=slack.ada))

    await connection.ack(await connection.next())

    answer = await command
    assert (answer.status, answer.body, answer.messages) == (200, b"", [])


async def test_a_press_comes_in_an_envelope_that_takes_no_payload(slack, client, connection, doing):
    await client.chat_postMessage(channel="#helpdesk", text="T-1", blocks=CARD)
    [card] = slack.messages("#helpdesk")
    click = doing(slack.click(card, "Claim", by=slack.olga))

    envelope = await connection.next()
    await connection.ack(envelope, {"text": "Taken"})

    assert (envelope["type"], envelope["accepts_response_payload"]) == ("interactive", False)
    assert envelope["payload"]["type"] == "block_actions"
    assert (await click).status == 200
    assert ["takes no payload" in problem for problem in slack.problems] == [True]


async def test_an_event_is_sent_again_until_it_is_acknowledged(slack, connection, doing):
    slack.sockets.patience = 0.05
    event = doing(slack.event({"type": "app_mention", "text": "hi"}))

    first, second = await connection.next(), await connection.next()
    await connection.ack(second)

    assert (first["type"], first["accepts_response_payload"]) == ("events_api", False)
    assert (first["retry_attempt"], first["retry_reason"]) == (0, "")
    assert (second["retry_attempt"], second["retry_reason"]) == (1, "timeout")
    assert first["payload"]["event_id"] == second["payload"]["event_id"]
    assert first["envelope_id"] != second["envelope_id"]
    assert (await event).attempts == 2
    assert slack.problems == []


async def test_no_ack_is_a_timeout_and_a_late_one_says_nothing_more(slack, connection, doing):
    slack.sockets.patience = 0.3
    command = doing(slack.command("x", by=slack.ada))
    envelope = await connection.next()
    answer = await command

    slack.sockets.patience = PATIENCE
    await connection.ack(envelope, {"text": "Late"})
    second = doing(slack.command("y", by=slack.ada))
    await connection.ack(await connection.next())
    await second

    assert (answer.status, answer.failure) == (0, "operation_timeout")
    assert slack.seen_by(slack.ada, "#general") == []
    assert len(slack.problems) == 1


async def test_without_a_connection_the_dispatch_fails(slack, connection):
    await connection.socket.close()
    await slack.until(lambda: slack.sockets.count == 0)

    answer = await slack.command("x", by=slack.ada)

    assert (answer.status, answer.failure) == (0, "dispatch_failed")
    assert "dispatch_failed" in slack.problems[0]


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("nonsense", "an ack is JSON"),
        ("[]", "names its envelope_id"),
        ("{}", "names its envelope_id"),
        ('{"envelope_id": 1}', "names its envelope_id"),
        ('{"envelope_id": "other"}', "no envelope has the id 'other'"),
        ('{"envelope_id": "x", "payload": "text"}', "is an object"),
        ('{"envelope_id": "x", "text": "Done"}', "does not take text"),
        (b"{}", "is a text, not BINARY"),
    ],
)
async def test_what_is_no_ack_is_a_problem(slack, connection, said, problem):
    send = connection.socket.send_str if isinstance(said, str) else connection.socket.send_bytes

    await send(said)

    await slack.until(lambda: slack.problems)
    assert problem in slack.problems[0]


async def test_an_envelope_is_acknowledged_once(slack, connection, doing):
    command = doing(slack.command("x", by=slack.ada))
    envelope = await connection.next()

    await connection.ack(envelope)
    await connection.ack(envelope)

    await command
    await slack.until(lambda: slack.problems)
    assert "was acknowledged before" in slack.problems[0]


async def test_of_envelopes_only_the_latest_are_remembered(slack, connection, doing, monkeypatch):
    monkeypatch.setattr(over_socket, "REMEMBERED", 1)
    envelopes = []
    for text in ("a", "b"):
        command = doing(slack.command(text, by=slack.ada))
        envelopes.append(await connection.next())
        await connection.ack(envelopes[-1])
        await command

    for envelope in envelopes:
        await connection.ack(envelope)

    await slack.until(lambda: len(slack.problems) >= 2)
    assert "no envelope has the id" in slack.problems[0]
    assert "was acknowledged before" in slack.problems[1]


async def test_a_known_address_goes_before_a_connection(slack, connection, ear):
    answer = await slack.command("x", by=slack.ada)

    assert answer.status == 200
    assert ear.form["text"] == "x"


async def test_only_what_went_over_http_can_be_repeated(slack, connection, doing):
    command = doing(slack.command("x", by=slack.ada))
    await connection.ack(await connection.next())
    await command

    with pytest.raises(AssertionError, match="over HTTP"):
        await slack.repeat_last()


async def test_slack_that_ends_closes_the_connections(manifest):
    async with aiohttp.ClientSession() as session:
        async with local_slack(manifest=manifest, signing_secret="x", bot_token="xoxb-x") as slack:
            client = AsyncWebClient(base_url=slack.api_url)
            url = (await client.apps_connections_open(app_token=slack.app_token))["url"]
            socket = await session.ws_connect(url)
            await socket.receive_json(timeout=LONGEST_WAIT)
        assert (await socket.receive(timeout=LONGEST_WAIT)).type in (
            WSMsgType.CLOSE,
            WSMsgType.CLOSED,
        )

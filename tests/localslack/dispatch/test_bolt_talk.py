"""A real Bolt app that hears what people say, greets at home and offers options, both ways."""

from dataclasses import replace

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.localslack.dispatch.test_with_bolt import over_a_socket, over_http
from tests.localslack.elements import actions, option, section

MENU = {"type": "external_select", "action_id": "who", "min_query_length": 1}


@pytest.fixture
def manifest(manifest):
    return replace(
        manifest,
        scopes=manifest.scopes | {"reactions:write"},
        events=manifest.events | {"message.channels", "app_home_opened"},
    )


def talking_app(slack):
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
    app = AsyncApp(signing_secret="a-secret-for-tests", client=client)

    @app.event("message")
    async def said(event, client):
        """Reacts within the event, so that each call runs while a delivery is under way."""
        await client.reactions_add(name="eyes", channel=event["channel"], timestamp=event["ts"])
        await client.chat_postMessage(
            channel=event["channel"], text="Seen", thread_ts=event["ts"], reply_broadcast=True
        )

    @app.event("app_mention")
    async def mentioned(say):
        await say("You called?")

    @app.event("app_home_opened")
    async def opened(event, client):
        blocks = [section(f"Hello <@{event['user']}>"), actions(MENU, block_id="ask")]
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    @app.options("who")
    async def offered(ack, payload):
        await ack(options=[option(payload["value"].title(), payload["value"])])

    @app.action("who")
    async def chosen(ack):
        await ack()

    return app


@pytest.fixture(params=[over_http, over_a_socket])
async def bolt(request, slack):
    async with request.param(slack, talking_app(slack)):
        yield
        await slack.settled()
    assert slack.problems == []


async def test_it_answers_what_is_said_and_is_not_confused_by_its_own_words(slack, bolt):
    message = await slack.post("Printer is down", by=slack.ada)

    await slack.until(lambda: slack.thread(message))
    await slack.settled()
    [reply] = slack.thread(message)
    assert (reply.text, reply.broadcast) == ("Seen", True)
    assert message.reactions == {"eyes": ["U0BOT"]}


async def test_it_hears_its_name(slack, bolt):
    await slack.post("@HelpDesk hello", by=slack.ada)
    await slack.until(lambda: "You called?" in [m.text for m in slack.messages("#general")])


async def test_it_greets_at_home_and_offers_what_is_looked_for(slack, bolt):
    await slack.open_home(slack.ada)
    home = await slack.until(lambda: slack.workspace.views.homes.get("U0ADA"))

    answer = await slack.suggest(home, "ask", "who", "olga", by=slack.ada)
    pressed = await slack.press(home, "ask", "who", "olga", by=slack.ada)

    assert answer.suggested == {"options": [option("Olga", "olga")]}
    assert pressed.status == 200


async def test_bolt_proves_its_address(slack):
    async with over_http(slack, talking_app(slack)):
        assert (await slack.verify_url()).status == 200
    assert slack.problems == []

"""A small real Bolt app, from the command to the card and the press on it, over both ways."""

from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient


def plain(text):
    return {"type": "plain_text", "text": text}


TITLE = {
    "type": "input",
    "block_id": "title",
    "label": plain("Title"),
    "element": {"type": "plain_text_input", "action_id": "value"},
}
FORM = {
    "type": "modal",
    "callback_id": "new",
    "title": plain("New ticket"),
    "submit": plain("Open"),
    "blocks": [TITLE],
}
CLAIM = {
    "type": "actions",
    "elements": [{"type": "button", "action_id": "claim", "text": plain("Claim")}],
}


def small_app(slack):
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
    app = AsyncApp(signing_secret="a-secret-for-tests", client=client)

    @app.command("/ticket")
    async def ticket(ack, command, client):
        if command["text"] != "new":
            await ack(f"No {command['text']}")
            return
        await client.views_open(trigger_id=command["trigger_id"], view=FORM)
        await ack()

    @app.view("new")
    async def submitted(ack, view, client):
        title = view["state"]["values"]["title"]["value"]["value"]
        if len(title) < 3:
            await ack(response_action="errors", errors={"title": "Too short"})
            return
        await client.chat_postMessage(channel="#helpdesk", text=title, blocks=[CLAIM])
        await ack()

    @app.action("claim")
    async def claimed(ack, respond, body):
        await respond(text=f"Claimed by {body['user']['name']}", replace_original=True)
        await ack()

    @app.event("app_mention")
    async def mentioned(event, say):
        await say("Hello")

    return app


@asynccontextmanager
async def over_http(slack, app):
    async def events(request):
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    served = web.Application()
    served.router.add_post("/slack/events", events)
    runner = web.AppRunner(served, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    slack.events_url = f"http://{host}:{port}/slack/events"
    slack.http.patience = 3.0
    yield
    await runner.cleanup()


@asynccontextmanager
async def over_a_socket(slack, app):
    slack.sockets.patience = 3.0
    handler = AsyncSocketModeHandler(app, slack.app_token)
    await handler.connect_async()
    yield
    await handler.close_async()


@pytest.fixture(params=[over_http, over_a_socket])
async def bolt(request, slack):
    async with request.param(slack, small_app(slack)):
        yield
    assert slack.problems == []


@pytest.fixture
async def http(slack):
    async with over_http(slack, small_app(slack)):
        yield


async def test_a_bolt_app_answers_a_command(slack, bolt):
    answer = await slack.command("what", by=slack.ada)
    assert (answer.status, answer.text) == (200, "No what")
    assert slack.seen_by(slack.ada, "#general") == answer.messages


async def test_a_bolt_app_opens_a_modal_takes_its_submission_and_a_press(slack, bolt):
    await slack.command("new", by=slack.ada)
    modal = await slack.modal(by=slack.ada)
    assert (await slack.submit(modal, title="x")).errors == {"title": "Too short"}
    assert (await slack.submit(modal, title="VPN is down")).closed
    [card] = slack.messages("#helpdesk")
    assert card.text == "VPN is down"
    await slack.click(card, "Claim", by=slack.olga)
    assert card.text == "Claimed by olga"


async def test_a_bolt_app_hears_an_event(slack, bolt):
    event = {"type": "app_mention", "user": "U0ADA", "channel": "C0GENERAL", "text": "hi"}
    assert (await slack.event({**event, "ts": slack.workspace.next_ts()})).status == 200
    await slack.until(lambda: slack.messages("#general"))


async def test_a_bolt_app_refuses_what_is_not_signed(slack, http):
    body = b"command=%2Fticket&text=what"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await slack.send(body, form)).status == 401
    assert (await slack.send(body, {**form, **slack.signed(b"other")})).status == 401
    assert (await slack.send(body, {**form, **slack.signed(body, timestamp=1_000)})).status == 401

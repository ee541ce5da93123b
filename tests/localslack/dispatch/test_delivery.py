"""What reaches the bot, signed, and what its answers do."""

import asyncio
import json

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from localslack import NotPossible
from tests.localslack.samples import CARD, says

SECRET = "a-secret-for-tests"


async def test_every_request_is_signed_as_slack_signs(slack, ear, card, form):
    await slack.click(card, "claim", by=slack.olga)
    await slack.event({"type": "app_mention", "text": "hi"})
    await slack.submit(form, title="VPN")
    verifier = SignatureVerifier(SECRET)
    assert len(ear.heard) == 4
    for request in ear.heard:
        assert verifier.is_valid_request(request.body, dict(request.headers))
        assert "Slackbot" in request.headers["User-Agent"]


async def test_a_command_carries_what_slack_sends(slack, ear):
    await slack.command("new VPN is down", by=slack.ada, channel=slack.helpdesk)
    assert ear.heard[-1].content_type == "application/x-www-form-urlencoded"
    form = ear.form
    assert form.pop("trigger_id")
    assert form.pop("response_url").startswith(slack.base_url + "response/")
    assert form == {
        "token": "local-verification",
        "team_id": "T0LOCAL",
        "team_domain": "local",
        "channel_id": "C0HELPDESK",
        "channel_name": "helpdesk",
        "user_id": "U0ADA",
        "user_name": "ada",
        "command": "/ticket",
        "text": "new VPN is down",
        "api_app_id": "A0LOCAL",
        "is_enterprise_install": "false",
    }


async def test_should_escape_names_people_and_channels(slack, ear):
    typed = "assign @olga & <!channel> in #general not @nobody a@ben"
    await slack.command(typed, by=slack.ada)
    assert ear.form["text"] == (
        "assign <@U0OLGA|olga> &amp; &lt;!channel&gt; in <#C0GENERAL|general> not @nobody a@ben"
    )
    await slack.command(typed, by=slack.ada, command="/raw")
    assert ear.form["text"] == typed


@pytest.mark.parametrize(
    ("ack", "text", "others_see"),
    [
        (lambda: web.Response(text="Plain"), "Plain", 0),
        (lambda: says({"text": "Json"}), "Json", 0),
        (lambda: says({"text": "All", "response_type": "in_channel"}), "All", 1),
        (lambda: web.Response(), "", 0),
    ],
)
async def test_the_ack_of_a_command_is_its_answer(slack, ear, ack, text, others_see):
    ear.answers.append(ack())
    answer = await slack.command("x", by=slack.ada)
    assert (answer.status, answer.text, answer.failure) == (200, text, "")
    assert len(slack.seen_by(slack.ben, "#general")) == others_see
    assert slack.problems == []


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"text": "<!channel>"}, "live broadcast"),
        ({"text": "x", "respnse_type": "in_channel"}, "does not take"),
        ({"text": "x", "response_type": "public"}, "response_type"),
        ({"blocks": CARD}, "no_text"),
        ({"text": "x", "blocks": [{"type": "sction"}]}, "sction"),
        ({"text": "x", "replace_original": True}, "no original"),
    ],
)
async def test_a_bad_ack_of_a_command_is_a_problem(slack, ear, body, problem):
    ear.answers.append(says(body))
    await slack.command("x", by=slack.ada)
    assert problem in slack.problems[0]
    assert slack.seen_by(slack.ada, "#general") == []


async def test_a_slow_answer_is_a_timeout(slack, ear):
    async def slow(request):
        await asyncio.sleep(0.5)
        return web.Response()

    slack.http.patience = 0.3
    ear.answers.append(slow)
    answer = await slack.command("x", by=slack.ada)
    assert (answer.status, answer.failure) == (0, "operation_timeout")
    assert "operation_timeout" in slack.problems[0]


async def test_an_error_or_no_bot_at_all_fails_the_dispatch(slack, ear):
    ear.answers.append(web.Response(status=500))
    assert (await slack.command("x", by=slack.ada)).failure == "dispatch_failed"
    slack.events_url = "http://127.0.0.1:1/slack/events"
    answer = await slack.command("x", by=slack.ada)
    assert (answer.status, answer.failure) == (0, "dispatch_failed")
    assert len(slack.problems) == 2


@pytest.mark.parametrize(
    "doing",
    [
        lambda slack: slack.command("x", by=slack.ada, command="/tickets"),
        lambda slack: slack.command("x", by=slack.ada, channel="#private-ops"),
        lambda slack: slack.command("x", by=slack.ada, channel="#nowhere"),
        lambda slack: slack.shortcut("from_message", by=slack.ada),
        lambda slack: slack.event({"type": "reaction_added"}),
        lambda slack: slack.event({"type": "message", "channel_type": "channel"}),
    ],
)
async def test_what_the_manifest_or_slack_does_not_allow_cannot_be_done(slack, ear, doing):
    with pytest.raises(NotPossible):
        await doing(slack)
    assert ear.heard == []


async def test_a_press_on_a_message(slack, ear, card):
    await slack.click(card, "Claim", by=slack.olga)
    payload = ear.payload
    [action] = payload["actions"]
    assert payload["type"] == "block_actions"
    assert payload["user"]["id"] == "U0OLGA"
    assert payload["container"] == {
        "type": "message",
        "message_ts": card.ts,
        "channel_id": "C0HELPDESK",
        "is_ephemeral": False,
    }
    assert payload["message"]["ts"] == card.ts
    assert (action["action_id"], action["block_id"], action["value"]) == ("claim", "card", "1")
    assert payload["state"]["values"]["card"]["priority"]["selected_option"]["value"] == "low"
    assert slack.problems == []


async def test_choosing_from_menus(slack, ear, card):
    for what, choose, value in (
        ("Close", None, "close"),
        ("more", "history", "history"),
        ("priority", "High", "high"),
        ("High", None, "high"),
    ):
        await slack.click(card, what, by=slack.olga, choose=choose)
        assert ear.payload["actions"][0]["selected_option"]["value"] == value
    with pytest.raises(NotPossible, match="does not offer"):
        await slack.click(card, "priority", by=slack.olga, choose="urgent")
    with pytest.raises(NotPossible, match="Claim"):
        await slack.click(card, "Resolve", by=slack.olga)


async def test_what_one_cannot_see_one_cannot_press(slack, client, ear):
    await client.chat_postEphemeral(channel="#general", user="U0ADA", text="x", blocks=CARD)
    [message] = slack.seen_by(slack.ada, "#general")
    with pytest.raises(NotPossible):
        await slack.click(message, "claim", by=slack.ben)
    await slack.click(message, "claim")
    assert ear.payload["container"]["is_ephemeral"]
    assert "message" not in ear.payload


async def test_the_ack_of_a_press_carries_nothing(slack, ear, card):
    ear.answers.append(says({"text": "Done"}))
    await slack.click(card, "claim", by=slack.olga)
    assert "carries nothing" in slack.problems[0]


async def test_shortcuts(slack, ear):
    message = slack.say("My VPN is down", by=slack.ben)
    answer = await slack.message_shortcut("from_message", message, by=slack.ada)
    assert ear.payload["type"] == "message_action"
    assert ear.payload["message"]["text"] == "My VPN is down"
    assert ear.payload["trigger_id"] == answer.trigger_id
    await slack.shortcut("open_ticket", by=slack.ada)
    assert ear.payload["type"] == "shortcut"
    assert not {"channel", "response_url"} & ear.payload.keys()


async def test_an_event_carries_what_slack_sends(slack, ear):
    await slack.event({"type": "app_mention", "user": "U0ADA"}, event_id="Ev1")
    event = ear.event
    assert (event["type"], event["event_id"]) == ("event_callback", "Ev1")
    assert event["event"]["user"] == "U0ADA"
    assert event["event"]["event_ts"]
    assert event["authorizations"][0]["user_id"] == "U0BOT"
    assert event["is_ext_shared_channel"] is False
    assert event["event_context"]
    assert "X-Slack-Retry-Num" not in ear.heard[-1].headers


async def test_an_event_is_tried_again_until_it_is_taken(slack, ear):
    ear.answers.extend(web.Response(status=500) for _ in range(2))
    answer = await slack.event({"type": "message", "channel_type": "im"}, event_id="Ev1")
    assert (answer.status, answer.attempts) == (200, 3)
    retries = [request.headers.get("X-Slack-Retry-Num") for request in ear.heard]
    assert retries == [None, "1", "2"]
    assert ear.heard[-1].headers["X-Slack-Retry-Reason"] == "http_error"
    assert slack.problems == []


async def test_an_event_that_is_never_taken_is_a_problem(slack, ear):
    ear.answers.extend(web.Response(status=500) for _ in range(4))
    answer = await slack.event({"type": "app_mention"})
    assert (answer.attempts, len(slack.problems)) == (4, 1)


async def test_the_bot_can_ask_for_no_retry(slack, ear):
    ear.answers.append(web.Response(status=500, headers={"X-Slack-No-Retry": "1"}))
    assert (await slack.event({"type": "app_mention"})).attempts == 1


async def test_an_event_can_be_sent_as_a_retry(slack, ear):
    await slack.event({"type": "app_mention"}, event_id="Ev1", retry_num=1)
    assert ear.heard[-1].headers["X-Slack-Retry-Reason"] == "http_timeout"


async def test_the_latest_thousand_problems_are_kept(slack):
    for number in range(1001):
        slack.workspace.problem(str(number))

    assert (len(slack.problems), slack.problems[0], slack.problems[-1]) == (1000, "1", "1000")


async def test_the_last_request_can_be_replayed_elsewhere_too(slack, ear):
    await slack.command("x", by=slack.ada)
    url, slack.events_url = slack.events_url, None
    assert (await slack.repeat_last(events_url=url)).status == 200
    first, second = ear.heard
    assert first.body == second.body
    assert first.headers["X-Slack-Signature"] == second.headers["X-Slack-Signature"]


async def test_anything_at_all_can_be_sent(slack, ear):
    body = json.dumps({"type": "event_callback"}).encode()
    headers = slack.signed(body, timestamp=1_000)
    assert headers["X-Slack-Request-Timestamp"] == "1000"
    assert (await slack.send(body, headers)).status == 200
    ear.answers.append(web.Response(status=401))
    assert (await slack.send(b"\xff", {})).status == 401
    assert slack.problems == []


async def test_it_listens_on_loopback_only(slack):
    assert slack.api_url.startswith("http://127.0.0.1:")
    async with aiohttp.ClientSession() as session, session.get(slack.base_url) as response:
        assert response.status == 200

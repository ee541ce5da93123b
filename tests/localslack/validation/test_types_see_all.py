"""Whichever way an app sends something, Slack's own types get to see it."""

import json

import pytest
from aiohttp import web
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.slack_schema.judge import MISSING, SCHEMA
from tests.slack_schema.sent import objections

if not SCHEMA.exists():
    pytest.skip(MISSING, allow_module_level=True)

# The rules of this Slack let it pass, so it gets where a message or a view would.
TIME = {"type": "timepicker", "action_id": "at", "initial_time": "24:15"}
BLOCKS = [{"type": "actions", "elements": [TIME]}]
SAID = {"text": "When?", "blocks": BLOCKS}
GOOD = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "When?"},
    "submit": {"type": "plain_text", "text": "Then"},
    "blocks": [{"type": "divider"}],
}
VIEW = GOOD | {"blocks": BLOCKS}


@pytest.fixture
def objected(slack):
    """What was sent of which the types said that the time is none."""

    def sent():
        said = objections(slack)
        assert all(": /blocks/0/elements/0/initial_time: " in one for one in said), said
        return [one.split(":")[0] for one in said]

    return sent


async def test_slacks_own_types_judge_every_message(slack, client, ear, objected):
    ear.answers.append(web.json_response(SAID))

    posted = await client.chat_postMessage(channel=slack.helpdesk.id, **SAID)
    await client.chat_update(channel=slack.helpdesk.id, ts=posted["ts"], **SAID)
    await client.chat_postEphemeral(channel=slack.helpdesk.id, user=slack.ada.id, **SAID)
    await slack.command("new", by=slack.ada)
    await AsyncWebhookClient(ear.form["response_url"]).send(**SAID)

    assert slack.problems == []
    assert objected() == [
        "chat.postMessage",
        "chat.update",
        "chat.postEphemeral",
        "response_url",
        "ack of /ticket new",
    ]


async def test_slacks_own_types_judge_every_view(slack, client, ear, objected):
    ear.answers += [web.Response(), web.json_response({"response_action": "push", "view": VIEW})]

    opener = await slack.command("new", by=slack.ada)
    opened = await client.views_open(trigger_id=opener.trigger_id, view=GOOD)
    await client.views_update(view_id=opened["view"]["id"], view=json.dumps(VIEW))
    await slack.submit(slack.opened_modal(slack.ada))
    again = await slack.command("new", by=slack.ben)
    await client.views_open(trigger_id=again.trigger_id, view=VIEW)

    assert slack.problems == []
    assert objected() == ["views.update", "views.open", "ack of submission of 'When?'"]


async def test_what_is_good_meets_no_objection(slack, client, ear):
    ear.answers += [web.Response(text="Done."), web.json_response({"text": "Done."})]

    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "*T-1*"}}]
    metadata = {"event_type": "card", "event_payload": {"tickets": ["T-1", "T-2"]}}
    await client.chat_postMessage(
        channel=slack.helpdesk.id, text="T-1", blocks=json.dumps(blocks), metadata=metadata
    )
    await slack.command("new", by=slack.ada)
    await slack.command("new", by=slack.ada)

    assert slack.problems == []
    assert objections(slack) == []

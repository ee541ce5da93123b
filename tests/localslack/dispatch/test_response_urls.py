"""What is answered later, at an address that a request brought."""

import json

import pytest
from slack_sdk.webhook.async_client import AsyncWebhookClient

from localslack import Fault


async def test_a_response_url_answers_later(slack, ear):
    answer = await slack.command("x", by=slack.ada)
    hook = AsyncWebhookClient(ear.form["response_url"])
    assert (await hook.send(text="Later", response_type="ephemeral")).status_code == 200
    assert (answer.text, answer.message.ephemeral_to) == ("Later", "U0ADA")
    assert slack.calls[-1].method == "response_url"


async def test_a_response_url_is_good_for_five_uses_in_thirty_minutes(slack, ear, clock):
    await slack.command("x", by=slack.ada)
    hook = AsyncWebhookClient(ear.form["response_url"])
    used = [(await hook.send(text="x")).status_code for _ in range(6)]
    assert used == [200] * 5 + [404]
    await slack.command("x", by=slack.ada)
    hook = AsyncWebhookClient(ear.form["response_url"])
    clock.time += 30 * 60 + 1
    assert (await hook.send(text="x")).status_code == 404
    assert len(slack.problems) == 2


async def test_a_response_url_replaces_and_deletes_what_was_pressed(slack, client, ear, card):
    await slack.click(card, "claim", by=slack.olga)
    hook = AsyncWebhookClient(ear.payload["response_url"])
    await hook.send(text="Claimed", replace_original=True)
    assert (card.text, card.blocks) == ("Claimed", [])
    await hook.send(text="Only you", replace_original=False)
    assert slack.seen_by(slack.olga, "#helpdesk")[-1].text == "Only you"
    await hook.send(delete_original=True)
    assert slack.messages("#helpdesk") == []
    assert slack.problems == []
    await hook.send(text="Which?")
    assert "replace_original" in slack.problems[0]


async def test_a_response_url_is_known_for_an_hour(slack, ear, clock):
    await slack.command("x", by=slack.ada)
    hook = AsyncWebhookClient(ear.form["response_url"])

    clock.time += 60 * 60 - 1
    await slack.command("y", by=slack.ada)
    assert "expired_url" in (await hook.send(text="late")).body
    clock.time += 2
    await slack.command("z", by=slack.ada)
    assert "no_such_url" in (await hook.send(text="later")).body


@pytest.mark.parametrize("change", [{"delete_original": True}, {"replace_original": True}])
async def test_what_is_deleted_cannot_be_changed_by_its_response_url(slack, ear, card, change):
    await slack.click(card, "claim", by=slack.olga)
    slack.workspace.delete(card)

    answer = await AsyncWebhookClient(ear.payload["response_url"]).send(text="Claimed", **change)

    assert json.loads(answer.body) == {"ok": False, "error": "message_not_found"}
    assert (card.text, slack.messages("#helpdesk")) == ("T-1", [])


async def test_what_a_response_url_gets_is_judged(slack, ear):
    await slack.command("x", by=slack.ada)
    hook = AsyncWebhookClient(ear.form["response_url"])
    await hook.send(text="Hi <!here>")
    assert "live broadcast" in slack.problems[0]


async def test_a_response_url_can_fail_too(slack, ear):
    slack.fail("response_url", Fault.status(500))
    await slack.command("x", by=slack.ada)
    hook = AsyncWebhookClient(ear.form["response_url"], retry_handlers=[])
    assert (await hook.send(text="x")).status_code == 500
    assert slack.problems == []

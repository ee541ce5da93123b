"""What people do by POST."""

import asyncio
import io
import json

import aiohttp
import pytest
from aiohttp import web

from localslack import Manifest, local_slack
from tests.localslack.page.conftest import EVENTS, at
from tests.localslack.samples import CARD, FORM, OTHER, says


async def test_what_somebody_says_is_seen_by_the_others(slack, ada, ben):
    assert await ada.post("say", channel="C0GENERAL", text="hello") == {}
    said = await ben.hear("message")
    await ben.post("say", channel="C0GENERAL", text="yes?", thread_ts=said["ts"], broadcast=True)

    reply = await ada.hear("message")
    reply = reply if reply["user"] == "U0BEN" else await ada.hear("message")
    assert (reply["thread_ts"], reply["broadcast"]) == (said["ts"], True)


async def test_who_said_something_edits_and_deletes_it(slack, ada, ben):
    said = slack.say("hello", by=slack.ada)
    assert await ada.post("edit", **at(said), text="hello all") == {}
    assert (await ben.post("delete", **at(said)))["error"].startswith("Ben did not write")
    slack.say("yes?", by=slack.ben, thread_ts=said.ts)
    assert await ada.post("delete", **at(said)) == {}

    while not (left := await ben.hear("message"))["tombstone"]:
        pass
    assert (left["text"], left["deleted"]) == ("This message was deleted.", False)


NOWHERE = "http://127.0.0.1:1/slack/events"


@pytest.mark.parametrize(
    ("url", "happened"),
    [
        (None, "no app is connected by Socket Mode"),
        (NOWHERE, f"the app at {NOWHERE} cannot be reached: connection refused"),
    ],
)
async def test_an_app_that_is_not_there_yet_is_a_sentence(slack, ada, url, happened):
    slack.events_url = url

    answer = await ada.post("command", channel="C0GENERAL", command="/ticket", text="")

    said = f"/ticket failed: {happened} (dispatch_failed)."
    assert answer == {"ok": False, "error": said}
    while not (entry := await ada.hear("log"))["problems"]:
        pass
    assert entry["problems"] == slack.problems == [f"/ticket : {happened} (dispatch_failed)"]


async def test_what_slack_would_object_to_in_the_manifest_is_in_the_log(manifest, browser):
    bad = Manifest.parse({**manifest.source, "display_information": {}})
    async with local_slack(manifest=bad, signing_secret="x", bot_token="xoxb-x") as slack:
        slack.say("hi", by=slack.ben)
        [entry] = (await browser(slack.ada, at=slack)).state["log"]

    said = "Slack would object to the manifest: display_information needs name"
    assert (entry["kind"], entry["problems"]) == ("manifest", [said])


async def test_an_app_that_takes_too_long_is_a_sentence(slack, ear, ada):
    async def slow(_):
        await asyncio.sleep(0.5)
        return web.Response()

    slack.http.patience = 0.3
    ear.answers.append(slow)
    answer = await ada.post("command", channel="C0GENERAL", command="/ticket", text="")

    why = f"the app at {ear.url} did not answer within 0.3 seconds"
    said = f"/ticket failed: {why} (operation_timeout)."
    assert answer == {"ok": False, "error": said}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"command": "/nothing"}, "The manifest has no command /nothing."),
        ({"channel": "C0OPS"}, "Ada is not in #private-ops."),
        ({"channel": "C0NONE"}, "There is no channel C0NONE."),
        ({"as": "U0BOT"}, "Nobody here is U0BOT."),
    ],
)
async def test_what_a_person_could_not_do_is_a_sentence(slack, ear, ada, given, said):
    usual = {"channel": "C0GENERAL", "command": "/ticket", "text": ""}
    assert await ada.post("command", **{**usual, **given}) == {"ok": False, "error": said}
    assert not ear.heard


@pytest.mark.parametrize("who", ["@HelpDesk", "<@U0BOT>"])
async def test_the_app_is_invited_to_a_channel(slack, ear, ada, who):
    assert await ada.post("invite", channel="C0RANDOM", who=who) == {}
    again = await ada.post("invite", channel="C0RANDOM", who=who)
    nobody = await ada.post("invite", channel="C0RANDOM", who="@Nobody")

    assert "U0BOT" in slack.channel("C0RANDOM").members
    assert "is in #random already" in again["error"]
    assert nobody == {"ok": False, "error": "Nobody here is @Nobody."}


async def test_a_press_is_of_exactly_the_control_that_was_pressed(slack, ear, ada, card):
    pressed = {**at(card), "block_id": "card", "action_id": "priority", "value": "high"}
    assert await ada.post("press", **pressed) == {}
    [action] = ear.payload["actions"]
    assert (action["block_id"], action["selected_option"]["value"]) == ("card", "high")

    await ada.post("press", **at(card), block_id="card", action_id="claim", value=None)
    assert ear.payload["actions"][0]["value"] == "1"

    error = {"ok": False, "error": "What was pressed is no longer there."}
    assert await ada.post("press", **at(card), block_id="card", action_id="more") == error


async def test_a_choice_that_is_not_offered_cannot_be_made(slack, ear, ada, card):
    pressed = {**at(card), "block_id": "card", "action_id": "priority", "value": "urgent"}
    answer = await ada.post("press", **pressed)

    assert answer["error"] == "Priority does not offer 'urgent'; it offers ['low', 'high']."
    assert not ear.heard


async def test_a_press_in_a_view_keeps_what_was_chosen_and_emptied_in_its_own_element(
    slack, client, ear, ada
):
    answer = await slack.command("new", by=slack.ada)
    controls = {"type": "actions", "block_id": "both", "elements": CARD[1]["elements"]}
    view = {**OTHER, "blocks": [controls]}
    await client.views_open(trigger_id=answer.trigger_id, view=view)
    view_id = (await slack.modal(by=slack.ada)).id
    place = {"view_id": view_id, "block_id": "both", "action_id": "priority"}

    await ada.post("press", **place, value="high")
    values = ear.payload["view"]["state"]["values"]["both"]
    assert values["priority"]["selected_option"]["value"] == "high"
    await ada.post("press", **place, value=None)
    values = ear.payload["view"]["state"]["values"]["both"]
    assert values["priority"]["selected_option"] is None


async def test_a_form_is_sent_corrected_and_sent_again(slack, ear, ada, form):
    values = {"title": "VPN", "labels": ["a", "b"], "due": "2026-11-22", "assignee": None}
    ear.answers.append(says({"response_action": "errors", "errors": {"title": "Too short"}}))
    sent = await ada.post("submit", view_id=form.id, values=values)
    assert sent == {"errors": {"title": "Too short"}}

    sent = await ada.post("submit", view_id=form.id, values={"title": "VPN is down"})
    assert sent == {"errors": {}}
    assert (await slack.until(lambda: not form.is_open)) is True
    state = ear.payload["view"]["state"]["values"]
    assert state["title"]["value"]["value"] == "VPN is down"
    assert [each["value"] for each in state["labels"]["value"]["selected_options"]] == ["a", "b"]
    while (await ada.hear("views"))["views"]:
        pass


async def test_fields_may_be_called_anything(slack, client, ear, ada):
    answer = await slack.command("new", by=slack.ada)
    fields = [{**FORM["blocks"][0], "block_id": name} for name in ("by", "modal", "self")]
    view = {**FORM, "blocks": fields}
    await client.views_open(trigger_id=answer.trigger_id, view=view)
    view_id = (await slack.modal(by=slack.ada)).id

    values = {"by": "1", "modal": "2", "self": "3"}
    assert await ada.post("submit", view_id=view_id, values=values) == {"errors": {}}


async def test_nobody_sends_or_closes_what_is_open_for_another(slack, ear, ben, form):
    error = {"ok": False, "error": "'New ticket' is open for ada only."}
    assert await ben.post("submit", view_id=form.id, values={"title": "VPN"}) == error
    assert await ben.post("close", view_id=form.id, cleared=True) == error
    assert form.is_open


async def test_cancel_closes_the_top_view_and_the_cross_all(slack, ear, ada, form):
    stack = form.stack
    top = slack.workspace.views.push(stack, {**OTHER, "blocks": []})
    await ada.post("close", view_id=top.id, cleared=False)
    assert stack.views == [form]
    slack.workspace.views.push(stack, {**OTHER, "blocks": []})
    await ada.post("close", view_id=stack.views[-1].id, cleared=True)
    assert stack.views == []


async def test_shortcuts_are_taken_from_the_page(slack, ear, ada, card):
    assert await ada.post("shortcut", callback_id="open_ticket") == {}
    assert ear.payload["type"] == "shortcut"
    assert await ada.post("shortcut", callback_id="from_message", **at(card)) == {}
    assert (ear.payload["type"], ear.payload["message"]["ts"]) == ("message_action", card.ts)


async def test_a_reaction_is_put_on_and_taken_off(slack, ada, card):
    assert await ada.post("react", **at(card), name="eyes", on=True) == {}
    assert card.reactions == {"eyes": ["U0ADA"]}
    assert await ada.post("react", **at(card), name="eyes", on=False) == {}
    assert card.reactions == {}


async def test_an_app_that_hangs_holds_up_nobody_who_speaks_or_reacts(slack, ear, ada):
    object.__setattr__(slack.manifest, "events", EVENTS)
    answering = asyncio.Event()

    async def hanging(_):
        await answering.wait()
        return web.Response()

    ear.answers += [hanging] * 3
    message = {"channel": "C0GENERAL", "text": "hello"}
    form = aiohttp.FormData({"as": "U0ADA", **message})
    form.add_field("file", b"x", filename="a.txt")

    assert await ada.post("say", **message) == {}
    [said] = slack.messages("#general")
    assert await ada.post("react", **at(said), name="eyes", on=True) == {}
    async with ada.session.post(f"{slack.base_url}page/upload", data=form) as response:
        assert (await response.json())["ok"]

    assert not any(request.reply for request in slack.requests)
    answering.set()
    await slack.settled()
    heard = sorted(request.json()["event"]["type"] for request in ear.heard)
    assert heard == ["message", "message", "reaction_added"]


async def test_what_is_typed_into_an_external_select_asks_the_app(slack, client, ear, ada):
    select = {"type": "external_select", "action_id": "who", "min_query_length": 1}
    block = {"type": "actions", "block_id": "ask", "elements": [select]}
    await client.chat_postMessage(channel="#helpdesk", text="Who?", blocks=[block])
    options = [{"text": {"type": "plain_text", "text": "Ada"}, "value": "1"}]
    ear.answers.append(says({"options": options}))
    place = {**at(slack.messages("#helpdesk")[-1]), "block_id": "ask", "action_id": "who"}

    assert await ada.post("suggest", **place, query="a") == {"options": options}
    assert await ada.post("press", **place, value="1") == {}


async def test_a_file_is_shared_and_can_be_had_again(slack, ada, ben):
    given = {"as": "U0ADA", "channel": "C0GENERAL", "text": "look"}
    form = aiohttp.FormData(given, quote_fields=False)
    form.add_field("file", b"\x89PNG", filename="a b.png", content_type="image/png")
    async with ada.session.post(f"{slack.base_url}page/upload", data=form) as response:
        uploaded = (await response.json())["file"]

    message = await ben.hear("message")
    assert (message["text"], message["files"]) == ("look", [uploaded])
    assert (uploaded["name"], uploaded["size"]) == ("a b.png", 4)
    address, headers = (
        slack.base_url.rstrip("/") + uploaded["url"],
        {"Sec-Fetch-Site": "same-origin"},
    )
    async with ada.session.get(address, headers=headers) as response:
        assert await response.read() == b"\x89PNG"


async def test_a_file_that_is_too_large_is_a_sentence(slack, ada):
    form = aiohttp.FormData({"as": "U0ADA"})
    form.add_field("file", io.BytesIO(b"x" * 18 * 1024**2), filename="large")
    async with ada.session.post(f"{slack.base_url}page/upload", data=form) as response:
        assert response.status == 413
        assert await response.text() == "A file has at most 16 MiB here."


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"as": "U0ADA"}', b'{"as": 1}', b"as=U0ADA&text=hi", b"\xff"]
)
async def test_garbage_is_refused(slack, body):
    async with aiohttp.ClientSession() as session:
        headers = {"Content-Type": "application/json"}
        address = f"{slack.base_url}page/say"
        async with session.post(address, data=body, headers=headers) as response:
            assert response.status == 400


async def test_only_what_says_it_is_json_is_read(slack):
    given = json.dumps({"as": "U0ADA", "channel": "C0GENERAL", "text": "hi"})
    async with aiohttp.ClientSession() as session:
        headers = {"Content-Type": "text/plain"}
        address = f"{slack.base_url}page/say"
        async with session.post(address, data=given, headers=headers) as response:
            assert response.status == 400
    assert not slack.messages("#general")

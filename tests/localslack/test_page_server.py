"""The page over HTTP: what each person's feed tells them, what they do by POST, who is let in."""

import asyncio
import http.client
import io
import json
import time
from contextlib import AsyncExitStack, closing
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiohttp import web

from localslack import Fault, Manifest, local_slack
from localslack.page_server import feed as feeds
from tests.conftest import LONGEST_WAIT
from tests.localslack.samples import CARD, FORM, OTHER, says


class Browser:
    """Somebody's page: reads their feed, and does things in their name."""

    def __init__(self, session, url, person):
        self.session, self.url, self.person = session, url, person
        self.state = None
        self.response = None

    async def open(self):
        address = f"{self.url}page/feed?as={self.person.id}"
        self.response = await self.session.get(address)
        assert self.response.status == 200
        kind, self.state = await self.next()
        assert kind == "state"
        return self

    async def next(self):
        """The next event: its kind and what it carries."""
        async with asyncio.timeout(LONGEST_WAIT):
            lines = []
            while (line := (await self.response.content.readline()).decode()) != "\n":
                assert line, "the feed ended"
                lines.append(line)
        if lines[0].startswith(":"):
            return await self.next()
        kind, data, *_ = lines
        return kind.removeprefix("event: ").strip(), json.loads(data.removeprefix("data: "))

    async def hear(self, kind):
        """The next event of this kind."""
        while True:
            heard, data = await self.next()
            if heard == kind:
                return data

    async def ended(self):
        async with asyncio.timeout(LONGEST_WAIT):
            while await self.response.content.readline():
                pass
        return True

    async def post(self, path, **given):
        """What the page was told; `ok` is taken out when it is true."""
        given = {"as": self.person.id, **given}
        async with self.session.post(f"{self.url}page/{path}", json=given) as response:
            assert response.status == 200, await response.text()
            answer = await response.json()
        return {name: part for name, part in answer.items() if (name, part) != ("ok", True)}


@pytest.fixture
async def browser(slack):
    """A person's page, its feed open."""
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())

        async def opened(person, at=slack):
            page = await Browser(session, at.base_url, person).open()
            stack.callback(page.response.close)
            return page

        yield opened


@pytest.fixture
async def ada(browser, slack):
    return await browser(slack.ada)


@pytest.fixture
async def ben(browser, slack):
    return await browser(slack.ben)


EVENTS = frozenset({"message.channels", "reaction_added"})


def at(message):
    return {"channel": message.channel.id, "ts": message.ts}


# Feeds


async def test_a_feed_begins_with_everything_that_the_person_may_see(slack, browser, card):
    state = (await browser(slack.ada)).state

    assert (state["me"], state["app"]["name"]) == ("U0ADA", "HelpDesk")
    assert [each["name"] for each in state["commands"]] == ["/ticket", "/raw"]
    assert [each["type"] for each in state["shortcuts"]] == ["global", "message"]
    assert {each["id"]: each["title"] for each in state["people"]} == {
        "U0ADA": "Requester",
        "U0BEN": "Requester",
        "U0OLGA": "On call",
        "U0AMIR": "Admin",
        "U0BOT": "App",
    }
    assert [each["text"] for each in state["messages"]] == ["T-1"]
    assert (state["views"], state["home"]) == ([], None)
    assert [each["what"] for each in state["log"]] == ["chat.postMessage"]


async def test_everybody_finds_their_own_direct_messages_with_the_app(slack, browser):
    channels = (await browser(slack.ada)).state["channels"]

    assert [each["user"] for each in channels if each["is_direct"]] == ["U0BOT"]


async def test_a_private_channel_is_for_its_members_only(slack, browser, ada):
    olga = await browser(slack.olga)
    slack.say("between us", by=slack.amir, channel="#private-ops")
    slack.say("for all", by=slack.amir)

    assert "C0OPS" not in [each["id"] for each in ada.state["channels"]]
    assert (await ada.hear("message"))["text"] == "for all"
    assert (await olga.hear("message"))["text"] == "between us"
    assert "between us" not in json.dumps((await browser(slack.ada)).state)


async def test_an_ephemeral_message_reaches_nobody_but_its_addressee(slack, client, ada, ben):
    await client.chat_postEphemeral(channel="#general", user="U0BEN", text="only you")
    slack.say("for all", by=slack.amir)

    message = await ben.hear("message")
    assert (message["text"], message["ephemeral"]) == ("only you", True)
    assert (await ada.hear("message"))["text"] == "for all"


async def test_an_edit_a_reaction_and_a_deletion_come_as_the_message_anew(slack, client, ada, card):
    await ada.hear("message")
    await client.chat_update(channel="C0HELPDESK", ts=card.ts, text="T-1 is closed")
    assert (await ada.hear("message"))["text"] == "T-1 is closed"
    await slack.react(card, "eyes", by=slack.ben)
    reactions = [{"name": "eyes", "users": ["U0BEN"]}]
    assert (await ada.hear("message"))["reactions"] == reactions
    await client.chat_delete(channel="C0HELPDESK", ts=card.ts)
    gone = await ada.hear("message")
    assert (gone["ts"], gone["deleted"]) == (card.ts, True)


async def test_a_modal_and_what_is_stacked_on_it_come_to_its_person_only(slack, ada, ben, form):
    [view] = (await ada.hear("views"))["views"]
    assert (view["id"], view["type"], view["title"]["text"]) == (form.id, "modal", "New ticket")
    assert view["state"]["values"]["priority"]["value"]["selected_option"]["value"] == "low"
    slack.say("later", by=slack.amir)
    heard = [await ben.next()]
    while heard[-1][0] != "message":
        heard.append(await ben.next())
    assert "views" not in [kind for kind, _ in heard]


async def test_a_reload_finds_the_open_modal_again_even_after_another_command(slack, browser, form):
    await slack.command("list", by=slack.ada)

    assert [each["id"] for each in (await browser(slack.ada)).state["views"]] == [form.id]


async def test_a_thing_that_changes_often_before_it_is_sent_is_sent_once(slack, ada):
    message = slack.say("0", by=slack.ben)
    for number in range(1, 100):
        slack.workspace.edit(message, str(number))

    assert (await ada.hear("message"))["text"] == "99"
    assert not ada.response.content._buffer


async def test_who_is_made_a_member_gets_everything_anew(slack, browser, ada):
    slack.say("before", by=slack.olga, channel="#private-ops")
    private = slack.channel("#private-ops")
    private.members.add("U0ADA")
    slack.workspace.changed(private)

    state = await ada.hear("state")
    assert [each["text"] for each in state["messages"]] == ["before"]
    private.members.discard("U0ADA")
    slack.workspace.changed(private)
    assert (await ada.hear("state"))["messages"] == []


async def test_a_browser_that_does_not_read_is_sent_away_and_holds_nobody_up(slack, monkeypatch):
    monkeypatch.setattr(feeds, "MOST_WAITING", 50)
    reader, writer = await asyncio.open_connection("127.0.0.1", int(slack.base_url[17:-1]))
    writer.write(b"GET /page/feed?as=U0ADA HTTP/1.1\r\nHost: localhost\r\n\r\n")
    await reader.readuntil(b"\n\n")
    writer.transport.pause_reading()
    started = time.monotonic()

    while slack.page.feeds.count:
        slack.say("x" * 40_000, by=slack.ben)
        await asyncio.sleep(0)
        assert time.monotonic() - started < LONGEST_WAIT
    writer.close()


async def test_a_browser_that_has_gone_is_forgotten(slack, browser, monkeypatch):
    monkeypatch.setattr(feeds, "HEARTBEAT", 0.01)
    page = await browser(slack.ada)
    assert slack.page.feeds.count == 1

    page.response.close()

    await slack.until(lambda: slack.page.feeds.count == 0)


async def test_a_quiet_feed_is_kept_alive(browser, slack, monkeypatch):
    monkeypatch.setattr(feeds, "HEARTBEAT", 0.01)
    page = await browser(slack.ada)

    assert await page.response.content.readline() == b": still here\n"


async def test_an_open_feed_does_not_hold_up_the_end(manifest, browser):
    async with local_slack(manifest=manifest, signing_secret="s", bot_token="xoxb-t") as other:
        page = await browser(other.ada, other)
        started = time.monotonic()

    assert time.monotonic() - started < 1
    assert await page.ended()


async def test_a_feed_is_for_people_who_are_here(slack):
    async with aiohttp.ClientSession() as session:
        for nobody in ("", "U0NOBODY", "U0BOT"):
            async with session.get(f"{slack.base_url}page/feed?as={nobody}") as response:
                assert response.status == 404


# The log


async def test_a_request_to_the_app_is_in_the_log_when_it_begins_and_when_it_ended(slack, ear, ada):
    ear.answers.append(says({"text": "Here you are"}))
    assert await ada.post("command", channel="C0GENERAL", command="/ticket", text="list") == {}

    begun, ended = await ada.hear("log"), await ada.hear("log")
    assert (begun["kind"], begun["what"], begun["seconds"]) == ("request", "/ticket list", None)
    assert (ended["id"], ended["status"], ended["failure"]) == (begun["id"], 200, "")
    assert ended["seconds"] > 0
    assert (ended["given"]["user_id"], ended["answer"]) == ("U0ADA", {"text": "Here you are"})


async def test_what_was_wrong_with_an_answer_is_beside_its_request(slack, ear, ada):
    ear.answers.append(says({"text": "Here", "nonsense": 1}))
    answer = await ada.post("command", channel="C0GENERAL", command="/ticket", text="")

    assert answer["ok"] is False
    assert "refused" in answer["error"]
    await slack.until(lambda: slack.requests[-1].problems)
    assert slack.requests[-1].problems == slack.problems
    while not (entry := await ada.hear("log"))["problems"]:
        pass
    assert "nonsense" in entry["problems"][0]


async def test_a_call_of_the_web_api_is_in_the_log_with_what_was_wrong(slack, client, ada):
    async with aiohttp.ClientSession() as session:
        given = {"channel": "#general", "token": "xoxb-local"}
        await session.post(f"{slack.api_url}chat.postMessage", data=given)

    while (ended := await ada.hear("log"))["seconds"] is None:
        pass
    assert (ended["kind"], ended["what"], ended["status"]) == ("call", "chat.postMessage", 200)
    assert (ended["answer"]["ok"], ended["failure"]) == (False, "no_text")
    assert "needs a top-level text" in ended["problems"][0]


async def test_no_token_is_ever_in_the_log(slack, ear, client, browser):
    await slack.command("", by=slack.ada)
    slack.fail("chat.postMessage", Fault.error("fatal_error"))
    async with aiohttp.ClientSession() as session:
        for token in ("xoxb-local", "xoxb-wrong"):
            for _ in range(2):
                given = {"channel": "#general", "text": "hi", "token": token}
                await session.post(f"{slack.api_url}chat.postMessage", data=given)

    log = json.dumps((await browser(slack.ada)).state["log"])
    assert "chat.postMessage" in log
    assert "xoxb" not in log
    assert "local-verification" not in log


async def test_the_log_begins_with_the_latest_two_hundred(slack, client, browser):
    for _ in range(3):
        slack.records.call("auth.test")
    for _ in range(200):
        slack.records.request("/ticket", {})

    log = (await browser(slack.ada)).state["log"]
    assert (len(log), log[0]["id"], log[-1]["id"]) == (200, 4, 203)


# What people do


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


# Who is let in


@pytest.mark.parametrize("path", ["", "page/style.css", "page/feed?as=U0ADA", "api/auth.test"])
@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.1:80", "a@[::1]"]
)
async def test_a_foreign_name_that_points_here_gets_nothing(slack, host, path):
    headers = {"Host": host}
    async with aiohttp.request("GET", slack.base_url + path, headers=headers) as response:
        assert response.status == 403


@pytest.mark.parametrize("host", ["localhost", "localhost:4500", "127.0.0.1", "[::1]:80"])
async def test_loopback_has_three_names(slack, host):
    async with aiohttp.ClientSession() as session:
        address = f"{slack.base_url}page/feed?as=U0ADA"
        async with session.get(address, headers={"Host": host}) as response:
            assert response.status == 200


@pytest.mark.parametrize("path", ["page/say", "page/upload", "api/chat.postMessage"])
@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
async def test_another_page_in_the_same_browser_can_do_nothing(slack, path, origin):
    given = {"as": "U0ADA", "channel": "C0GENERAL", "text": "hi", "token": "xoxb-local"}
    headers = {"Origin": origin}
    address = slack.base_url + path
    async with aiohttp.request("POST", address, json=given, headers=headers) as response:
        assert response.status == 403
    assert not slack.messages("#general")


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_a_picture_on_another_page_calls_nothing(slack, site):
    given = {"channel": "C0GENERAL", "text": "hi", "token": slack.bot_token}
    address = f"{slack.base_url}api/chat.postMessage"
    headers = {"Sec-Fetch-Site": site}
    async with aiohttp.request("GET", address, params=given, headers=headers) as response:
        assert response.status == 403
    assert not slack.messages("#general")


async def test_the_page_itself_may_post(slack):
    given = {"as": "U0ADA", "channel": "C0GENERAL", "text": "hi"}
    headers = {"Origin": slack.base_url.rstrip("/")}
    address = f"{slack.base_url}page/say"
    async with aiohttp.request("POST", address, json=given, headers=headers) as response:
        assert await response.json() == {"ok": True}


async def test_the_page_runs_and_loads_nothing_from_elsewhere(slack):
    async with aiohttp.ClientSession() as session, session.get(slack.base_url) as response:
        assert (response.status, response.content_type) == (200, "text/html")
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]
        assert "unsafe" not in response.headers["Content-Security-Policy"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "/page/../feed.py",
        "/page/%2e%2e%2ffeed.py",
        "/page/parts/%2e%2e/%2e%2e/page_server/feed.py",
        "/page//etc/passwd",
        "/page/parts",
        "/page/none.js",
    ],
)
async def test_nothing_but_the_page_is_served(slack, path):
    def ask():
        address = http.client.HTTPConnection("127.0.0.1", int(slack.base_url[17:-1]))
        with closing(address) as connection:
            connection.request("GET", path)
            return connection.getresponse().status

    assert await asyncio.to_thread(ask) == 404


async def test_a_malformed_request_is_not_quoted_in_the_log(slack, caplog):
    url = urlsplit(slack.base_url)
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer secret\rx\r\n\r\n")

    assert (await reader.readline()).split()[1] == b"400"
    assert "secret" not in caplog.text
    writer.close()

"""What each person's feed tells them."""

import asyncio
import json
import time

import aiohttp

from localslack import local_slack
from localslack.page_server import feed as feeds
from tests.conftest import LONGEST_WAIT


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

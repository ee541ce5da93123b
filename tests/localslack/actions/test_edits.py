"""What people and the app make of their own words afterwards, and what is left of them."""

import asyncio
from dataclasses import replace

import pytest

from localslack import NotPossible, local_slack

EVENTS = {"message.channels", "message.im", "app_mention"}


@pytest.fixture
def manifest(manifest):
    return replace(manifest, events=manifest.events | EVENTS)


def events(ear):
    return [request.json()["event"] for request in ear.heard]


@pytest.fixture
def said(slack):
    return slack.say("VPN is down", by=slack.ada)


@pytest.fixture
def answered(slack, said):
    """Its reply."""
    return slack.say("Yes", by=slack.ben, thread_ts=said.ts)


async def test_an_edit_tells_what_was_and_what_is(slack, ear, said):
    await slack.edit(said, "VPN is *up*", by=slack.ada)

    [event] = events(ear)
    changed, before = event.pop("message"), event.pop("previous_message")
    assert event == {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "channel": "C0GENERAL",
        "channel_type": "channel",
        "ts": event["event_ts"],
        "event_ts": event["event_ts"],
    }
    assert (before["text"], "edited" in before) == ("VPN is down", False)
    assert (changed["text"], changed["ts"]) == ("VPN is *up*", said.ts)
    assert changed["edited"] == {"user": "U0ADA", "ts": said.edited}
    [section] = changed["blocks"][0]["elements"]
    assert section["elements"][1] == {"type": "text", "text": "up", "style": {"bold": True}}
    assert [each.text for each in slack.messages("#general")] == ["VPN is *up*"]


async def test_the_same_text_again_is_no_edit(slack, ear, said):
    await slack.edit(said, " VPN is down ", by=slack.ada)

    assert (said.edited, ear.heard) == (None, [])


async def test_the_app_hears_of_an_edit_once_even_if_nobody_waits(slack, ear, said):
    await slack.edit(said, "VPN is up", by=slack.ada, waits=False)
    await slack.settled()

    assert [event["subtype"] for event in events(ear)] == ["message_changed"]


async def test_an_edited_mention_is_a_mention_again(slack, ear, said):
    await slack.edit(said, "@helpdesk VPN is down", by=slack.ada)

    told = {event["type"]: event for event in events(ear)}
    assert told["app_mention"]["edited"] == told["message"]["message"]["edited"]
    assert (told["app_mention"]["ts"], told["app_mention"]["channel"]) == (said.ts, "C0GENERAL")


async def test_an_edited_reply_names_its_parent_before_and_after(slack, ear, said, answered):
    await slack.edit(answered, "No", by=slack.ben)

    [event] = events(ear)
    told = [event["previous_message"], event["message"]]
    assert [(each["text"], each["parent_user_id"]) for each in told] == [
        ("Yes", "U0ADA"),
        ("No", "U0ADA"),
    ]


async def test_a_deleted_message_is_told_once_and_gone(slack, client, ear, said):
    await slack.delete(said, by=slack.ada)

    [event] = events(ear)
    assert (event["subtype"], event["deleted_ts"]) == ("message_deleted", said.ts)
    assert event["previous_message"]["text"] == "VPN is down"
    assert "message" not in event
    assert slack.messages("#general") == []
    assert (await client.conversations_history(channel="C0GENERAL"))["messages"] == []


async def test_what_has_replies_leaves_a_tombstone(slack, client, ear, said, answered):
    before = said.as_slack()
    await slack.delete(said, by=slack.ada)

    [event] = events(ear)
    tombstone = {
        "type": "message",
        "subtype": "tombstone",
        "hidden": True,
        "user": "USLACKBOT",
        "text": "This message was deleted.",
        "ts": said.ts,
        "thread_ts": said.ts,
        "reply_count": 1,
        "reply_users_count": 1,
        "reply_users": ["U0BEN"],
        "latest_reply": answered.ts,
    }
    assert (event["subtype"], event["message"]) == ("message_changed", tombstone)
    assert before.items() <= event["previous_message"].items()
    assert event["previous_message"]["reply_count"] == 1
    history = await client.conversations_history(channel="C0GENERAL")
    assert history["messages"] == [tombstone]
    thread = await client.conversations_replies(channel="C0GENERAL", ts=said.ts)
    assert [each["text"] for each in thread["messages"]] == [tombstone["text"], "Yes"]
    assert thread["messages"][1]["parent_user_id"] == "USLACKBOT"


async def test_a_tombstone_goes_with_the_last_reply(slack, ear, said, answered):
    await slack.delete(said, by=slack.ada)
    await slack.delete(answered, by=slack.ben)

    _, reply, parent = events(ear)
    assert (reply["subtype"], reply["deleted_ts"]) == ("message_deleted", answered.ts)
    assert (parent["subtype"], parent["deleted_ts"]) == ("message_deleted", said.ts)
    assert parent["previous_message"]["subtype"] == "tombstone"
    assert slack.messages("#general") == []


async def test_a_tombstone_is_kept_as_long_as_its_replies(manifest, tmp_path):
    def run():
        keep = tmp_path / "kept"
        secrets = {"signing_secret": "s", "bot_token": "xoxb-local"}
        return local_slack(manifest=replace(manifest, events=frozenset()), keep=keep, **secrets)

    async with run() as slack:
        parent = slack.say("oh", by=slack.ada)
        slack.say("what?", by=slack.ben, thread_ts=parent.ts)
        await slack.delete(parent, by=slack.ada)
    async with run() as slack:
        [tombstone, reply] = slack.messages("#general")
        assert tombstone.as_slack()["subtype"] == "tombstone"
        await slack.delete(reply, by=slack.ben)
    async with run() as slack:
        assert slack.workspace.messages == []


async def test_the_apps_own_deleting_leaves_the_same(slack, client, ear):
    posted = await client.chat_postMessage(channel="C0GENERAL", text="T-1")
    here = {"channel": "C0GENERAL", "ts": posted["ts"]}
    reply = await client.chat_postMessage(channel="C0GENERAL", text="x", thread_ts=posted["ts"])
    await client.chat_delete(**here)
    await slack.settled()
    assert events(ear)[-1]["message"]["subtype"] == "tombstone"

    await client.chat_delete(channel="C0GENERAL", ts=reply["ts"])
    await slack.settled()
    told = [event["deleted_ts"] for event in events(ear)[-2:]]
    assert sorted(told) == [posted["ts"], reply["ts"]]


async def test_a_tombstone_takes_replies_and_nothing_else(slack, said, answered):
    await slack.delete(said, by=slack.ada)

    await slack.post("Why?", by=slack.ben, thread_ts=said.ts)
    for doing in (
        slack.react(said, "eyes", by=slack.ben),
        slack.edit(said, "Hi", by=slack.ada),
        slack.delete(said, by=slack.ada),
    ):
        with pytest.raises(NotPossible, match="does not see"):
            await doing


async def test_a_preview_of_a_link_changes_a_message_that_nobody_edited(slack, client, ear):
    said = slack.say("See <https://example.com/a?b=1&amp;c=2|this>", by=slack.ada)
    await slack.unfurl(said)

    [event] = events(ear)
    before, after = event["previous_message"], event["message"]
    [attachment] = after.pop("attachments")
    assert (event["subtype"], event["hidden"]) == ("message_changed", True)
    assert before == after
    assert "edited" not in after
    assert attachment["from_url"] == "https://example.com/a?b=1&c=2"
    history = await client.conversations_history(channel="C0GENERAL")
    assert history["messages"][0]["attachments"] == [attachment]


async def test_a_preview_is_no_mention(slack, ear):
    said = slack.say("<@U0BOT> see <https://example.com>", by=slack.ada)
    await slack.unfurl(said, {"title": "Mine"})

    assert [event["type"] for event in events(ear)] == ["message"]


async def test_the_apps_own_links_are_previewed_once(slack, client, ear):
    await client.chat_postMessage(channel="C0GENERAL", text="<https://example.com>")
    await slack.unfurl(slack.messages("#general")[0])
    await slack.settled()

    assert [event.get("subtype") for event in events(ear)] == [None, "message_changed"]


async def test_what_has_no_link_has_no_preview(slack, said):
    with pytest.raises(NotPossible, match="no link"):
        await slack.unfurl(said)


@pytest.mark.parametrize(
    ("doing", "sentence"),
    [
        (lambda s, m: s.edit(m, "Hi", by=s.ben), "ben did not write"),
        (lambda s, m: s.delete(m, by=s.amir), "amir did not write"),
        (lambda s, m: s.edit(m, " ", by=s.ada), "delete it instead"),
    ],
    ids=["another's", "an admin's", "nothing left"],
)
async def test_what_cannot_be_made_of_a_message(slack, ear, said, doing, sentence):
    with pytest.raises(NotPossible, match=sentence):
        await doing(slack, said)
    assert (said.text, said.deleted, ear.heard) == ("VPN is down", False, [])


async def test_in_an_archived_channel_all_stays_as_it_is(slack, said):
    slack.general.is_archived = True
    for doing in (slack.edit(said, "Hi", by=slack.ada), slack.delete(said, by=slack.ada)):
        with pytest.raises(NotPossible, match="archived"):
            await doing


async def test_an_edit_while_the_app_is_told_changes_nothing_of_the_first(slack, ear, said):
    await asyncio.gather(*(slack.edit(said, str(number), by=slack.ada) for number in range(2)))

    told = [(event["previous_message"]["text"], event["message"]["text"]) for event in events(ear)]
    assert sorted(told) == [("0", "1"), ("VPN is down", "0")]

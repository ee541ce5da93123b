"""What people say and do in channels, and the events by which the app hears of it."""

import asyncio
from dataclasses import replace

import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from localslack import NotPossible, Person, local_slack

EVENTS = {"message.channels", "message.groups", "message.im", "app_mention"}


@pytest.fixture
def manifest(manifest):
    return replace(manifest, events=manifest.events | EVENTS)


def events(ear):
    return [each["event"] for each in heard(ear)]


def heard(ear):
    return [request.json() for request in ear.heard]


async def test_a_message_arrives_with_all_that_slack_tells_of_it(slack, ear):
    message = await slack.post("Printer is *down* & <out>", by=slack.ada)

    [event] = events(ear)
    [block] = event.pop("blocks")
    assert event.pop("client_msg_id") == message.client_msg_id
    assert event == {
        "type": "message",
        "channel": "C0GENERAL",
        "channel_type": "channel",
        "user": "U0ADA",
        "text": "Printer is *down* &amp; &lt;out&gt;",
        "ts": message.ts,
        "event_ts": message.ts,
        "team": "T0LOCAL",
    }
    assert block["elements"] == [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "Printer is "},
                {"type": "text", "text": "down", "style": {"bold": True}},
                {"type": "text", "text": " & <out>"},
            ],
        }
    ]
    assert slack.problems == []


async def test_what_another_app_says_names_it_everywhere(slack, ear, client):
    robot = Person("U0ROBOT", "robot", "Robot", is_bot=True)
    slack.workspace.people[robot.id] = robot
    slack.general.members.add(robot.id)
    await slack.post("Build 7 failed", by=robot, app="A0ROBOT")
    await slack.post("See there", by=slack.ada, app="A0OTHER")

    named = [("U0ROBOT", "B0ROBOT", "A0ROBOT"), ("U0ADA", "B0OTHER", "A0OTHER")]
    read = (await client.conversations_history(channel="C0GENERAL"))["messages"]
    for told in (events(ear), reversed(read)):
        assert [(each["user"], each["bot_id"], each["app_id"]) for each in told] == named
        assert "client_msg_id" not in str(told)
    assert (await client.users_info(user="U0ROBOT"))["user"]["is_bot"]


@pytest.mark.parametrize("name", ["@helpdesk", "@HelpDesk"])
async def test_a_mention_of_the_app_is_an_event_of_its_own(slack, ear, name):
    await slack.post(f"{name} help", by=slack.ada)

    told = {event["type"]: event for event in events(ear)}
    assert told.keys() == {"message", "app_mention"}
    assert told["app_mention"]["text"] == "<@U0BOT> help"
    assert "channel_type" not in told["app_mention"]


async def test_in_direct_messages_there_is_no_mention(slack, ear):
    await slack.post("@helpdesk help", by=slack.ada, channel=slack.direct(slack.ada))

    [event] = events(ear)
    assert (event["type"], event["channel"], event["channel_type"]) == ("message", "D0ADA", "im")


async def test_a_reply_names_its_parent(slack, ear):
    parent = await slack.post("Parent", by=slack.ada)
    await slack.post("Reply", by=slack.ben, thread_ts=parent.ts)
    await slack.post("For all", by=slack.ben, thread_ts=parent.ts, broadcast=True)

    _, reply, shown = events(ear)
    assert (reply["thread_ts"], reply["parent_user_id"]) == (parent.ts, "U0ADA")
    assert "subtype" not in reply
    assert shown["subtype"] == "thread_broadcast"


async def test_the_history_of_a_thread_names_its_parent_too(slack, client):
    parent = slack.say("Parent", by=slack.ada)
    slack.say("Reply", by=slack.ben, thread_ts=parent.ts)

    thread = await client.conversations_replies(channel="C0GENERAL", ts=parent.ts)

    assert [each.get("parent_user_id") for each in thread["messages"]] == [None, "U0ADA"]


@pytest.mark.parametrize("channel", ["#random", "#private-ops"])
async def test_where_the_app_is_no_member_it_hears_nothing(slack, ear, channel):
    await slack.post("Hi @helpdesk", by=slack.olga, channel=channel)

    assert ear.heard == []
    assert [message.text for message in slack.messages(channel)] == ["Hi <@U0BOT>"]


async def test_a_private_channel_is_a_group(slack, ear):
    slack.channel("#private-ops").members.add("U0BOT")

    await slack.post("Hi", by=slack.olga, channel="#private-ops")

    assert [event["channel_type"] for event in events(ear)] == ["group"]


async def test_what_is_not_subscribed_to_is_not_sent(manifest, ear, slack):
    slack.manifest = replace(manifest, events=frozenset({"app_mention"}))

    await slack.post("Hi", by=slack.ada)

    assert ear.heard == []


async def test_the_app_hears_its_own_words_and_may_answer_in_between(slack, client, ear):
    """The event is under way while the call that caused it has its answer already."""
    answered = asyncio.Event()

    async def slow(_request):
        await answered.wait()
        return web.Response()

    ear.answers.append(slow)
    posted = await client.chat_postMessage(channel="#general", text="Hi")
    answered.set()
    await slack.settled()

    [event] = events(ear)
    assert (event["ts"], event["bot_id"], event["user"]) == (posted["ts"], "B0BOT", "U0BOT")
    assert slack.problems == []


async def test_the_app_hears_what_became_of_its_words(slack, client, ear):
    posted = await client.chat_postMessage(channel="#general", text="Hi")
    here = {"channel": posted["channel"], "ts": posted["ts"]}
    await client.chat_update(**here, text="Bye")
    await client.chat_delete(**here)
    await slack.settled()

    told = {event.get("subtype"): event for event in events(ear)}
    changed, deleted = told["message_changed"], told["message_deleted"]
    assert (changed["previous_message"]["text"], changed["message"]["text"]) == ("Hi", "Bye")
    assert changed["message"]["edited"]["user"] == "U0BOT"
    assert deleted["deleted_ts"] == posted["ts"]
    assert all(event["hidden"] for event in (changed, deleted))


async def test_an_app_that_has_gone_need_not_hear_of_its_own_words(slack, client, ear):
    slack.events_url = "http://127.0.0.1:1/"

    await client.chat_postMessage(channel="#general", text="Hi")
    await slack.settled()
    assert slack.problems == []

    await slack.post("Hi", by=slack.ada)
    assert "cannot be reached" in slack.problems[-1]


async def test_of_ephemeral_words_nobody_hears(slack, client, ear):
    await client.chat_postEphemeral(channel="#general", user="U0ADA", text="Psst")
    await slack.settled()

    assert ear.heard == []


async def test_a_slack_that_ends_does_not_wait_for_an_app_that_hangs(manifest, ear):
    hanging = asyncio.Event()

    async def hang(_request):
        await hanging.wait()

    async with local_slack(
        manifest=manifest, signing_secret="s", bot_token="xoxb-local", patience=0.1
    ) as slack:
        client = AsyncWebClient(token="xoxb-local", base_url=slack.api_url)
        ear.answers.extend([hang] * 5)
        slack.events_url = ear.url
        await client.chat_postMessage(channel="#general", text="Hi")
    hanging.set()


@pytest.mark.parametrize(
    ("doing", "sentence"),
    [
        (lambda s: s.post(" ", by=s.ada), "nothing to send"),
        (lambda s: s.post("Hi", by=s.ada, channel="#private-ops"), "not in"),
        (lambda s: s.post("Hi", by=s.ada, thread_ts="1.000001"), "no message"),
    ],
    ids=["nothing", "elsewhere", "no thread"],
)
async def test_what_cannot_be_said(slack, doing, sentence):
    with pytest.raises(NotPossible, match=sentence):
        await doing(slack)


async def test_an_archived_channel_takes_no_words(slack):
    slack.general.is_archived = True
    with pytest.raises(NotPossible, match="archived"):
        await slack.post("Hi", by=slack.ada)


async def test_an_app_can_be_closed_to_peoples_messages(slack, manifest, client):
    slack.manifest = replace(manifest, messages_read_only=True)

    with pytest.raises(NotPossible, match="turned off"):
        await slack.post("Hi", by=slack.ada, channel=slack.direct(slack.ada))
    assert (await client.chat_postMessage(channel="U0ADA", text="Hi"))["ok"]

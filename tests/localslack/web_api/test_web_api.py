"""The Web API, called by the real slack_sdk and by hand."""

import dataclasses

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from localslack import local_slack

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "Hello"}}
MODAL = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "New"},
    "blocks": [SECTION],
}


async def refused(call, code):
    with pytest.raises(SlackApiError) as caught:
        await call
    assert caught.value.response["error"] == code
    return caught.value.response


def trigger(slack, person=None, stack=None):
    return slack.triggers.issue(person or slack.ada, stack).id


async def test_auth_test_says_who_the_bot_is(slack, client):
    answer = await client.auth_test()
    assert (answer["user_id"], answer["bot_id"], answer["team_id"]) == (
        "U0BOT",
        "B0BOT",
        "T0LOCAL",
    )
    assert "chat:write" in answer.headers["X-OAuth-Scopes"]


async def test_a_message_is_posted_with_all_it_carries(slack, client):
    metadata = {"event_type": "ticket", "event_payload": {"number": 7}}
    answer = await client.chat_postMessage(
        channel="#helpdesk", text="Hi", blocks=[SECTION], metadata=metadata
    )
    [message] = slack.messages("#helpdesk")
    assert (answer["channel"], answer["ts"]) == ("C0HELPDESK", message.ts)
    assert answer["message"]["blocks"][0]["block_id"] == message.blocks[0]["block_id"]
    assert message.metadata == metadata
    assert slack.problems == []


async def test_a_message_to_a_person_opens_their_direct_messages(slack, client):
    first = await client.chat_postMessage(channel="U0ADA", text="Hi")
    second = await client.chat_postMessage(channel=first["channel"], text="Again")
    assert first["channel"] == second["channel"] == "D0ADA"
    assert [m.text for m in slack.direct_messages(slack.ada)] == ["Hi", "Again"]
    assert slack.direct_messages(slack.ben) == []


@pytest.mark.parametrize(
    ("channel", "code"),
    [
        ("C0NOWHERE", "channel_not_found"),
        ("#nowhere", "channel_not_found"),
        ("C0OPS", "channel_not_found"),
        ("C0RANDOM", "not_in_channel"),
        ("U0NOBODY", "channel_not_found"),
    ],
)
async def test_where_the_bot_cannot_post(slack, client, channel, code):
    await refused(client.chat_postMessage(channel=channel, text="Hi"), code)
    assert slack.problems == []


async def test_nothing_is_posted_in_an_archived_channel(slack, client):
    slack.general.is_archived = True
    await refused(client.chat_postMessage(channel="#general", text="Hi"), "is_archived")


async def test_chat_write_public_opens_public_channels(manifest):
    more = dataclasses.replace(manifest, scopes=manifest.scopes | {"chat:write.public"})
    async with local_slack(manifest=more, signing_secret="s", bot_token="xoxb-local") as slack:
        client = AsyncWebClient(token="xoxb-local", base_url=slack.api_url)
        assert (await client.chat_postMessage(channel="#random", text="Hi"))["ok"]
        await refused(client.chat_postMessage(channel="C0OPS", text="Hi"), "channel_not_found")


async def test_bad_blocks_are_an_error_and_a_problem(slack, client):
    blocks = [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]
    answer = await refused(
        client.chat_postMessage(channel="#general", text="Hi", blocks=blocks), "invalid_blocks"
    )
    assert "/blocks/0/text" in answer["response_metadata"]["messages"][0]
    [problem] = slack.problems
    assert problem.startswith("chat.postMessage: invalid_blocks")
    assert slack.calls[-1].problems == [problem]
    assert slack.messages("#general") == []


@pytest.mark.filterwarnings("ignore:The top-level `text`")
async def test_blocks_without_text_are_a_fault(slack, client):
    await refused(client.chat_postMessage(channel="#general", blocks=[SECTION]), "no_text")
    assert slack.problems


@pytest.mark.parametrize(
    ("method", "given", "code"),
    [
        ("chat.postMessage", {"text": "Hi"}, "invalid_arguments"),
        (
            "chat.postMessage",
            {"channel": "C0GENERAL", "text": "x", "txt": "y"},
            "invalid_arguments",
        ),
        (
            "chat.postMessage",
            {"channel": "C0GENERAL", "text": "x", "attachments": "[]"},
            "invalid_arguments",
        ),
        (
            "chat.postMessage",
            {"channel": "C0GENERAL", "text": "x", "blocks": "[{"},
            "invalid_blocks_format",
        ),
        (
            "chat.postMessage",
            {"channel": "C0GENERAL", "text": "x", "metadata": "{"},
            "invalid_metadata_format",
        ),
        (
            "chat.postMessage",
            {"channel": "C0GENERAL", "text": "x", "thread_ts": "1.2"},
            "thread_not_found",
        ),
        (
            "chat.postMessage",
            {"channel": "C0GENERAL", "text": "@channel", "link_names": "true"},
            "invalid_arguments",
        ),
        ("chat.pstMessage", {}, "unknown_method"),
        ("views.open", {"view": "{}"}, "invalid_arguments"),
        ("views.open", {"trigger_id": "1.2.x"}, "invalid_arguments"),
        ("views.open", {"trigger_id": "1.2.x", "view": MODAL}, "invalid_trigger_id"),
        ("views.update", {"view": MODAL}, "invalid_arguments"),
        ("conversations.open", {"users": "U0ADA"}, "missing_scope"),
        ("conversations.info", {"channel": "C0GENERAL"}, "missing_scope"),
        ("conversations.history", {"channel": "C0GENERAL", "limit": "many"}, "invalid_arguments"),
        ("conversations.history", {"channel": "C0GENERAL", "limit": "0"}, "invalid_limit"),
        ("conversations.history", {"channel": "C0GENERAL", "cursor": "?"}, "invalid_cursor"),
        ("conversations.history", {"channel": "C0GENERAL", "oldest": "today"}, "invalid_arguments"),
    ],
)
async def test_a_wrong_call_is_an_error_and_a_problem(slack, client, method, given, code):
    slack.say("Hi", by=slack.ada)
    await refused(client.api_call(method, json=given), code)
    assert len(slack.problems) == 1


async def test_a_missing_scope_names_what_is_needed(slack, client):
    answer = await refused(client.conversations_open(users="U0ADA"), "missing_scope")
    assert answer["needed"] == "im:write"
    assert "chat:write" in answer["provided"]


@pytest.mark.parametrize(("token", "code"), [("", "not_authed"), ("xoxb-other", "invalid_auth")])
async def test_only_the_bots_token_opens(slack, token, code):
    client = AsyncWebClient(token=token, base_url=slack.api_url)
    await refused(client.auth_test(), code)
    assert slack.problems


async def test_parameters_come_in_query_form_and_json(slack):
    url, headers = f"{slack.api_url}users.info", {"Authorization": "Bearer xoxb-local"}
    async with aiohttp.ClientSession(headers=headers) as session:
        for asked in (
            session.get(url, params={"user": "U0BEN"}),
            session.post(url, params={"user": "U0BEN"}),
            session.post(url, data={"user": "U0BEN"}),
            session.post(url, json={"user": "U0BEN"}),
        ):
            async with asked as response:
                assert (await response.json())["user"]["name"] == "ben"
        async with session.post(url, data=b"{", headers={"Content-Type": "application/json"}) as r:
            assert (await r.json())["error"] == "invalid_arguments"


async def test_the_token_is_not_kept_with_the_calls(slack):
    async with aiohttp.ClientSession() as session:
        form = {"token": "xoxb-local", "user": "U0BEN"}
        async with session.post(f"{slack.api_url}users.info", data=form) as response:
            assert (await response.json())["ok"]
    assert slack.calls[-1].given == {"user": "U0BEN"}


async def test_people(slack, client):
    info = await client.users_info(user="U0BEN")
    assert info["user"]["tz"] == "America/New_York"
    assert "email" not in info["user"]["profile"]
    first = await client.users_list(limit=3)
    rest = await client.users_list(cursor=first["response_metadata"]["next_cursor"])
    assert len(first["members"]) + len(rest["members"]) == 5
    assert rest["response_metadata"]["next_cursor"] == ""
    await refused(client.users_info(user="U0NOBODY"), "user_not_found")


async def test_an_update_changes_in_place_and_keeps_what_it_does_not_name(slack, client):
    metadata = {"event_type": "ticket", "event_payload": {"number": 7}}
    posted = await client.chat_postMessage(
        channel="#general", text="Hi", blocks=[SECTION], metadata=metadata
    )
    [message] = slack.messages("#general")
    await client.chat_update(channel=posted["channel"], ts=posted["ts"], text="Bye")
    assert (message.text, len(message.blocks), message.metadata) == ("Bye", 1, metadata)
    assert message.edited
    await client.chat_update(
        channel="C0GENERAL", ts=posted["ts"], text="Bye", blocks=[], metadata={}
    )
    assert (message.blocks, message.metadata) == ([], None)


async def test_only_its_own_lasting_messages_can_be_changed(slack, client):
    hers = slack.say("Mine", by=slack.ada)
    secret = await client.chat_postEphemeral(channel="C0GENERAL", user="U0ADA", text="Psst")
    here = {"channel": "C0GENERAL", "text": "x"}
    await refused(client.chat_update(ts="1.000001", **here), "message_not_found")
    assert slack.problems == []
    await refused(client.chat_update(ts=hers.ts, **here), "cant_update_message")
    await refused(client.chat_delete(channel="C0GENERAL", ts=hers.ts), "cant_delete_message")
    await refused(client.chat_update(ts=secret["message_ts"], **here), "message_not_found")
    assert len(slack.problems) == 3


async def test_a_deleted_message_is_gone(slack, client):
    posted = await client.chat_postMessage(channel="#general", text="Hi")
    await client.chat_delete(channel="C0GENERAL", ts=posted["ts"])
    assert slack.messages("#general") == []
    await refused(client.chat_delete(channel="C0GENERAL", ts=posted["ts"]), "message_not_found")


async def test_an_ephemeral_message_is_for_one_person(slack, client):
    await client.chat_postEphemeral(channel="#general", user="U0ADA", text="Psst")
    assert [m.text for m in slack.seen_by(slack.ada, "#general")] == ["Psst"]
    assert slack.seen_by(slack.ben, "#general") == slack.messages("#general") == []
    call = client.chat_postEphemeral(channel="#general", user="U0NOBODY", text="Psst")
    await refused(call, "user_not_in_channel")


async def test_a_permalink(slack, client):
    posted = await client.chat_postMessage(channel="#general", text="Hi")
    link = await client.chat_getPermalink(channel="C0GENERAL", message_ts=posted["ts"])
    assert link["permalink"].endswith("/archives/C0GENERAL/p" + posted["ts"].replace(".", ""))


async def test_times_are_unique_and_grow_while_the_clock_stands_still(slack, client):
    posted = [
        (await client.chat_postMessage(channel="#general", text=str(n)))["ts"] for n in range(5)
    ]
    assert posted == sorted(set(posted))


async def test_waiting_in_vain_says_what_there_is(slack, client):
    await client.chat_postMessage(channel="#general", text="Something else")
    with pytest.raises(AssertionError, match="Something else"):
        await slack.until(lambda: False, seconds=0.05)

"""The Web API, called by the real slack_sdk and by hand."""

import dataclasses
import time

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from localslack import Fault, RateLimit, local_slack
from tests.localslack.conftest import PATIENCE

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


async def test_threads(slack, client):
    parent = await client.chat_postMessage(channel="#general", text="Parent")
    reply = await client.chat_postMessage(channel="#general", text="Reply", thread_ts=parent["ts"])
    answer = await client.conversations_replies(channel="C0GENERAL", ts=parent["ts"])
    assert [m["text"] for m in answer["messages"]] == ["Parent", "Reply"]
    assert answer["messages"][0]["reply_count"] == 1
    history = await client.conversations_history(channel="C0GENERAL")
    assert [m["text"] for m in history["messages"]] == ["Parent"]
    call = client.chat_postMessage(channel="#general", text="x", thread_ts=reply["ts"])
    await refused(call, "cannot_reply_to_message")


async def test_history_goes_by_pages_newest_first(slack, client):
    said = [slack.say(str(number), by=slack.ada) for number in range(5)]
    first = await client.conversations_history(channel="C0GENERAL", limit=3)
    assert [m["text"] for m in first["messages"]] == ["4", "3", "2"]
    assert first["has_more"]
    cursor = first["response_metadata"]["next_cursor"]
    second = await client.conversations_history(channel="C0GENERAL", limit=3, cursor=cursor)
    assert [m["text"] for m in second["messages"]] == ["1", "0"]
    assert not second["has_more"]
    between = {"channel": "C0GENERAL", "oldest": said[1].ts, "latest": said[3].ts}
    inner = await client.conversations_history(**between)
    assert [m["text"] for m in inner["messages"]] == ["2"]
    both = await client.conversations_history(**between, inclusive=True)
    assert [m["text"] for m in both["messages"]] == ["3", "2", "1"]


async def test_what_is_said_or_deleted_meanwhile_moves_no_page_of_the_history(slack, client):
    said = [
        await client.chat_postMessage(channel="C0GENERAL", text=str(number)) for number in range(5)
    ]
    first = await client.conversations_history(channel="C0GENERAL", limit=2)
    await client.chat_delete(channel="C0GENERAL", ts=said[4]["ts"])
    slack.say("later", by=slack.ada)
    cursor = first["response_metadata"]["next_cursor"]
    second = await client.conversations_history(channel="C0GENERAL", limit=2, cursor=cursor)
    assert [m["text"] for m in second["messages"]] == ["2", "1"]


async def test_a_limited_history_gives_15_a_page_and_a_call_a_minute_for_each_channel(
    slack, client, clock
):
    for number in range(20):
        slack.say(str(number), by=slack.ada)
    pace = RateLimit(burst=1, seconds=60, clock=clock)
    slack.fail("conversations.history", Fault.limited(pace=pace), times=None)
    first = await client.conversations_history(channel="C0GENERAL", limit=999)
    assert [m["text"] for m in first["messages"]] == [str(n) for n in range(19, 4, -1)]
    cursor = first["response_metadata"]["next_cursor"]
    limited = await refused(
        client.conversations_history(channel="C0GENERAL", cursor=cursor), "ratelimited"
    )
    assert (limited.status_code, limited.headers["Retry-After"]) == (429, "60")
    assert (await client.conversations_history(channel="C0HELPDESK"))["ok"]
    clock.time += 60
    rest = await client.conversations_history(channel="C0GENERAL", cursor=cursor)
    assert [m["text"] for m in rest["messages"]] == ["4", "3", "2", "1", "0"]
    assert slack.problems == []


async def test_only_what_holds_a_text_is_refused_and_other_faults_meet_the_rest(slack, client):
    slack.fail("chat.postMessage", Fault.error("invalid_blocks", about="Ü1"), times=None)
    slack.fail("chat.postMessage", Fault.error("fatal_error"))
    for _ in range(2):
        await refused(client.chat_postMessage(channel="C0GENERAL", text="Ü1"), "invalid_blocks")
    await refused(client.chat_postMessage(channel="C0GENERAL", text="Ü2"), "fatal_error")
    await client.chat_postMessage(channel="C0GENERAL", text="Ü2")


async def test_history_shows_metadata_only_when_asked(slack, client):
    metadata = {"event_type": "ticket", "event_payload": {"number": 7}}
    await client.chat_postMessage(channel="#general", text="Hi", metadata=metadata)
    bare = await client.conversations_history(channel="C0GENERAL")
    full = await client.conversations_history(channel="C0GENERAL", include_all_metadata=True)
    assert "metadata" not in bare["messages"][0]
    assert full["messages"][0]["metadata"] == metadata


async def test_a_permalink(slack, client):
    posted = await client.chat_postMessage(channel="#general", text="Hi")
    link = await client.chat_getPermalink(channel="C0GENERAL", message_ts=posted["ts"])
    assert link["permalink"].endswith("/archives/C0GENERAL/p" + posted["ts"].replace(".", ""))


async def test_a_trigger_is_good_once_and_as_long_as_slack_waits(slack, client, clock):
    used = trigger(slack)
    await client.views_open(trigger_id=used, view=MODAL)
    await refused(client.views_open(trigger_id=used, view=MODAL), "exchanged_trigger_id")
    late = trigger(slack)
    clock.time += PATIENCE + 0.1
    await refused(client.views_open(trigger_id=late, view=MODAL), "expired_trigger_id")
    assert len(slack.problems) == 2


async def test_a_trigger_is_known_for_ten_minutes(slack, client, clock):
    old = trigger(slack)
    clock.time += 599
    trigger(slack)
    await refused(client.views_open(trigger_id=old, view=MODAL), "expired_trigger_id")

    clock.time += 2
    trigger(slack)
    await refused(client.views_open(trigger_id=old, view=MODAL), "invalid_trigger_id")


async def test_views_stack_three_deep(slack, client):
    await client.views_open(trigger_id=trigger(slack), view=MODAL)
    stack = slack.opened_modal(slack.ada).stack
    for _ in range(2):
        await client.views_push(trigger_id=trigger(slack, stack=stack), view=MODAL)
    full = client.views_push(trigger_id=trigger(slack, stack=stack), view=MODAL)
    await refused(full, "push_limit_reached")
    await refused(client.views_push(trigger_id=trigger(slack), view=MODAL), "not_found")


async def test_a_view_is_updated_only_from_its_current_state(slack, client):
    opened = await client.views_open(trigger_id=trigger(slack), view=MODAL)
    view = {"view_id": opened["view"]["id"], "hash": opened["view"]["hash"]}
    await client.views_update(view=MODAL, **view)
    await refused(client.views_update(view=MODAL, **view), "hash_conflict")
    assert slack.problems == []
    await slack.close(await slack.modal(by=slack.ada))
    gone = client.views_update(view=MODAL, view_id=opened["view"]["id"])
    await refused(gone, "not_found")


async def test_a_view_is_found_by_the_apps_own_name(slack, client):
    named = {**MODAL, "external_id": "ticket-7"}
    await client.views_open(trigger_id=trigger(slack), view=named)
    await client.views_update(external_id="ticket-7", view=named)
    again = client.views_open(trigger_id=trigger(slack), view=named)
    await refused(again, "duplicate_external_id")


async def test_times_are_unique_and_grow_while_the_clock_stands_still(slack, client):
    posted = [
        (await client.chat_postMessage(channel="#general", text=str(n)))["ts"] for n in range(5)
    ]
    assert posted == sorted(set(posted))


async def test_a_message_per_second_and_channel(manifest, clock):
    limit = RateLimit(burst=2, clock=clock)
    async with local_slack(
        manifest=manifest, signing_secret="s", bot_token="xoxb-local", rate_limited=limit
    ) as slack:
        client = AsyncWebClient(token="xoxb-local", base_url=slack.api_url, retry_handlers=[])
        for _ in range(2):
            await client.chat_postMessage(channel="#general", text="Hi")
        answer = await refused(client.chat_postMessage(channel="#general", text="x"), "ratelimited")
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
        await client.chat_postMessage(channel="#helpdesk", text="elsewhere")
        clock.time += 1
        await client.chat_postMessage(channel="#general", text="Hi")
        assert slack.problems == []


async def test_faults_come_in_order_and_then_all_is_well(slack, client):
    slack.fail("auth.test", Fault.status(503))
    slack.fail("auth.test", Fault.error("fatal_error"), times=2)
    slack.fail("auth.test", Fault.rate_limited(retry_after=30))
    with pytest.raises(SlackApiError) as caught:
        await client.auth_test()
    assert caught.value.response.status_code == 503
    for _ in range(2):
        await refused(client.auth_test(), "fatal_error")
    answer = await refused(client.auth_test(), "ratelimited")
    assert answer.headers["Retry-After"] == "30"
    assert (await client.auth_test())["ok"]
    assert slack.problems == []


async def test_a_lasting_fault_is_healed(slack, client):
    slack.fail("auth.test", Fault.error("fatal_error"), times=None)
    for _ in range(3):
        await refused(client.auth_test(), "fatal_error")
    slack.heal()
    assert (await client.auth_test())["ok"]


async def test_a_client_that_waits_gets_through(slack, client):
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=2))
    slack.fail("auth.test", Fault.rate_limited(retry_after=0))
    assert (await client.auth_test())["ok"]


async def test_a_cut_before_does_nothing_and_a_cut_after_has_done_it(slack, client):
    for fault, done in ((Fault.cut_before(), 0), (Fault.cut_after(), 1)):
        slack.fail("chat.postMessage", fault)
        with pytest.raises(aiohttp.ClientError):
            await client.chat_postMessage(channel="#general", text="Hi")
        assert len(slack.messages("#general")) == done


async def test_an_error_after_the_deed_hides_that_it_was_done(slack, client):
    for fault in (Fault.after("fatal_error"), Fault.after(code=500)):
        slack.fail("chat.postMessage", fault)
        with pytest.raises(SlackApiError):
            await client.chat_postMessage(channel="#general", text="Hi")
    assert len(slack.messages("#general")) == 2


async def test_a_hang_takes_its_time(slack, client):
    slack.fail("auth.test", Fault.hang(0.1))
    started = time.monotonic()
    assert (await client.auth_test())["ok"]
    assert time.monotonic() - started >= 0.1
    assert slack.calls[-1].seconds >= 0.1


async def test_waiting_in_vain_says_what_there_is(slack, client):
    await client.chat_postMessage(channel="#general", text="Something else")
    with pytest.raises(AssertionError, match="Something else"):
        await slack.until(lambda: False, seconds=0.05)

"""Threads and histories, by pages and slowly."""

from localslack import Fault, RateLimit
from tests.localslack.web_api.test_web_api import refused


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


async def test_history_shows_metadata_only_when_asked(slack, client):
    metadata = {"event_type": "ticket", "event_payload": {"number": 7}}
    await client.chat_postMessage(channel="#general", text="Hi", metadata=metadata)
    bare = await client.conversations_history(channel="C0GENERAL")
    full = await client.conversations_history(channel="C0GENERAL", include_all_metadata=True)
    assert "metadata" not in bare["messages"][0]
    assert full["messages"][0]["metadata"] == metadata

"""conversations.*: channels and what was said in them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from localslack.api_error import Refused
from localslack.state.messages import Channel, Message, answered
from localslack.state.people import BOT_USER
from localslack.web_api.call import Call
from localslack.web_api.methods.method import Method
from localslack.web_api.methods.pages import cut, page, pointed_at, pointing_at
from localslack.web_api.methods.places import channel_named

READ = "cursor limit oldest latest inclusive include_all_metadata"


def scope_for(channel: Channel, what: str) -> str:
    kind = "im" if channel.is_direct else "groups" if channel.is_private else "channels"
    return f"{kind}:{what}"


def info(call: Call) -> dict[str, Any]:
    channel = channel_named(call)
    call.needs(scope_for(channel, "read"))
    return {"channel": as_slack(channel)}


def as_slack(channel: Channel) -> dict[str, Any]:
    if channel.is_direct:
        [person] = channel.members - {BOT_USER}
        return {"id": channel.id, "is_im": True, "user": person, "is_archived": False}
    return {
        "id": channel.id,
        "name": channel.name,
        "is_channel": True,
        "is_im": False,
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "is_member": BOT_USER in channel.members,
        "num_members": len(channel.members),
    }


def opened(call: Call) -> dict[str, Any]:
    """A direct message with one person; groups are not needed so far."""
    person = call.workspace.people.get(call.text("users"))
    if person is None or person.is_bot:
        raise Refused("user_not_found", problem=False)
    if person.id in call.workspace.deactivated:
        raise Refused("user_disabled", problem=False)
    return {"channel": {"id": call.workspace.direct_channel(person).id}}


def history(call: Call) -> dict[str, Any]:
    channel = readable(call)
    said = call.workspace.in_channel(channel)
    top = [m for m in said if m.thread_ts in (None, m.ts) or m.broadcast]
    there = [m for m in reversed(top) if in_time(call, m)]
    # As Slack's, a cursor names a time: what is posted or deleted meanwhile moves no page.
    newest = pointed_at(call, sys.maxsize)
    shown, more = cut(call, [m for m in there if micros(m.ts) < newest])
    return paged(call, shown, pointing_at(micros(shown[-1].ts)) if more else "")


def replies(call: Call) -> dict[str, Any]:
    parent = call.workspace.find(readable(call), call.text("ts"))
    if parent is None or parent.ephemeral_to:
        raise Refused("thread_not_found", problem=False)
    answers = [m for m in call.workspace.replies(parent) if in_time(call, m)]
    return paged(call, *page(call, [*([] if parent.is_gone else [parent]), *answers]))


def readable(call: Call) -> Channel:
    channel = channel_named(call)
    call.needs(scope_for(channel, "history"))
    if BOT_USER not in channel.members:
        raise Refused("not_in_channel", problem=False)
    return channel


def in_time(call: Call, message: Message) -> bool:
    oldest, latest, inclusive = call.maybe("oldest"), call.maybe("latest"), call.flag("inclusive")
    ts = micros(message.ts)
    after = oldest is None or ts > micros(oldest) or (inclusive and ts == micros(oldest))
    before = latest is None or ts < micros(latest) or (inclusive and ts == micros(latest))
    return after and before


def micros(ts: str) -> int:
    """Exact, as floats are not at this length."""
    whole, _, part = ts.partition(".")
    if not whole.isdecimal() or not (part or "0").isdecimal():
        raise Refused("invalid_arguments", f"not a ts: {ts!r}")
    return int(whole) * 1_000_000 + int(part.ljust(6, "0")[:6])


def paged(call: Call, shown: list[Message], cursor: str) -> dict[str, Any]:
    threads = call.workspace.threads(channel_named(call))
    answer: dict[str, Any] = {
        "messages": [in_full(call, message, threads.get(message.ts, ())) for message in shown],
        "has_more": bool(cursor),
    }
    return answer | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


def in_full(call: Call, message: Message, answers: Sequence[Message]) -> dict[str, Any]:
    return {
        **message.as_slack(metadata=call.flag("include_all_metadata")),
        **call.workspace.parentage(message),
        **answered(message, answers),
    }


METHODS = {
    "conversations.info": Method(info, "channel include_locale include_num_members"),
    "conversations.open": Method(opened, "users return_im prevent_creation", "im:write"),
    "conversations.history": Method(history, f"channel {READ}"),
    "conversations.replies": Method(replies, f"channel ts {READ}"),
}

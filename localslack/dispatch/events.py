"""The events by which an app hears of what happened in a channel, in Slack's shapes."""

from __future__ import annotations

from typing import Any

from localslack.dispatch.view_payload import as_slack
from localslack.state.messages import Channel, Happening, Message
from localslack.state.open_views import View
from localslack.state.people import BOT_USER, Person
from localslack.state.workspace import Workspace

Event = dict[str, Any]
MENTION = f"<@{BOT_USER}>"


def of(happening: Happening, workspace: Workspace) -> list[Event]:
    """Every event of it, subscribed to or not. Of what is ephemeral nobody hears."""
    message = happening.message
    if message.ephemeral_to:
        return []
    if happening.kind == "said":
        return said(message, workspace)
    if happening.kind in ("reacted", "unreacted"):
        return [reaction(happening, workspace.next_ts())]
    return [changed(happening, workspace)]


def said(message: Message, workspace: Workspace) -> list[Event]:
    told = {**in_full(message, workspace), "event_ts": message.ts}
    if message.files:
        told["subtype"] = "file_share"
    elif message.broadcast and message.thread_ts:
        told["subtype"] = "thread_broadcast"
    events = [{**told, **place(message.channel)}]
    # In direct messages there is no app_mention: everything said there is meant for the app.
    if MENTION in message.text and not message.from_bot and not message.channel.is_direct:
        mention = {name: part for name, part in told.items() if name != "subtype"}
        events.append({**mention, "type": "app_mention", "channel": message.channel.id})
    shared = message.channel.id, message.ts
    return [*events, *(file_shared(each, message.user, *shared) for each in message.files)]


def in_full(message: Message, workspace: Workspace) -> Event:
    """The message, and whom it replies to."""
    return {**message.as_slack(), **workspace.parentage(message)}


def changed(happening: Happening, workspace: Workspace) -> Event:
    message = happening.message
    event: Event = {
        "type": "message",
        "hidden": True,
        "previous_message": happening.before,
        "ts": (at := workspace.next_ts()),
        "event_ts": at,
        **place(message.channel),
    }
    if happening.kind == "deleted":
        return event | {"subtype": "message_deleted", "deleted_ts": message.ts}
    return event | {"subtype": "message_changed", "message": in_full(message, workspace)}


def reaction(happening: Happening, at: str) -> Event:
    message = happening.message
    return {
        "type": "reaction_added" if happening.kind == "reacted" else "reaction_removed",
        "user": happening.by,
        "reaction": happening.reaction,
        "item": {"type": "message", "channel": message.channel.id, "ts": message.ts},
        "item_user": message.user,
        "event_ts": at,
    }


def file_shared(file: Event, user: str, channel: str, at: str) -> Event:
    return {
        "type": "file_shared",
        "file_id": file["id"],
        "file": {"id": file["id"]},
        "user_id": user,
        "channel_id": channel,
        "event_ts": at,
    }


def home_opened(person: Person, channel: Channel, view: View | None, at: str) -> Event:
    """Without a view when none was published yet."""
    return {
        "type": "app_home_opened",
        "user": person.id,
        "channel": channel.id,
        "tab": "home",
        "event_ts": at,
        **({"view": as_slack(view)} if view else {}),
    }


def place(channel: Channel) -> Event:
    kind = "im" if channel.is_direct else "group" if channel.is_private else "channel"
    return {"channel": channel.id, "channel_type": kind}

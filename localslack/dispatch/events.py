"""The events by which an app hears of what happened in and to a channel, in Slack's shapes."""

from __future__ import annotations

from typing import Any

from localslack.dispatch.view_payload import as_slack
from localslack.state.ids import TEAM_ID
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
    if happening.kind == "edited":
        return edited(happening, workspace)
    return [changed(happening, workspace)]


def of_the_app(event: Event) -> bool:
    """Whether it is about what the app itself posts."""
    about = (event, event.get("message") or {}, event.get("previous_message") or {})
    return any(each.get("user") == BOT_USER for each in about)


def said(message: Message, workspace: Workspace) -> list[Event]:
    told = {**workspace.in_full(message), "event_ts": message.ts}
    if message.files:
        told["subtype"] = "file_share"
    elif message.broadcast and message.thread_ts:
        told["subtype"] = "thread_broadcast"
    shared = message.channel.id, message.ts
    return [
        {**told, **place(message.channel)},
        *mention(message, workspace, message.ts),
        *(file_shared(each, message.user, *shared) for each in message.files),
    ]


def mention(message: Message, workspace: Workspace, at: str) -> list[Event]:
    """In direct messages there is none: everything said there is meant for the app."""
    if MENTION not in message.text or message.from_bot or message.channel.is_direct:
        return []
    told = {**workspace.in_full(message), "event_ts": at}
    return [{**told, "type": "app_mention", "channel": message.channel.id}]


def edited(happening: Happening, workspace: Workspace) -> list[Event]:
    """Who is mentioned is mentioned by every edit again; `edited` tells it from the first time."""
    event = changed(happening, workspace)
    return [event, *mention(happening.message, workspace, event["event_ts"])]


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
    # A tombstone is what the message has been changed to.
    if happening.kind == "deleted" and message.is_gone:
        return event | {"subtype": "message_deleted", "deleted_ts": message.ts}
    return event | {"subtype": "message_changed", "message": workspace.in_full(message)}


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


def user_changed(user: Event, at: str) -> Event:
    return {"type": "user_change", "user": user, "cache_ts": int(float(at)), "event_ts": at}


def archived(channel: Channel, by: Person, at: str) -> Event:
    what = "archive" if channel.is_archived else "unarchive"
    name = f"{family(channel)}_{what}"
    return {"type": name, "channel": channel.id, "user": by.id, "event_ts": at}


def joined(channel: Channel, who: Person, by: Person, at: str) -> Event:
    return member("joined", channel, who, at) | {"inviter": by.id}


def left(channel: Channel, who: Person, by: Person, at: str) -> Event:
    """Who is no longer there hears of themselves in another way than of those who left before."""
    if who.id != BOT_USER:
        return member("left", channel, who, at)
    name = f"{family(channel)}_left"
    return {"type": name, "channel": channel.id, "actor_id": by.id, "event_ts": at}


def member(what: str, channel: Channel, who: Person, at: str) -> Event:
    return {
        "type": f"member_{what}_channel",
        "user": who.id,
        "channel": channel.id,
        "channel_type": "C",
        "team": TEAM_ID,
        "event_ts": at,
    }


def family(channel: Channel) -> str:
    return "group" if channel.is_private else "channel"


def place(channel: Channel) -> Event:
    kind = "im" if channel.is_direct else family(channel)
    return {"channel": channel.id, "channel_type": kind}

"""What Slack sends when somebody does something, in Slack's shapes."""

from __future__ import annotations

from typing import Any

from localslack.dispatch.view_payload import as_slack
from localslack.elements.elements import values_of
from localslack.state.ids import APP_ID, TEAM_DOMAIN, TEAM_ID
from localslack.state.messages import Channel, Message
from localslack.state.open_views import View
from localslack.state.people import BOT_USER, Person

VERIFICATION = "local-verification"
Payload = dict[str, Any]


def command(name: str, text: str, by: Person, channel: Channel) -> dict[str, str]:
    return {
        "token": VERIFICATION,
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": by.id,
        "user_name": by.name,
        "command": name,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
    }


def channel_name(channel: Channel) -> str:
    return "privategroup" if channel.is_private else channel.name


def interaction(kind: str, by: Person, **more: Any) -> Payload:
    return {
        "type": kind,
        "user": {"id": by.id, "username": by.name, "name": by.name, "team_id": TEAM_ID},
        "api_app_id": APP_ID,
        "token": VERIFICATION,
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
        **more,
    }


def pressed_in_message(message: Message, by: Person, action: Payload, **more: Any) -> Payload:
    """An ephemeral message is named but not shown, as Slack does it."""
    channel, ephemeral = message.channel, message.ephemeral_to is not None
    container: Payload = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    shown = {} if ephemeral else {"message": message.as_slack()}
    return interaction(
        "block_actions",
        by,
        container=container,
        channel={"id": channel.id, "name": channel_name(channel)},
        state={"values": values_of(message.blocks, {})},
        actions=[action],
        **shown,
        **more,
    )


def pressed_in_view(view: View, by: Person, action: Payload, **more: Any) -> Payload:
    shown = as_slack(view)
    container = {"type": "view", "view_id": view.id}
    return interaction(
        "block_actions", by, container=container, view=shown, actions=[action], **more
    )


def suggestion(
    target: Message | View, by: Person, block_id: str, action_id: str, query: str
) -> Payload:
    asked = {"block_id": block_id, "action_id": action_id, "value": query}
    if isinstance(target, View):
        container = {"type": "view", "view_id": target.id}
        return interaction(
            "block_suggestion", by, container=container, view=as_slack(target), **asked
        )
    channel, ephemeral = target.channel, target.ephemeral_to is not None
    return interaction(
        "block_suggestion",
        by,
        container={
            "type": "message",
            "message_ts": target.ts,
            "channel_id": channel.id,
            "is_ephemeral": ephemeral,
        },
        channel={"id": channel.id, "name": channel_name(channel)},
        **({} if ephemeral else {"message": target.as_slack()}),
        **asked,
    )


def submitted(view: View, by: Person, **more: Any) -> Payload:
    return interaction("view_submission", by, view=as_slack(view), response_urls=[], **more)


def closed(view: View, by: Person, *, is_cleared: bool) -> Payload:
    return interaction("view_closed", by, view=as_slack(view), is_cleared=is_cleared)


def message_action(
    callback_id: str, message: Message, parentage: Payload, by: Person, at: str, **more: Any
) -> Payload:
    channel = message.channel
    return interaction(
        "message_action",
        by,
        callback_id=callback_id,
        action_ts=at,
        message_ts=message.ts,
        message={**message.as_slack(), **parentage},
        channel={"id": channel.id, "name": channel_name(channel)},
        **more,
    )


def event_callback(event: Payload, event_id: str, at: float) -> Payload:
    return {
        "token": VERIFICATION,
        "team_id": TEAM_ID,
        "context_team_id": TEAM_ID,
        "context_enterprise_id": None,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(at),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM_ID,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{event_id}",
    }


def url_verification(challenge: str) -> Payload:
    return {"token": VERIFICATION, "challenge": challenge, "type": "url_verification"}


def subscription(event: Payload) -> str:
    """The event's name as the manifest spells it: messages are told apart by where they are."""
    kinds = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}
    if event.get("type") != "message":
        return str(event.get("type"))
    return f"message.{kinds.get(event.get('channel_type', 'channel'), 'channels')}"

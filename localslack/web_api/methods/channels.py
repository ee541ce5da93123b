"""conversations.list and its kin: which channels there are, who is in them, and joining one."""

from __future__ import annotations

from typing import Any

from localslack.api_error import Refused
from localslack.state.messages import Channel
from localslack.state.people import BOT_USER
from localslack.web_api.call import Call
from localslack.web_api.methods.conversations import as_slack, scope_for
from localslack.web_api.methods.method import Method
from localslack.web_api.methods.pages import page
from localslack.web_api.methods.places import channel_named

# Each type, and what it needs to be read.
TYPES = {"public_channel": "channels", "private_channel": "groups", "mpim": "mpim", "im": "im"}
LIST = "types exclude_archived limit cursor"


def listed(call: Call) -> dict[str, Any]:
    """Public channels all, others only where the bot is."""
    wanted = types(call)
    return shown(
        call,
        [
            channel
            for channel in call.workspace.channels.values()
            if kind(channel) in wanted
            and (kind(channel) == "public_channel" or BOT_USER in channel.members)
        ],
    )


def of_user(call: Call) -> dict[str, Any]:
    """The bot's own, or those that it shares with the person."""
    wanted, user = types(call), call.maybe("user") or BOT_USER
    if user not in call.workspace.people:
        raise Refused("user_not_found", problem=False)
    return shown(
        call,
        [
            channel
            for channel in call.workspace.channels.values()
            if kind(channel) in wanted
            and user in channel.members
            and (kind(channel) == "public_channel" or BOT_USER in channel.members)
        ],
    )


def shown(call: Call, channels: list[Channel]) -> dict[str, Any]:
    if call.flag("exclude_archived"):
        channels = [each for each in channels if not each.is_archived]
    some, cursor = page(call, channels)
    listed = [as_slack(channel) for channel in some]
    return {"channels": listed, "response_metadata": {"next_cursor": cursor}}


def types(call: Call) -> list[str]:
    wanted = [each.strip() for each in (call.maybe("types") or "public_channel").split(",")]
    if unknown := sorted(set(wanted) - TYPES.keys()):
        raise Refused("invalid_types", f"no type of channel: {', '.join(unknown)}")
    for each in wanted:
        call.needs(f"{TYPES[each]}:read")
    return wanted


def kind(channel: Channel) -> str:
    if channel.is_direct:
        return "im"
    return "private_channel" if channel.is_private else "public_channel"


def members(call: Call) -> dict[str, Any]:
    channel = channel_named(call)
    call.needs(scope_for(channel, "read"))
    some, cursor = page(call, sorted(channel.members))
    return {"members": some, "response_metadata": {"next_cursor": cursor}}


def join(call: Call) -> dict[str, Any]:
    channel = channel_named(call)
    if channel.is_private or channel.is_direct:
        said = "only public channels can be joined"
        raise Refused("method_not_supported_for_channel_type", said)
    if channel.is_archived:
        raise Refused("is_archived", problem=False)
    if BOT_USER in channel.members:
        noted = {"warnings": ["already_in_channel"]}
        return {
            "channel": as_slack(channel),
            "warning": "already_in_channel",
            "response_metadata": noted,
        }
    call.workspace.join(channel, BOT_USER)
    return {"channel": as_slack(channel)}


METHODS = {
    "conversations.list": Method(listed, LIST),
    "conversations.members": Method(members, "channel limit cursor"),
    "conversations.join": Method(join, "channel", "channels:join"),
    "users.conversations": Method(of_user, f"user {LIST}"),
}

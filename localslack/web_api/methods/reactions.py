"""reactions.*: emoji on messages."""

from __future__ import annotations

import re
from typing import Any

from localslack.api_error import Refused
from localslack.state.messages import Message
from localslack.state.people import BOT_USER
from localslack.validation.emoji import EMOJI
from localslack.web_api.call import Call
from localslack.web_api.methods.method import Method
from localslack.web_api.methods.places import channel_named

ITEM = "channel timestamp file file_comment"


def reacted_to(call: Call) -> Message:
    channel = channel_named(call)
    if call.maybe("file") or call.maybe("file_comment"):
        raise Refused("not_reactable", "only messages are reacted to: channel and timestamp")
    ts = call.maybe("timestamp")
    if ts is None:
        raise Refused("no_item_specified", "a reaction is to a channel and a timestamp")
    if not re.fullmatch(r"\d+\.\d{6}", ts):
        raise Refused("bad_timestamp", f"not a ts: {ts!r}")
    message = call.workspace.find(channel, ts)
    if message is None or message.deleted or message.ephemeral_to:
        raise Refused("message_not_found", problem=False)
    if BOT_USER not in channel.members:
        raise Refused("not_in_channel", problem=False)
    return message


def name_of(call: Call) -> str:
    name = call.text("name")
    if not EMOJI.fullmatch(name):
        said = f"an emoji is named without colons, in small letters, not {name!r}"
        raise Refused("invalid_name", said)
    return name


def add(call: Call) -> dict[str, Any]:
    name, message = name_of(call), reacted_to(call)
    if message.channel.is_archived:
        raise Refused("is_archived", problem=False)
    if BOT_USER in message.reactions.get(name, []):
        raise Refused("already_reacted", problem=False)
    call.workspace.react(message, name, BOT_USER, on=True)
    return {}


def remove(call: Call) -> dict[str, Any]:
    """Only the bot's own."""
    name, message = name_of(call), reacted_to(call)
    if BOT_USER not in message.reactions.get(name, []):
        raise Refused("no_reaction", problem=False)
    call.workspace.react(message, name, BOT_USER, on=False)
    return {}


def get(call: Call) -> dict[str, Any]:
    message = reacted_to(call)
    return {"type": "message", "channel": message.channel.id, "message": message.as_slack()}


METHODS = {
    "reactions.add": Method(add, f"name {ITEM}", "reactions:write"),
    "reactions.remove": Method(remove, f"name {ITEM}", "reactions:write"),
    "reactions.get": Method(get, f"full {ITEM}", "reactions:read"),
}

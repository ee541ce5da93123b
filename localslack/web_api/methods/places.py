"""Finding the channel and the message that a call means, or refusing as Slack would."""

from __future__ import annotations

from localslack.api_error import Refused
from localslack.state.messages import Channel, Message
from localslack.state.people import BOT_USER
from localslack.web_api.call import Call


def channel_named(call: Call, name: str = "") -> Channel:
    channel = call.workspace.channel(name or call.text("channel"))
    if channel is None or (channel.is_private and BOT_USER not in channel.members):
        raise Refused("channel_not_found", problem=False)
    return channel


def place_to_post(call: Call) -> Channel:
    """A channel by id or #name, or a person by id, which is their direct messages."""
    person = call.workspace.people.get(call.text("channel"))
    if person is not None and not person.is_bot:
        return open_to_messages(call, call.workspace.direct_channel(person))
    channel = channel_named(call)
    open_to_all = "chat:write.public" in call.around.manifest.scopes and not channel.is_private
    if BOT_USER not in channel.members and not open_to_all:
        raise Refused("not_in_channel", problem=False)
    return open_to_messages(call, channel)


def place_to_share(call: Call, name: str) -> Channel:
    """For a file chat:write.public is not enough: the bot must be a member."""
    channel = channel_named(call, name)
    if BOT_USER not in channel.members:
        raise Refused("not_in_channel", problem=False)
    return open_to_messages(call, channel)


def open_to_messages(call: Call, channel: Channel) -> Channel:
    if channel.is_archived:
        raise Refused("is_archived", problem=False)
    if channel.is_direct and not call.around.manifest.messages_tab:
        said = "the manifest does not say messages_tab_enabled: true"
        raise Refused("messages_tab_disabled", said)
    return channel


def own_message(call: Call, refusal: str) -> Message:
    """The bot's own message that `channel` and `ts` name."""
    channel = channel_named(call)
    message = call.workspace.find(channel, call.text("ts"))
    if message is None or message.deleted:
        raise Refused("message_not_found", problem=False)
    if message.ephemeral_to:
        said = f"{call.method} cannot reach an ephemeral message; its response_url can"
        raise Refused("message_not_found", said)
    if not message.from_bot:
        raise Refused(refusal, f"the message {message.ts} is not the bot's own")
    return message

"""chat.*: posting, changing and taking back messages."""

from __future__ import annotations

from typing import Any

from localslack.api_error import Refused, refuse_all
from localslack.state.messages import Channel, Message
from localslack.state.people import BOT_USER
from localslack.validation import message_objections
from localslack.web_api.call import Call, TooFast
from localslack.web_api.methods.method import Method
from localslack.web_api.methods.places import channel_named, own_message, place_to_post

# Neither `parse` nor `link_names`: they would make a live broadcast of a person's "@channel".
MESSAGE = "channel text blocks metadata mrkdwn unfurl_links unfurl_media"


def content(call: Call) -> dict[str, Any]:
    """Text, blocks and metadata, after they were found to be right."""
    said = {
        "text": call.given.get("text"),
        "blocks": call.structure("blocks", "invalid_blocks_format"),
        "metadata": call.structure("metadata", "invalid_metadata_format"),
    }
    refuse_all(message_objections(said))
    return said


def post_message(call: Call) -> dict[str, Any]:
    said = content(call)
    channel = place_to_post(call)
    thread = thread_named(call, channel)
    at_its_pace(call, channel)
    message = call.workspace.post(
        channel, BOT_USER, **said, thread_ts=thread, broadcast=call.flag("reply_broadcast")
    )
    shown = message.as_slack(metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": shown}


def post_ephemeral(call: Call) -> dict[str, Any]:
    said = content(call)
    if said.pop("metadata"):
        raise Refused("invalid_arguments", "an ephemeral message has no metadata")
    channel = place_to_post(call)
    person = call.text("user")
    if person not in channel.members:
        raise Refused("user_not_in_channel", problem=False)
    at_its_pace(call, channel)
    message = call.workspace.post(
        channel, BOT_USER, **said, thread_ts=thread_named(call, channel), ephemeral_to=person
    )
    return {"message_ts": message.ts}


def update(call: Call) -> dict[str, Any]:
    """What is not given stays; an empty list of blocks, or empty metadata, takes it away."""
    said = content(call)
    message = own_message(call, "cant_update_message")
    call.workspace.edit(message, **said)
    shown = message.as_slack(metadata=True)
    return {"channel": message.channel.id, "ts": message.ts, "text": message.text, "message": shown}


def delete(call: Call) -> dict[str, Any]:
    message = own_message(call, "cant_delete_message")
    call.workspace.delete(message)
    return {"channel": message.channel.id, "ts": message.ts}


def permalink(call: Call) -> dict[str, Any]:
    channel = channel_named(call)
    message = call.workspace.find(channel, call.text("message_ts"))
    if message is None or message.deleted or message.ephemeral_to:
        raise Refused("message_not_found", problem=False)
    link = f"{call.around.base_url()}archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.thread_ts and message.thread_ts != message.ts:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def thread_named(call: Call, channel: Channel) -> str | None:
    ts = call.maybe("thread_ts")
    parent: Message | None = call.workspace.find(channel, ts) if ts else None
    if ts and parent is None:
        raise Refused("thread_not_found", f"no message {ts} in #{channel.name} to reply to")
    if parent and parent.thread_ts not in (None, ts):
        said = f"thread_ts {ts} is itself a reply: use its parent's"
        raise Refused("cannot_reply_to_message", said)
    if parent and parent.ephemeral_to:
        raise Refused("cannot_reply_to_message", "an ephemeral message has no thread")
    return ts


def at_its_pace(call: Call, channel: Channel) -> None:
    limit = call.around.rate_limit
    if limit is not None and not limit.take(channel.id):
        raise TooFast


METHODS = {
    "chat.postMessage": Method(
        post_message, f"{MESSAGE} thread_ts reply_broadcast client_msg_id", "chat:write"
    ),
    "chat.postEphemeral": Method(post_ephemeral, f"{MESSAGE} user thread_ts", "chat:write"),
    "chat.update": Method(update, f"{MESSAGE} ts", "chat:write"),
    "chat.delete": Method(delete, "channel ts", "chat:write"),
    "chat.getPermalink": Method(permalink, "channel message_ts"),
}

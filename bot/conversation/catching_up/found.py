"""What of a thread as it is now the desk has not heard of."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from bot.conversation.catching_up.reader import Message
from bot.conversation.direct import is_command
from bot.conversation.mentions import mention
from core.store.readings import Kept
from core.tickets.source import is_direct

Event = dict[str, Any]
# Seconds in which Slack may show messages in another order than that of their times.
OVERLAP = 60


def shifted(ts: str, seconds: int) -> str:
    """Slack's time, so many seconds later."""
    whole, _, fraction = ts.partition(".")
    return f"{int(whole) + seconds}.{fraction}"


def edited(message: Message) -> str:
    """When it was edited last; empty if it never was."""
    return (message.get("edited") or {}).get("ts") or ""


def newest(messages: Sequence[Message]) -> str:
    return max((max(one["ts"], edited(one)) for one in messages), default="0.000000")


def is_for_the_desk(message: Message, channel: str, *, own: str | None) -> bool:
    """Whether something is to be done because it was said, and once."""
    if is_direct(channel) and is_command(message.get("text") or ""):
        return True
    return mention(message | {"channel": channel}, own=own) is not None


def as_event(message: Message, channel: str, *, own: str | None) -> Event:
    """As Slack would tell of it: an edit, unless it is a verb, which nobody may have heard."""
    event = {"type": "message", "channel": channel}
    if not edited(message) or mention(message | event, own=own):
        return {**message, **event}
    return as_edit(message, channel)


def as_edit(message: Message, channel: str) -> Event:
    event = {"type": "message", "channel": channel}
    changed = {"subtype": "message_changed", "ts": edited(message), "message": dict(message)}
    return event | changed


def unheard(
    messages: Sequence[Message],
    channel: str,
    known: Mapping[str, Kept],
    answered: Collection[str],
    *,
    read_to: str | None,
    began: str,
    own: str | None,
) -> Sequence[Event]:
    """Of the replies in a thread that was `read_to` here before, or of which nothing was read yet.
    What was said to the desk before reading `began` it has done, or never will."""
    events = []
    for one in sorted(messages, key=lambda one: str(one["ts"])):
        kept = known.get(one["ts"])
        if kept is not None:
            is_new = edited(one) > kept.edited and not kept.withdrawn
            if is_new and kept.is_ticket:
                events.append(as_edit(one, channel))
                continue
        elif one["ts"] in answered or one.get("user") == own:
            is_new = False
        else:
            since = began if mention(one | {"channel": channel}, own=own) else ""
            if read_to is not None:
                since = max(since, shifted(read_to, -OVERLAP))
            is_new = max(one["ts"], edited(one)) > since
        if is_new:
            events.append(as_event(one, channel, own=own))
    return events


def missing(messages: Sequence[Message], known: Mapping[str, Kept], *, thread: str) -> list[str]:
    """What is a comment still, and not in this thread, though it might be."""
    there = {one["ts"] for one in messages}
    return [
        ts
        for ts, kept in known.items()
        if ts > thread and ts not in there and not (kept.withdrawn or kept.is_ticket)
    ]

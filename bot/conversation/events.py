"""What an event of a message is about: something said in a thread, an edit of it, its end."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from bot.markup.mrkdwn import as_said
from bot.slack.receiver.workspace import SLACKBOT
from core.blank_text import says_something
from core.desk.conversation import Said, Withdrawn
from core.tickets import SlackFile, SlackMessage

Event = Mapping[str, Any]

# What may stand before the desk's name.
_GREETING = r"(?:(?:hey|hi|hello|ok|okay|dear|please)\W{1,3})?"
# Those under which people say something; joins, topics and the like say nothing.
SAYING = frozenset({None, "thread_broadcast", "file_share", "me_message"})

# Files of a message that are kept, and characters of what is known of each.
MOST_FILES, _NAME, _ADDRESS = 20, 255, 2000


class Edited(NamedTuple):
    message: Said


def read(event: Event, *, own: str | None) -> Said | Edited | Withdrawn | None:
    """None for what is no person's, says nothing, or is new and in no thread; `own` is the desk's
    user. What is changed or deleted in none has an empty `thread_ts`."""
    subtype = event.get("subtype")
    if not event.get("channel") or not event.get("ts"):
        return None
    if subtype == "message_deleted":
        return _withdrawn(event, event.get("deleted_ts"), own)
    if subtype != "message_changed":
        return _said(event, event["channel"], own)
    message = event.get("message") or {}
    if message.get("subtype") == "tombstone":
        return _withdrawn(event, message.get("ts"), own)
    said = _said(message, event["channel"], own, anywhere=True)
    # A preview of a link changes a message, too, and is nobody's edit.
    return Edited(said) if said and said.edited else None


def _said(message: Event, channel: str, own: str | None, *, anywhere: bool = False) -> Said | None:
    """In a thread; or `anywhere`, since it may have been added to a ticket."""
    ts, thread_ts, user = message.get("ts"), message.get("thread_ts"), message.get("user")
    if message.get("subtype") not in SAYING or user in (None, SLACKBOT, own):
        return None
    text = words(message, own)
    if thread_ts in (None, ts) and anywhere:
        thread_ts = ""
    if not ts or thread_ts in (None, ts) or not says_something(text):
        return None
    edited = (message.get("edited") or {}).get("ts")
    by_app = message.get("bot_id") is not None
    said = SlackMessage(channel, ts)
    return Said(said, thread_ts, user, by_app, text, edited, attached(message))


def in_thread(message: Event, channel: str, ts: str, *, own: str | None) -> Said | None:
    """What somebody said in the thread under that message, or in it."""
    said = _said(message, channel, own, anywhere=True)
    return said and said._replace(thread_ts=ts)


def addressed(text: str, *, own: str | None) -> str | None:
    """What is said to the desk, whose user is its `own`, first of all; None if it is not."""
    if own is None:
        return None
    name = rf"\s*{_GREETING}<@{re.escape(own)}(?:\|[^<>]*)?>[\s:,]*"
    named = re.match(name, text, re.IGNORECASE)
    return named and text[named.end() :]


def may_be_addressed(event: Event) -> bool:
    """Whether a person says it to somebody first of all: to whom, is to be seen once the desk knows
    its own name."""
    message = event.get("message") or event
    if message.get("subtype") not in SAYING or message.get("bot_id") or not message.get("user"):
        return False
    return re.match(rf"\s*{_GREETING}<@", message.get("text") or "", re.IGNORECASE) is not None


def words(message: Event, own: str | None) -> str:
    """As their author sees them, without the desk's name, and a line for each file."""
    text = message.get("text") or ""
    to_us = addressed(text, own=own)
    said = as_said(text if to_us is None else to_us).replace("\0", "")
    return "\n".join(filter(None, (said, *files(message))))


def files(message: Event) -> list[str]:
    """A line for each."""
    return [
        ": ".join(filter(None, (file.get("name") or "a file", file.get("permalink"))))
        for file in message.get("files") or ()
    ]


def attached(message: Event) -> tuple[SlackFile, ...]:
    """As much of each as is kept."""
    return tuple(
        SlackFile(
            (file.get("name") or "a file")[:_NAME],
            (file.get("mimetype") or "")[:_NAME],
            file.get("size"),
            (file.get("permalink") or "")[:_ADDRESS],
        )
        for file in (message.get("files") or ())[:MOST_FILES]
    )


def _withdrawn(event: Event, ts: str | None, own: str | None) -> Withdrawn | None:
    was = event.get("previous_message") or {}
    thread_ts, user = was.get("thread_ts", ""), was.get("user")
    if not ts or user in (None, SLACKBOT, own) or "bot_id" in was:
        return None
    thread_ts = "" if thread_ts == ts else thread_ts
    return Withdrawn(SlackMessage(event["channel"], ts), thread_ts, user, event["ts"])

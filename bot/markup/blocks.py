"""Blocks of Slack's Block Kit, as messages and forms are made of them."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

Block = dict[str, Any]
Message = dict[str, Any]


def fingerprint(blocks: Iterable[Block]) -> str:
    """What tells a message from one that says something else."""
    return hashlib.sha256(json.dumps(list(blocks)).encode()).hexdigest()


def section(text: str) -> Block:
    return {"type": "section", "text": mrkdwn(text)}


def context(text: str) -> Block:
    return {"type": "context", "elements": [mrkdwn(text)]}


def mrkdwn(text: str) -> Block:
    """Verbatim: Slack makes no links and mentions but those that we wrote."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def in_plainest_form(text: str, message: Message) -> Message:
    """The same message with no words that anybody typed, for which Slack might refuse it."""
    kept = ("metadata", "client_msg_id", "thread_ts", "ts")
    # An edit takes blocks away only if it says that there are none.
    said: Message = {"text": text, "blocks": []} if "ts" in message else {"text": text}
    return said | {name: message[name] for name in kept if name in message}

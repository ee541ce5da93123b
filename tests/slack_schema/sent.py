"""What Slack's own types, and people's ears, have against anything that an app sent to a local
Slack."""

import json
import re
from collections.abc import Iterator
from typing import Any

from localslack import LocalSlack
from tests.slack_schema.judge import SCHEMA, message_objections, view_objections

MESSAGES = ("chat.postMessage", "chat.update", "chat.postEphemeral", "response_url")
VIEWS = ("views.open", "views.push", "views.update", "views.publish")


def objections(slack: LocalSlack) -> list[str]:
    """Empty too where there is no schema to judge by."""
    if not SCHEMA.exists():
        return []
    return [
        f"{what}: {objection}"
        for what, judged in (*_calls(slack), *_acks(slack))
        for objection in judged
    ]


def named_signs(slack: LocalSlack) -> list[str]:
    """Lines for notifications and screen readers that begin with a sign's name."""
    return [
        f"{call.method}: {line}"
        for call in slack.calls
        if call.method in MESSAGES and call.given.get("blocks")
        for line in (call.given.get("text") or "").splitlines()
        if re.match(r":[a-z_]+: ", line)
    ]


def _calls(slack: LocalSlack) -> Iterator[tuple[str, list[str]]]:
    for call in slack.calls:
        if call.method in VIEWS:
            yield call.method, view_objections(_structure(call.given.get("view")))
        elif call.method in MESSAGES and "delete_original" not in call.given:
            yield call.method, message_objections(_message(call.given))


def _acks(slack: LocalSlack) -> Iterator[tuple[str, list[str]]]:
    for request in slack.requests:
        reply = request.reply
        if reply is None or reply.failure or not reply.body.strip():
            continue
        said = reply.json if isinstance(reply.json, dict) else {"text": reply.body.decode()}
        what = f"ack of {request.what}"
        if "command" in request.payload:
            yield what, message_objections(_message(said))
        elif "view" in said:
            yield what, view_objections(said["view"])


def _message(given: dict[str, Any]) -> dict[str, Any]:
    named = {name: _structure(given.get(name)) for name in ("blocks", "metadata")}
    return {
        name: value
        for name, value in {"text": given.get("text"), **named}.items()
        if value is not None
    }


def _structure(value: Any) -> Any:
    """JSON as such or, as slack_sdk sends it in a form, as a string of it."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value

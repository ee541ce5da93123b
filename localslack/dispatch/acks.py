"""What the body of an ack does: a message for a command, a turn of the modal for a submission."""

from __future__ import annotations

from typing import Any

from localslack.api_error import Refused, refuse_all
from localslack.dispatch.answer import Answer
from localslack.dispatch.response_urls import ResponseUrl, ResponseUrls
from localslack.state.open_views import StackIsFull, View
from localslack.state.workspace import Workspace
from localslack.validation import view_objections

ACTIONS = {
    "errors": {"response_action", "errors"},
    "update": {"response_action", "view"},
    "push": {"response_action", "view"},
    "clear": {"response_action"},
}


def command_answered(answer: Answer, url: ResponseUrl, urls: ResponseUrls) -> None:
    """Text or JSON becomes a message; nothing stays nothing."""
    body = answer.body.decode(errors="replace")
    if not body.strip():
        return
    said = answer.json if isinstance(answer.json, dict) else {"text": body}
    urls.respond(url, said)


def nothing_more(answer: Answer) -> None:
    """Everything but commands and submissions is acked with nothing."""
    if answer.body.strip() not in (b"", b"{}"):
        raise Refused("invalid_ack", f"this ack carries nothing, not {answer.body[:80]!r}")


def submission_answered(answer: Answer, view: View, workspace: Workspace) -> None:
    if not answer.body.strip():
        workspace.views.close(view)
        return
    said = answer.json
    action = said.get("response_action") if isinstance(said, dict) else None
    if action is None and said == {}:
        workspace.views.close(view)
        return
    if action not in ACTIONS or said.keys() != ACTIONS[action]:
        raise Refused("invalid_ack", f"not an ack of a submission: {answer.body[:200]!r}")
    if action == "errors":
        answer.errors = beside_fields(said["errors"], view)
    elif action == "clear":
        workspace.views.clear(view.stack)
    else:
        answer.view = turned(action, said["view"], view, workspace)


def beside_fields(errors: Any, view: View) -> dict[str, str]:
    if not isinstance(errors, dict) or not errors:
        raise Refused("invalid_ack", "errors must be an object from block_id to text")
    fields = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    for name, text in errors.items():
        if name not in fields:
            said = f"errors name {name!r}, but the input blocks are {sorted(fields)}"
            raise Refused("invalid_ack", said)
        if not isinstance(text, str) or not text.strip():
            raise Refused("invalid_ack", f"the error beside {name} has no text")
    return dict(errors)


def turned(action: str, given: Any, view: View, workspace: Workspace) -> View:
    refuse_all(view_objections(given))
    named = {**given, "blocks": workspace.with_ids(given["blocks"])}
    if action == "update":
        workspace.views.show(view, named)
        return view
    try:
        return workspace.views.push(view.stack, named)
    except StackIsFull:
        raise Refused("push_limit_reached", "three views is as deep as they stack") from None

"""What Slack tells us of what people do, as far as the desk uses it.

It is read once, here, whichever way it came: what is handed on to Bolt and to the handlers is
made of the fields below and of nothing else, so nobody reads the same bytes in another way. A
handler that needs one more field of Slack's names it here.
"""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core import strict_json

# More than Slack sends in a form, its state of all its fields included.
MOST_FIELDS = 100

Word = Annotated[str, Field(max_length=255)]
Id = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,50}$")]
# When a message was posted, which tells it from all others of its channel.
Ts = Annotated[str, Field(pattern=r"^[0-9]{1,10}\.[0-9]{6}$")]
Url = Annotated[str, Field(max_length=2000)]
Part = TypeVar("Part", bound="Piece")


TWICE = "The same field comes twice."


class BadPayload(ValueError):
    """Slack does not send such a thing; the text is one line and quotes nothing of it."""


class Piece(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, hide_input_in_errors=True)


class _Sent(Piece):
    """What is common to everything that somebody does."""

    api_app_id: Id | None = None
    is_enterprise_install: bool | Word | None = None
    # Slack's key for one doing: the same when it is told of again.
    trigger_id: Word | None = None
    response_url: Url | None = None


class Command(_Sent):
    command: Word
    text: str = ""
    user_id: Id
    user_name: Word = ""
    team_id: Id | None = None
    enterprise_id: Word | None = None
    channel_id: Id | None = None
    trigger_id: Annotated[Word, Field(min_length=1)]


class _Named(Piece):
    id: Id


class _User(Piece):
    id: Id
    name: Word | None = None
    username: Word | None = None


class Interaction(_Sent):
    """A closed form, or something newer: what we know of it is who, and what kind.

    `team` is the workspace in which it was done, whatever the user's own is.
    https://github.com/slackapi/java-slack-sdk/issues/1041
    """

    type: Annotated[Word, Field(min_length=1)]
    user: _User
    team: _Named | None = None
    enterprise: _Named | None = None


class _Option(Piece):
    value: Word


class _Action(Piece):
    action_id: Word
    block_id: Word = ""
    action_ts: Annotated[Word, Field(min_length=1)]
    value: Annotated[str, Field(max_length=2000)] | None = None
    selected_option: _Option | None = None


class _Container(Piece):
    is_ephemeral: bool = False
    # Of what is pressed in a view.
    view_id: str = ""


class Shortcut(Interaction):
    callback_id: Word


class Suggestion(Interaction):
    """What was typed so far into a menu whose options we say."""

    action_id: Word
    block_id: Word = ""
    value: str = ""


class File(Piece):
    name: str | None = None
    permalink: str | None = None
    mimetype: str | None = None
    # In bytes.
    size: int | None = None


class Edited(Piece):
    ts: Ts


class _Message(Piece):
    ts: Ts
    thread_ts: Ts | None = None
    text: str = ""
    # Nobody's, of some that apps post.
    user: Id | None = None
    bot_id: Id | None = None
    parent_user_id: Id | None = None
    files: list[File] | None = None
    edited: Edited | None = None


class MessageShortcut(Shortcut):
    channel: _Named
    message: _Message


class _PressedIn(Piece):
    """The view that it is pressed in, if it is in one."""

    type: Word
    callback_id: Word = ""
    # In a workspace that shares a channel with ours, it is this one that is ours.
    app_installed_team_id: Id | None = None


class Pressed(Interaction):
    actions: Annotated[list[_Action], Field(min_length=1)]
    container: _Container = _Container()
    view: _PressedIn | None = None


class _Block(Piece):
    type: Word
    block_id: Word = ""


class _Element(Piece):
    value: str | None = None
    selected_date_time: int | None = None
    selected_option: _Option | None = None


class _State(Piece):
    values: dict[str, dict[str, _Element]] = {}


class _View(Piece):
    type: Literal["modal"]
    id: Annotated[Word, Field(min_length=1)]
    callback_id: Word = ""
    blocks: list[_Block] = []
    state: _State = _State()
    # What we gave it along.
    private_metadata: Url = ""
    # Where somebody from another workspace sends a form, it is this one that is ours.
    app_installed_team_id: Id | None = None


class _ResponseUrl(Piece):
    response_url: Url | None = None


class Submitted(Interaction):
    view: _View
    response_urls: list[_ResponseUrl] = []


_INTERACTIONS: Mapping[str, type[Interaction]] = {
    "block_actions": Pressed,
    "block_suggestion": Suggestion,
    "message_action": MessageShortcut,
    "shortcut": Shortcut,
    "view_submission": Submitted,
}


def command(fields: Mapping[str, Any]) -> dict[str, Any]:
    return checked(Command, fields)


def interaction(payload: Mapping[str, Any]) -> dict[str, Any]:
    return checked(_INTERACTIONS.get(str(payload.get("type")), Interaction), payload)


def response_urls(payload: Mapping[str, Any]) -> list[str]:
    """Every address in it that could be answered to."""
    kept = {"response_url": (payload.get("view") or {}).get("private_metadata")}
    urls = [payload, kept, *payload.get("response_urls", ())]
    return [url for each in urls if (url := each.get("response_url"))]


def read_form(text: str) -> dict[str, str]:
    """Raises BadPayload where two readers could find two things in it."""
    try:
        pairs = parse_qsl(
            text,
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError as error:
        raise BadPayload("The body is no form.") from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise BadPayload(TWICE)
    return fields


def read_json(text: str) -> dict[str, Any]:
    """Raises BadPayload where two readers could find two things in it."""
    try:
        said = strict_json.loads(text)
        # What no UTF-8 can say, the database could not keep.
        json.dumps(said, ensure_ascii=False).encode()
    except strict_json.GivenTwice as error:
        raise BadPayload(TWICE) from error
    except ValueError as error:
        raise BadPayload("The payload is no JSON.") from error
    if not isinstance(said, dict):
        raise BadPayload("The payload is no JSON object.")
    return said


def checked(model: type[Part], given: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return model.model_validate(given).model_dump(exclude_unset=True)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False, include_context=False)[0]
        field = wrong["loc"][0] if wrong["loc"] else "payload"
        raise BadPayload(f"Its {field} is not as Slack sends it.") from error

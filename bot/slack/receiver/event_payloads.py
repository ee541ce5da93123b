"""What Slack tells us of what happens in its channels, as far as the desk uses it: read once, as
what people do is."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from bot.slack.receiver.payloads import Edited, File, Id, Piece, Ts, Word, checked


class _Event(Piece):
    type: Word


class Event(Piece):
    """Without its team: in a channel that workspaces share, it may be the other one's.
    https://github.com/slackapi/java-slack-sdk/issues/629"""

    type: Annotated[Word, Field(min_length=1)]
    api_app_id: Id | None = None
    challenge: Word | None = None
    event: _Event | None = None


class _Was(Piece):
    """A message before it was changed or deleted."""

    user: Id | None = None
    thread_ts: Ts | None = None
    # The app that wrote it, be it for a person.
    bot_id: Word | None = None


class _Heard(_Was):
    ts: Ts | None = None
    subtype: Word | None = None
    text: str | None = None
    files: list[File] | None = None
    edited: Edited | None = None


class _MessageEvent(_Heard, _Event):
    """Somebody said something, or that was changed or deleted
    (https://docs.slack.dev/reference/events/message)."""

    type: Literal["message"]
    channel: Id | None = None
    # Who wrote what a reply is under.
    parent_user_id: Id | None = None
    message: _Heard | None = None
    previous_message: _Was | None = None
    deleted_ts: Ts | None = None


class MessageEvent(Event):
    event: _MessageEvent


class _Item(Piece):
    type: Word
    channel: Id | None = None
    ts: Ts | None = None


class _ReactionEvent(_Event):
    """https://docs.slack.dev/reference/events/reaction_added"""

    type: Literal["reaction_added"]
    user: Id
    reaction: Word
    item: _Item
    event_ts: Ts


class ReactionEvent(Event):
    event: _ReactionEvent


class _HomeEvent(_Event):
    """https://docs.slack.dev/reference/events/app_home_opened"""

    type: Literal["app_home_opened"]
    user: Id
    # Home, or the messages.
    tab: Word = ""


class HomeEvent(Event):
    event: _HomeEvent
    # A tab is in one workspace, whatever its channels are shared with.
    team_id: Id | None = None
    enterprise_id: Word | None = None


class _JoinedEvent(_Event):
    """https://docs.slack.dev/reference/events/member_joined_channel"""

    type: Literal["member_joined_channel"]
    user: Id
    channel: Id


class JoinedEvent(Event):
    event: _JoinedEvent


_EVENTS: Mapping[str, type[Event]] = {
    "message": MessageEvent,
    "reaction_added": ReactionEvent,
    "app_home_opened": HomeEvent,
    "member_joined_channel": JoinedEvent,
}


def event(payload: Mapping[str, Any]) -> dict[str, Any]:
    told = payload.get("event")
    kind = told.get("type") if isinstance(told, Mapping) else None
    return checked(_EVENTS.get(str(kind), Event), payload)

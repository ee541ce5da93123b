"""A channel, what was said in it, and what may become of that."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Literal

from localslack.state.ids import APP_ID, BOT_ID, TEAM_ID
from localslack.state.people import BOT_USER, SLACKBOT

Blocks = list[dict[str, Any]]
Kind = Literal["said", "edited", "deleted", "unfurled", "reacted", "unreacted"]
Offered = dict[str, dict[str, list[dict[str, Any]]]]
"""Options by block_id and action_id."""


@dataclass(eq=False)
class Channel:
    id: str
    name: str
    members: set[str]
    is_private: bool = False
    is_archived: bool = False

    @property
    def is_direct(self) -> bool:
        return self.id.startswith("D")


@dataclass(eq=False)
class Message:
    """One message; edits change it in place, so that a test's hold on it stays true."""

    ts: str
    channel: Channel
    user: str
    text: str
    blocks: Blocks = field(default_factory=list)
    metadata: dict[str, Any] | None = None
    thread_ts: str | None = None
    edited: str | None = None
    ephemeral_to: str | None = None
    deleted: bool = False
    is_tombstone: bool = False
    """It was deleted, and stands there as long as it has replies."""
    broadcast: bool = False
    reactions: dict[str, list[str]] = field(default_factory=dict)
    """The people behind each emoji, in the order in which they came."""
    files: list[dict[str, Any]] = field(default_factory=list)
    """As Slack writes them."""
    attachments: list[dict[str, Any]] = field(default_factory=list)
    """Slack's previews of what the message links to."""
    client_msg_id: str | None = None
    """What the client of the person who typed it has called it."""
    offered: Offered = field(default_factory=dict)
    """What the app has offered so far in its external selects."""
    subtype: str | None = None
    """What it is where it says what somebody did."""
    app: str | None = None
    """Another app that wrote it, be it for a person."""

    @property
    def from_bot(self) -> bool:
        return self.user == BOT_USER

    @property
    def is_gone(self) -> bool:
        return self.deleted and not self.is_tombstone

    def bury(self) -> None:
        """Nothing of what was said is left, nor who said it."""
        self.deleted = self.is_tombstone = True
        self.user, self.text, self.blocks = SLACKBOT, "This message was deleted.", []
        self.metadata, self.edited, self.client_msg_id = None, None, None
        self.reactions, self.files, self.attachments, self.offered = {}, [], [], {}

    def as_slack(self, *, metadata: bool = False) -> dict[str, Any]:
        said: dict[str, Any] = {
            "type": "message",
            "user": self.user,
            "ts": self.ts,
            "text": self.text,
        }
        if self.is_tombstone:
            return said | {"subtype": "tombstone", "hidden": True, "thread_ts": self.ts}
        said["team"] = TEAM_ID
        if self.subtype:
            said["subtype"] = self.subtype
        if self.from_bot:
            said |= {"bot_id": BOT_ID, "app_id": APP_ID}
        elif self.app:
            said |= {"bot_id": f"B{self.app[1:]}", "app_id": self.app}
        if self.blocks:
            said["blocks"] = deepcopy(self.blocks)
        if self.thread_ts:
            said["thread_ts"] = self.thread_ts
        if self.edited:
            said["edited"] = {"user": self.user, "ts": self.edited}
        if self.client_msg_id:
            said["client_msg_id"] = self.client_msg_id
        if self.reactions:
            said["reactions"] = [
                {"name": name, "users": list(users), "count": len(users)}
                for name, users in self.reactions.items()
            ]
        if self.files:
            said |= {"files": deepcopy(self.files), "upload": False}
        if self.attachments:
            said["attachments"] = deepcopy(self.attachments)
        if metadata and self.metadata:
            said["metadata"] = deepcopy(self.metadata)
        return said


@dataclass(frozen=True)
class Happening:
    """Something in a channel that an app may hear of."""

    kind: Kind
    by: str
    message: Message
    before: dict[str, Any] = field(default_factory=dict)
    """The message as it was, where it was changed."""
    reaction: str = ""


def answered(parent: Message, answers: Sequence[Message]) -> dict[str, Any]:
    """What Slack adds to a message with replies."""
    if not answers:
        return {}
    users = list(dict.fromkeys(each.user for each in answers))
    return {
        "thread_ts": parent.ts,
        "reply_count": len(answers),
        "reply_users_count": len(users),
        "reply_users": users,
        "latest_reply": answers[-1].ts,
    }

"""The workspace itself: who is in it, what was said, which views are open.

It keeps state and finds things; who may do what is decided by the Web API's methods.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from localslack.open_views import OpenViews
from localslack.people import AMIR, BOT_USER, HUMANS, OLGA, Person, bot_named

TEAM_ID = "T0LOCAL"
TEAM_DOMAIN = "local"
APP_ID = "A0LOCAL"
BOT_ID = "B0BOT"

Blocks = list[dict[str, Any]]
Watcher = Callable[["Message | Channel | Person"], None]
"""Told what changed: a message, a channel, or what stands before a person in modals."""


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
    broadcast: bool = False

    @property
    def from_bot(self) -> bool:
        return self.user == BOT_USER

    def as_slack(self, *, metadata: bool = False) -> dict[str, Any]:
        said: dict[str, Any] = {
            "type": "message",
            "user": self.user,
            "ts": self.ts,
            "text": self.text,
            "team": TEAM_ID,
        }
        if self.from_bot:
            said |= {"bot_id": BOT_ID, "app_id": APP_ID}
        if self.blocks:
            said["blocks"] = deepcopy(self.blocks)
        if self.thread_ts:
            said["thread_ts"] = self.thread_ts
        if self.edited:
            said["edited"] = {"user": self.user, "ts": self.edited}
        if metadata and self.metadata:
            said["metadata"] = deepcopy(self.metadata)
        return said


class Workspace:
    def __init__(self, now: Callable[[], float], *, bot: str) -> None:
        self.now = now
        self.problems: list[str] = []
        self.bot = bot_named(bot)
        self.people = {each.id: each for each in (*HUMANS, self.bot)}
        humans = {each.id for each in HUMANS}
        everyone = {*humans, BOT_USER}
        self.channels = {
            channel.id: channel
            for channel in (
                Channel("C0GENERAL", "general", set(everyone)),
                Channel("C0HELPDESK", "helpdesk", set(everyone)),
                Channel("C0RANDOM", "random", set(humans)),
                Channel("C0OPS", "private-ops", {OLGA.id, AMIR.id}, is_private=True),
            )
        }
        self.messages: list[Message] = []
        self.watchers: list[Watcher] = []
        self._last_ts = 0
        # No id comes twice, not even after a restart: apps take them for keys.
        self._numbers = count(int(now() * 1000))
        self.views = OpenViews(self.next_id, self.changed)

    def next_ts(self) -> str:
        """The time in Slack's spelling, unique and growing even while the clock stands still."""
        self._last_ts = max(int(self.now() * 1_000_000), self._last_ts + 100)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def next_id(self, prefix: str) -> str:
        return f"{prefix}0{next(self._numbers)}"

    def changed(self, what: Message | Channel | Person) -> None:
        for watcher in self.watchers:
            watcher(what)

    def channel(self, name: str) -> Channel | None:
        """By id or by #name; a direct message only by its own id."""
        if name.startswith("#"):
            return next((c for c in self.channels.values() if c.name == name[1:]), None)
        return self.channels.get(name)

    def direct_channel(self, person: Person) -> Channel:
        """The bot's direct messages with this person, there as soon as somebody asks."""
        for channel in self.channels.values():
            if channel.is_direct and person.id in channel.members:
                return channel
        opened = Channel("D0" + person.id[2:], "directmessage", {person.id, BOT_USER})
        self.channels[opened.id] = opened
        self.changed(opened)
        return opened

    def post(self, channel: Channel, user: str, text: str, **more: Any) -> Message:
        blocks = self.with_ids(more.pop("blocks", None) or [])
        message = Message(self.next_ts(), channel, user, text, blocks, **more)
        self.messages.append(message)
        self.changed(message)
        return message

    def edit(
        self,
        message: Message,
        text: str,
        blocks: Blocks | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        """What is not given stays; empty blocks or metadata are taken away."""
        message.text = text
        if blocks is not None:
            message.blocks = self.with_ids(blocks)
        if metadata is not None:
            message.metadata = metadata or None
        message.edited = self.next_ts()
        self.changed(message)

    def delete(self, message: Message) -> None:
        message.deleted = True
        self.changed(message)

    def with_ids(self, blocks: Iterable[dict[str, Any]]) -> Blocks:
        """The blocks as Slack keeps them: what the app left unnamed has a name of Slack's."""
        kept = deepcopy(list(blocks))
        for block in kept:
            block.setdefault("block_id", self.next_id("b"))
            inner = [block.get("accessory"), block.get("element")]
            if block.get("type") == "actions":
                inner += block.get("elements", [])
            for element in inner:
                if isinstance(element, dict) and element.get("type") != "image":
                    element.setdefault("action_id", self.next_id("a"))
        return kept

    def in_channel(self, channel: Channel, *, seen_by: str | None = None) -> list[Message]:
        """In order; what is ephemeral only for the one person it was meant for."""
        return [
            message
            for message in self.messages
            if message.channel is channel
            and not message.deleted
            and message.ephemeral_to in (None, seen_by)
        ]

    def find(self, channel: Channel, ts: str) -> Message | None:
        here = (each for each in self.messages if each.channel is channel and each.ts == ts)
        return next(here, None)

    def replies(self, parent: Message) -> list[Message]:
        thread = self.in_channel(parent.channel)
        return [
            m for m in thread if m.thread_ts == parent.ts and m is not parent and not m.ephemeral_to
        ]

"""The workspace itself: who is in it, what was said, which views are open.

It keeps state and finds things; who may do what is decided by the Web API's methods.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from itertools import count
from typing import Any, TypeAlias

from localslack.state.files import File, Files
from localslack.state.messages import Blocks, Channel, Happening, Kind, Message, answered
from localslack.state.open_views import OpenViews
from localslack.state.people import AMIR, BOT_USER, HUMANS, OLGA, SLACKBOT, Person, bot_named
from localslack.state.records import ApiCall, Request

MOST_PROBLEMS = 1000

Change: TypeAlias = "Message | Channel | Person | File | ApiCall | Request"
Watcher = Callable[[Change], None]
"""Told what changed: a message, a channel, a file, what stands before a person, a record."""


class Workspace:
    def __init__(self, now: Callable[[], float], *, bot: str) -> None:
        self.now = now
        self.problems: list[str] = []
        """The latest of everything that a well-made app would not have done."""
        self.counts_in = "code points"  # What the length of texts is counted in.
        self.bot = bot_named(bot)
        self.people = {each.id: each for each in (*HUMANS, self.bot)}
        self.deactivated: set[str] = set()
        """Those of the people who have no account any more."""
        humans = {each.id for each in HUMANS}
        self.channels = {
            channel.id: channel
            for channel in (
                Channel("C0GENERAL", "general", {*humans, BOT_USER}),
                Channel("C0HELPDESK", "helpdesk", {*humans, BOT_USER}),
                Channel("C0RANDOM", "random", set(humans)),
                Channel("C0OPS", "private-ops", {OLGA.id, AMIR.id}, is_private=True),
            )
        }
        self.messages: list[Message] = []
        self.files = Files(self.next_id, self.changed)
        self.watchers: list[Watcher] = []
        self.listeners: list[Callable[[Happening], None]] = []
        """Told what happened in a channel, whoever did it."""
        self._last_ts = 0
        # No id comes twice, not even after a restart: apps take them for keys.
        self._numbers = count(int(now() * 1000))
        self.views = OpenViews(self.next_id, self.changed)

    def restore(self, channels: Iterable[Channel], messages: Iterable[Message]) -> None:
        """What was there before, as if it had never been away."""
        self.channels |= {each.id: each for each in channels}
        self.messages += messages
        spelled = [ts for each in self.messages for ts in (each.ts, each.edited) if ts]
        self._last_ts = max([self._last_ts, *(int(ts.replace(".", "")) for ts in spelled)])

    def next_ts(self) -> str:
        """The time in Slack's spelling, unique and growing even while the clock stands still."""
        self._last_ts = max(int(self.now() * 1_000_000), self._last_ts + 100)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def next_id(self, prefix: str) -> str:
        return f"{prefix}0{next(self._numbers)}"

    def problem(self, said: str) -> None:
        self.problems.append(said)
        del self.problems[:-MOST_PROBLEMS]

    def changed(self, what: Change) -> None:
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

    def join(self, channel: Channel, user: str) -> None:
        channel.members.add(user)
        self.changed(channel)

    def leave(self, channel: Channel, user: str) -> None:
        channel.members.discard(user)
        self.changed(channel)

    def archive(self, channel: Channel, *, on: bool) -> None:
        channel.is_archived = on
        self.changed(channel)

    def post(self, channel: Channel, user: str, text: str, **more: Any) -> Message:
        blocks = self.with_ids(more.pop("blocks", None) or [])
        message = Message(self.next_ts(), channel, user, text, blocks, **more)
        self.messages.append(message)
        self.changed(message)
        self._happened("said", message)
        return message

    def edit(
        self,
        message: Message,
        text: str,
        blocks: Blocks | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> Happening:
        """What is not given stays; empty blocks or metadata are taken away."""
        before = self.in_full(message)
        message.text = text
        if blocks is not None:
            message.blocks = self.with_ids(blocks)
        if metadata is not None:
            message.metadata = metadata or None
        message.edited = self.next_ts()
        self.changed(message)
        return self._happened("edited", message, before=before)

    def unfurl(self, message: Message, attachment: dict[str, Any]) -> Happening:
        """Done by Slack itself, and no edit."""
        before = self.in_full(message)
        message.attachments = [*message.attachments, attachment]
        self.changed(message)
        return self._happened("unfurled", message, by=SLACKBOT, before=before)

    def delete(self, message: Message) -> list[Happening]:
        """One that has replies leaves a tombstone, which goes with the last of them."""
        return self._delete(message, message.user)

    def react(self, message: Message, name: str, user: str, *, on: bool) -> None:
        """Nothing, if it is so already."""
        users = message.reactions.get(name, [])
        if on == (user in users):
            return
        left = [*users, user] if on else [each for each in users if each != user]
        message.reactions[name] = left
        if not left:
            del message.reactions[name]
        self.changed(message)
        self._happened("reacted" if on else "unreacted", message, by=user, reaction=name)

    def delete_file(self, file_id: str) -> None:
        """Messages keep a tombstone in its place."""
        self.files.delete(file_id)
        for message in self.messages:
            if any(each["id"] == file_id for each in message.files):
                message.files = [
                    {"id": file_id, "mode": "tombstone"} if each["id"] == file_id else each
                    for each in message.files
                ]
                self.changed(message)

    def readdress_files(self, base_url: str) -> None:
        """Those of an earlier day stand in messages with the addresses of that day's port."""
        for message in self.messages:
            there = [self.files.find(each["id"]) for each in message.files]
            message.files = [
                file.as_slack(base_url) if file else {"id": each["id"], "mode": "tombstone"}
                for file, each in zip(there, message.files, strict=True)
            ]

    def with_ids(self, blocks: Iterable[dict[str, Any]]) -> Blocks:
        """The blocks as Slack keeps them: what the app left unnamed has a name of Slack's."""
        kept = deepcopy(list(blocks))
        for block in kept:
            block.setdefault("block_id", self.next_id("b"))
            inner = [block.get("accessory"), block.get("element")]
            if block.get("type") in ("actions", "context_actions"):
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
            and not message.is_gone
            and message.ephemeral_to in (None, seen_by)
        ]

    def find(self, channel: Channel, ts: str) -> Message | None:
        here = (each for each in self.messages if each.channel is channel and each.ts == ts)
        return next(here, None)

    def replies(self, parent: Message) -> list[Message]:
        """Asked for with every change of a message, so it looks at each but once."""
        return [
            each
            for each in self.messages
            if each.thread_ts == parent.ts
            and each.channel is parent.channel
            and each is not parent
            and not (each.is_gone or each.ephemeral_to)
        ]

    def threads(self, channel: Channel) -> Mapping[str, list[Message]]:
        """All replies in a channel at once, by the ts that they reply to."""
        threads: defaultdict[str, list[Message]] = defaultdict(list)
        for message in self.in_channel(channel):
            if message.thread_ts not in (None, message.ts) and not message.ephemeral_to:
                threads[str(message.thread_ts)].append(message)
        return threads

    def parentage(self, message: Message) -> dict[str, str]:
        """Whom a reply replies to, as Slack adds it to replies."""
        parent = self._parent(message)
        return {"parent_user_id": parent.user} if parent else {}

    def in_full(self, message: Message) -> dict[str, Any]:
        """The message with its place in a thread, as events show it."""
        threading = {**self.parentage(message), **answered(message, self.replies(message))}
        return {**message.as_slack(), **threading}

    def _parent(self, message: Message) -> Message | None:
        thread = message.thread_ts
        return self.find(message.channel, thread) if thread and thread != message.ts else None

    def _delete(self, message: Message, by: str) -> list[Happening]:
        before = self.in_full(message)
        message.deleted, message.is_tombstone = True, False
        if self.replies(message):
            message.bury()
        self.changed(message)
        happened = [self._happened("deleted", message, by=by, before=before)]
        parent = self._parent(message)
        if parent and parent.is_tombstone and not self.replies(parent):
            happened += self._delete(parent, by)
        return happened

    def _happened(self, kind: Kind, message: Message, **more: Any) -> Happening:
        happening = Happening(kind, **{"by": message.user, **more}, message=message)
        for listener in self.listeners:
            listener(happening)
        return happening

"""The steps in which a channel is read: each is one call to Slack, and gives those that follow."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bot.conversation.catching_up.door import Door
from bot.conversation.catching_up.found import (
    OVERLAP,
    Event,
    as_edit,
    as_event,
    edited,
    is_for_the_desk,
    missing,
    newest,
    shifted,
    unheard,
)
from bot.conversation.catching_up.reader import Message, Reader
from bot.slack.receiver.workspace import Workspace
from core.clock import Clock
from core.store import ReadingStore
from core.store.readings import ChannelReading, ThreadReading, Walk

# Pages of a channel that are read to see which threads moved, where nothing in them is new.
PAGES = 10

Step = Callable[[], Awaitable[Sequence[Any]]]


@dataclass
class Channel:
    """What a pass knows of a channel."""

    reading: ChannelReading
    # Whose each thread is, and how far it was read.
    live: dict[str, str]
    threads: Mapping[str, ThreadReading]
    # How many threads in which nothing moved are compared all the same.
    compared: int
    top: str = ""
    # The latest reply to each parent, and how many there are.
    parents: dict[str, tuple[str, int]] = field(default_factory=dict)
    pages: int = 0

    @property
    def name(self) -> str:
        return self.reading.channel

    @property
    def since(self) -> str:
        return shifted(self.reading.since, -OVERLAP)

    @property
    def oldest(self) -> str:
        """Before all that is new, and all parents."""
        return min([self.since, *(shifted(ts, -1) for ts in self.live)])

    @property
    def moved(self) -> Sequence[str]:
        """The threads in which somebody said something, or something was deleted."""
        return sorted(ts for ts in self.live if self._has_moved(ts))

    @property
    def still(self) -> Sequence[str]:
        """The others in which something may have been edited, or that are too far back to be seen:
        those that were read longest ago first."""
        of = [ts for ts in self.live if not self._has_moved(ts) and self._has_words(ts)]
        never = [ts for ts in of if ts not in self.threads]
        read = [ts for ts in of if ts in self.threads]
        return [*never, *sorted(read, key=lambda ts: self.threads[ts].at)]

    def _has_words(self, ts: str) -> bool:
        """Of people; what is not known may have some."""
        return ts not in self.parents or (ts in self.threads and self.threads[ts].words > 0)

    def _has_moved(self, ts: str) -> bool:
        read, now = self.threads.get(ts), self.parents.get(ts)
        return now is not None and now != ((read.latest, read.replies) if read else _NONE)


class Steps:
    def __init__(
        self,
        reader: Reader,
        readings: ReadingStore,
        door: Door,
        workspace: Workspace,
        clock: Clock,
    ) -> None:
        self._reader = reader
        self._readings = readings
        self._door = door
        self._workspace = workspace
        self._clock = clock
        # Comments that are there, but not in a thread of their ticket.
        self._elsewhere: set[tuple[str, str]] = set()

    def first(self, channel: Channel) -> Step:
        if (walk := channel.reading.walk) is not None:
            channel.top = walk.top
            return partial(self._page, channel, walk.below)
        # None is said later than in a day.
        return partial(self._page, channel, f"{int(self._clock().timestamp()) + 86_400}.000000")

    async def _page(self, channel: Channel, below: str) -> Sequence[Step]:
        """A page of a channel, the newest first, and what is in it that was not heard."""
        page = await self._reader.channel(channel.name, oldest=channel.oldest, latest=below)
        channel.pages += 1
        channel.parents |= {one["ts"]: _latest(one) for one in page.messages}
        if page.messages:
            channel.top = max(channel.top, page.messages[0]["ts"])
        await self._hear_parents(channel, page.messages)
        await self._hear_edits(channel, page.messages)
        if page.more and page.messages:
            bottom = page.messages[-1]["ts"]
            if bottom > channel.since or channel.pages < PAGES:
                await self._readings.walked(channel.name, Walk(channel.top, bottom))
                return [partial(self._page, channel, bottom)]
        await self._readings.read_to(channel.name, max(channel.top, channel.reading.since))
        threads = [*channel.moved, *channel.still[: channel.compared]]
        return [partial(self._thread, channel, ts) for ts in threads]

    async def _hear_parents(self, channel: Channel, messages: Sequence[Message]) -> None:
        new = [one for one in messages if one["ts"] > channel.since]
        if not new:
            return
        names = [one["ts"] for one in new]
        answered = await self._readings.answered(channel.name, names)
        began, own = channel.reading.began, self._workspace.bot
        await self._door.hear(
            [
                as_event(one, channel.name, own=own)
                for one in sorted(new, key=lambda one: str(one["ts"]))
                if one["ts"] not in answered
                and one.get("user") != own
                and (one["ts"] > began or not is_for_the_desk(one, channel.name, own=own))
            ]
        )
        channel.live |= await self._readings.made_from(channel.name, names)

    async def _hear_edits(self, channel: Channel, messages: Sequence[Message]) -> None:
        """Of messages that tickets were made from, which need no look of their own."""
        changed = {one["ts"]: one for one in messages if one["ts"] in channel.live and edited(one)}
        if not changed:
            return
        known = await self._readings.edits_known(channel.name, list(changed))
        later = [one for ts, one in changed.items() if ts in known and edited(one) > known[ts]]
        await self._door.hear([as_edit(one, channel.name) for one in later])

    async def _thread(
        self, channel: Channel, ts: str, cursor: str = "", before: Sequence[Message] = ()
    ) -> Sequence[Step]:
        """A thread, and what is in it that was not heard, or is not as it was heard."""
        page = await self._reader.thread(channel.name, ts, cursor=cursor)
        if page is None:
            # Nobody can tell what became of its replies: old messages go in some workspaces.
            return []
        messages = [*before, *page.messages]
        if page.cursor:
            return [partial(self._thread, channel, ts, page.cursor, messages)]
        replies = [one for one in messages if one["ts"] != ts]
        known = await self._readings.kept(channel.live[ts], channel.name)
        read = channel.threads.get(ts)
        await self._door.hear(
            unheard(
                replies,
                channel.name,
                known,
                await self._readings.answered(channel.name, [one["ts"] for one in replies]),
                read_to=read.newest if read else None,
                began=channel.reading.began,
                own=self._workspace.bot,
            )
        )
        parent = next((one for one in messages if one["ts"] == ts), None)
        # As the page said, which is older: what came since then moves it once more.
        seen = channel.parents.get(ts) or _latest(parent or {})
        words = sum(one.get("user") != self._workspace.bot for one in replies)
        await self._readings.thread_read(
            channel.name, ts, *seen, newest=newest(messages), words=words
        )
        if parent is None:
            # Old messages go in some workspaces, and the parent is the oldest.
            return []
        gone = missing(replies, known, thread=ts)
        return [
            partial(self._look_for, channel.name, one, {"thread_ts": ts, "user": known[one].author})
            for one in gone
            if (channel.name, one) not in self._elsewhere
        ]

    async def _look_for(self, channel: str, ts: str, was: Event) -> Sequence[Step]:
        """What is in no thread was deleted."""
        if await self._reader.is_there(channel, ts):
            self._elsewhere.add((channel, ts))
            return []
        at = f"{self._clock().timestamp():.6f}"
        told = {"type": "message", "subtype": "message_deleted", "channel": channel, "ts": at}
        await self._door.hear([told | {"deleted_ts": ts, "previous_message": was}])
        return []


_NONE = ("", 0)


def _latest(parent: Message) -> tuple[str, int]:
    return parent.get("latest_reply") or "", parent.get("reply_count") or 0

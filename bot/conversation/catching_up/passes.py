"""Catching up by reading: what was said, edited or deleted without Slack's telling of it.

What is found is heard as if Slack had told of it. A pass looks at each channel once: what stands
in it since the last pass, and which threads of tickets have moved. Some of the others are compared
with what is known, since an edit moves nothing. A pass is made of steps of one call each: what
Slack does not give now is asked for later, and nothing else waits for it.
"""

import asyncio
from collections import deque
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import NamedTuple

from bot.conversation.catching_up.found import OVERLAP
from bot.conversation.catching_up.reader import Unread
from bot.conversation.catching_up.steps import Channel, Step, Steps
from bot.runtime.jobs import progressed
from bot.slack.history import ROOM
from bot.slack.receiver.workspace import Workspace
from core.clock import Clock
from core.store import LookStore, ReadingStore
from core.store.readings import ChannelReading, Turn
from core.tickets.source import is_direct

# Calls in one turn, and seconds between two turns of a pass that takes more: Slack allows about
# fifty a minute, and what is in doubt needs some.
CALLS, PAUSE = 15, 20.0
# Threads in which nothing moved that are compared in a pass all the same.
COMPARED = 10
# How long after its end a ticket's threads are read.
ENDED = timedelta(days=7)
# Channels that are read in a pass, those of longest ago first.
MOST_CHANNELS = 100
# Of these, direct messages with so many people, unless it is after a start or a reconnect: there
# is no end of people.
MOST_DIRECT = 5
LEASE = timedelta(seconds=20)
# What another process has read since so great a part of the time between two passes, need not be.
_FRESH = 0.9
# Where the app is not, or not any more.
_NOT_THERE = {"channel_not_found", "missing_scope", "not_in_channel"}


class Waiting(NamedTuple):
    channel: str
    step: Step


class CatchingUp:
    def __init__(
        self,
        steps: Steps,
        readings: ReadingStore,
        looks: LookStore,
        workspace: Workspace,
        clock: Clock,
        *,
        channels: Collection[str],
        every: float,
    ) -> None:
        """`channels` are read whether or not anything was heard there."""
        self._steps = steps
        self._readings = readings
        self._looks = looks
        self._workspace = workspace
        self._clock = clock
        self._always = set(channels)
        # Where anything was heard, somebody may call the desk by its name; and which of these are
        # not kept yet.
        self._heard_in: set[str] = set()
        self._new: set[str] = set()
        self._every = every
        self._todo: deque[Waiting] = deque()
        # Until when Slack wants to be left alone about a channel.
        self._not_before: dict[str, float] = {}
        # When the next pass begins; and whether it compares all threads.
        self._due, self._whole = 0.0, True

    def missed_some(self) -> None:
        """Slack may have told of something that did not arrive."""
        self._due, self._whole = 0.0, True

    def hears_in(self, channel: str) -> bool:
        """Whether that is new."""
        if channel in self._heard_in:
            return False
        self._heard_in.add(channel)
        self._new.add(channel)
        return True

    async def turn(self) -> None:
        """As much of a pass as may be asked now."""
        if new := set(self._new):
            await self._readings.add_channels(new, since=self._a_minute_ago)
            self._new -= new
        if self._workspace.bot is None or (not self._todo and _now() < self._due):
            return
        turn = await self._readings.begin(lease=LEASE)
        if turn is None:
            return
        completed = False
        try:
            if _now() >= self._due:
                await self._plan(turn)
            await self._go_on(turn)
            completed = not self._todo
        except Exception:
            self._todo.clear()
            self.missed_some()
            raise
        finally:
            await self._readings.end(turn, completed=completed)

    async def _plan(self, turn: Turn) -> None:
        whole, self._whole, self._due = self._whole, False, _now() + self._every
        if whole:
            self._todo.clear()
        elif turn.completed and turn.now - turn.completed < timedelta(seconds=_FRESH * self._every):
            return
        under_way = {one.channel for one in self._todo}
        live = await self._readings.live(self._clock() - ENDED)
        known = await self._known(live.keys())
        direct = [one for one in known if is_direct(one.channel)]
        known = [one for one in known if not is_direct(one.channel)]
        known = [*known, *direct[: None if whole else MOST_DIRECT]][:MOST_CHANNELS]
        share = max(1, COMPARED // max(1, sum(one.channel in live for one in known)))
        for reading in known:
            name, threads = reading.channel, dict(live.get(reading.channel, {}))
            if reading.is_new and not threads:
                # Nothing is looked for that was said before.
                await self._readings.read_to(name, reading.since)
            elif name not in under_way:
                read = await self._readings.threads(name, threads)
                channel = Channel(reading, threads, read, len(threads) if whole else share)
                self._todo.append(Waiting(name, self._steps.first(channel)))

    async def _known(self, live: Collection[str]) -> Sequence[ChannelReading]:
        """The channels to be read."""
        known = await self._readings.channels()
        needed = self._always | set(live)
        gone = {one.channel for one in known if one.error in _NOT_THERE} - needed
        for channel in gone:
            await self._readings.forget(channel)
        self._heard_in -= gone
        if new := needed - {one.channel for one in known}:
            await self._readings.add_channels(new, since=self._a_minute_ago)
            known = await self._readings.channels()
        return [one for one in known if one.channel not in gone]

    @property
    def _a_minute_ago(self) -> str:
        return f"{int(self._clock().timestamp()) - OVERLAP}.000000"

    async def _go_on(self, turn: Turn) -> None:
        for _ in range(CALLS):
            at = next((at for at, one in enumerate(self._todo) if self._may(one.channel)), None)
            if at is None or not await self._readings.go_on(turn, lease=LEASE):
                return
            one = self._todo[at]
            del self._todo[at]
            progressed()
            look = await self._looks.begin(one.channel)
            if wait := max(look.wait, look.sweeps_wait):
                self._later(one, wait)
                continue
            try:
                following = await one.step()
            except Unread as error:
                await self._failed(one, error)
            else:
                self._todo.extendleft(Waiting(one.channel, step) for step in reversed(following))

    def _may(self, channel: str) -> bool:
        return _now() >= self._not_before.get(channel, 0.0)

    async def _failed(self, one: Waiting, error: Unread) -> None:
        """What Slack gives later is asked for later; all else is another pass's."""
        await self._readings.failed(one.channel, error.why)
        if error.wait is None:
            self._todo = deque(each for each in self._todo if each.channel != one.channel)
            return
        wait = timedelta(seconds=error.wait)
        await self._looks.hold(one.channel, wait=wait, sweeps=ROOM * wait)
        self._later(one, ROOM * wait)

    def _later(self, one: Waiting, wait: timedelta) -> None:
        self._not_before[one.channel] = _now() + wait.total_seconds()
        self._todo.appendleft(one)


def _now() -> float:
    return asyncio.get_running_loop().time()

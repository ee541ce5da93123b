"""Posting to Slack when it matters whether it arrived: once, at Slack's pace, outcome known.

Nothing here retries: slack_sdk's own client posts a second time when a connection drops after
the message was taken. What is owed is paid by the state that core/store/delivery/outbox.py keeps.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.markup.blocks import Message, in_plainest_form
from bot.runtime.jobs import progressed
from bot.slack.api_errors import (
    UNREADABLE,
    UNTIL_REPAIRED,
    Outcome,
    Refused,
    Sent,
    Unknown,
    refused_or_unknown,
)
from bot.slack.troubles import EDIT, POST, Troubles
from core.store import ChannelLimits

log = structlog.get_logger("bot")

# Slack's own limit: one message a second and channel. A little more, for what a turn may be late.
PAUSE = 1.1
LATE = 0.1
# Seconds within which what is to be first, and is not waiting yet, is.
COMING = 0.3
NO_TIME = Unknown("no time left")


class TurnFarOff(Exception):
    """Slack takes nothing in that channel for longer than a post may take: nobody waits for it."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"The next turn comes in {wait.total_seconds()} s.")
        self.wait = wait

    @property
    def refused(self) -> Refused:
        return Refused("ratelimited", wait=self.wait.total_seconds())


class SlackPoster:
    def __init__(
        self,
        client: AsyncWebClient,
        turns: ChannelLimits,
        *,
        channel: str,
        limit: float,
        pause: float = PAUSE,
        others: Iterable[str] = (),
        taken: Callable[[Mapping[str, Any]], None] = lambda answer: None,
    ) -> None:
        """`client` must not retry; `limit` is the seconds that one call may take. Messages go
        to `others` beside the one channel. `taken` hears Slack's answer to each message that it
        took.
        """
        self.channel = channel
        self.troubles = Troubles(channel=channel, others=set(others))
        self._client = client
        self._turns = turns
        self.limit = limit
        self._pause = pause
        self._taken = taken
        self._waiting: dict[str, asyncio.Lock] = {}
        # How many wait that are to be first; and whether one is about to.
        self._hurried: Counter[str] = Counter()
        self.is_one_coming: Callable[[], bool] = lambda: False
        # When the turn of the message that is posted in a channel now began.
        self._began: dict[str, float] = {}

    @asynccontextmanager
    async def turn(self, channel: str, *, first: bool = False) -> AsyncIterator[None]:
        """A context in which it is this message's turn in that channel: before others that wait
        here, if it is to be `first`. Raises TurnFarOff."""
        line = self._waiting.setdefault(channel, asyncio.Lock())
        self._hurried[channel] += first
        try:
            await line.acquire()
        finally:
            self._hurried[channel] -= first
        if not first and (self._hurried[channel] or self.is_one_coming()):
            # Once only, so that nobody waits for ever.
            line.release()
            await asyncio.sleep(COMING)
            await line.acquire()
        try:
            await self._turn(channel)
            yield
        finally:
            line.release()

    async def _turn(self, channel: str) -> None:
        most = timedelta(seconds=max(self.limit, self._pause))
        wait = await self._turns.take(channel, pause=timedelta(seconds=self._pause), most=most)
        if wait > most:
            raise TurnFarOff(wait)
        await asyncio.sleep(wait.total_seconds())
        self._began[channel] = asyncio.get_running_loop().time()

    async def post(
        self, channel: str, message: Message, *, until: float, plainly: str | None = None
    ) -> Outcome:
        """What Slack refuses to say is said `plainly` instead, where that is given."""
        outcome = await self._post(channel, message, until=until)
        if plainly is not None and _of_this_text(outcome):
            plain = in_plainest_form(plainly, message)
            second = await self._post(channel, plain, until=until, plain=True)
            # What was not even tried is certainly not posted.
            outcome = Refused(NO_TIME.error, UNTIL_REPAIRED) if second is NO_TIME else second
        return outcome

    async def _post(
        self, channel: str, message: Message, *, until: float, plain: bool = False
    ) -> Outcome:
        late = asyncio.get_running_loop().time() - self._began.get(channel, 0)
        if self._pause > LATE < late or plain:
            # What took so long to prepare would come together with another process's message, and
            # a second try together with the first.
            try:
                await self._turn(channel)
            except TurnFarOff as far_off:
                return far_off.refused
        outcome = await self._call(POST, channel, message, until=until, plain=plain)
        if isinstance(outcome, Refused) and outcome.error == "ratelimited":
            await self._turns.hold(channel, wait=timedelta(seconds=outcome.wait))
        return outcome

    async def edit(
        self, channel: str, ts: str, message: Message, *, plainly: str | None = None
    ) -> Outcome:
        """Likewise."""
        until = asyncio.get_running_loop().time() + self.limit
        said = message | {"ts": ts}
        outcome = await self._call(EDIT, channel, said, until=until)
        if plainly is not None and _of_this_text(outcome):
            plain = in_plainest_form(plainly, said)
            outcome = await self._call(EDIT, channel, plain, until=until, plain=True)
        return outcome

    async def _call(
        self, method: str, channel: str, message: Message, *, until: float, plain: bool = False
    ) -> Outcome:
        if asyncio.get_running_loop().time() >= until:
            return NO_TIME
        arguments = {"channel": channel, **message}
        outcome: Refused | Unknown
        try:
            async with asyncio.timeout_at(until):
                answer = await self._client.api_call(method, json=arguments)
        except SlackApiError as error:
            outcome = refused_or_unknown(error)
        except aiohttp.ClientConnectorError as error:
            outcome = Refused(f"Slack cannot be reached: {type(error).__name__}", wait=5)
        # slack_sdk stumbles over an answer that is not the JSON it claims to be.
        except UNREADABLE as error:
            outcome = Unknown(type(error).__name__)
        else:
            self.troubles.taken(method, channel)
            self._taken(answer.data if isinstance(answer.data, dict) else {})
            return Sent(str(answer["channel"]), str(answer["ts"]), plain)
        finally:
            progressed()
        if isinstance(outcome, Refused):
            outcome = self.troubles.judged(outcome, method, channel, plain=plain)
        self.troubles.note(outcome, method, channel)
        log.warning("Slack did not take a message", method=method, error=outcome.error)
        return outcome


def _of_this_text(outcome: Outcome) -> bool:
    return isinstance(outcome, Refused) and outcome.of_this_text

"""Tells whoever wrote a message something, and nobody else."""

import asyncio
from collections.abc import Callable
from typing import NamedTuple, Protocol

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.markup.blocks import Message
from bot.slack.api_errors import UNREADABLE, error_code, paced
from core.tickets import SlackMessage
from core.tickets.source import is_direct

log = structlog.get_logger("bot")

# Messages whose authors were told something, the latest of all.
MOST_TOLD = 1000
# On a message that says what to do, once it is done.
DONE = "white_check_mark"
# Seconds after which an answer is still one.
PATIENCE = 10


class Written(Protocol):
    @property
    def source(self) -> SlackMessage: ...
    @property
    def author(self) -> str: ...
    @property
    def thread_ts(self) -> str | None: ...


class Pointed(NamedTuple):
    """Somebody pointed at a message, and is told of it where that is."""

    source: SlackMessage
    author: str
    thread_ts: str | None


class Answer(NamedTuple):
    """What somebody is told, if anything; where it `changed` something, a sign says it as well."""

    message: Message
    changed: bool = False


class Telling:
    def __init__(self, client: AsyncWebClient, *, may: Callable[[str], bool]) -> None:
        """`may` says whether the app has a scope."""
        self._client = client
        self._may = may
        self._told: dict[tuple[SlackMessage, str], None] = {}

    async def answer(self, written: Written, answer: Answer) -> None:
        """Once; by a sign for all who read there, where there is no more to say and the app may."""
        if not answer.message or not self._is_first(written, ""):
            return
        if not (answer.changed and await self._marked(written.source)):
            await self.tell(written, answer.message)

    async def _marked(self, source: SlackMessage) -> bool:
        """Where others read; who is alone with the desk is told more by words."""
        if is_direct(source.channel) or not self._may("reactions:write"):
            return False
        try:
            await self._client.reactions_add(channel=source.channel, timestamp=source.ts, name=DONE)
        except (SlackApiError, *UNREADABLE) as failure:
            return isinstance(failure, SlackApiError) and error_code(failure) == "already_reacted"
        return True

    async def once(self, written: Written, message: Message, *, doing: str = "") -> None:
        """Not again when Slack tells of the same message again, or of what was done to it."""
        if self._is_first(written, doing):
            await self.tell(written, message)

    def _is_first(self, written: Written, doing: str) -> bool:
        key = written.source, doing
        if key in self._told:
            return False
        self._told[key] = None
        if len(self._told) > MOST_TOLD:
            del self._told[next(iter(self._told))]
        return True

    async def tell(self, written: Written, message: Message) -> None:
        """Where they wrote it; where nobody else reads, by an ordinary message. Once or twice more
        where Slack says that it comes a little too fast."""
        for more in (True, True, False):
            try:
                await self._say(written, message)
                return
            except (SlackApiError, *UNREADABLE) as failure:
                wait = paced(failure) if isinstance(failure, SlackApiError) else None
                if wait is None or wait > PATIENCE or not more:
                    code = error_code(failure) if isinstance(failure, SlackApiError) else None
                    word = "ratelimited" if wait else code or type(failure).__name__
                    log.warning("an author was not told", error=word)
                    return
                await asyncio.sleep(wait)

    async def _say(self, written: Written, message: Message) -> None:
        channel, thread = written.source.channel, written.thread_ts
        if is_direct(channel):
            await self._client.chat_postMessage(channel=channel, thread_ts=thread, **message)
        else:
            await self._client.chat_postEphemeral(
                channel=channel, user=written.author, thread_ts=thread, **message
            )

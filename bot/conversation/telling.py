"""Tells whoever wrote a message something, and nobody else."""

import asyncio
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


class Telling:
    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._told: dict[tuple[SlackMessage, str], None] = {}

    async def once(self, written: Written, message: Message, *, doing: str = "") -> None:
        """Not again when Slack tells of the same message again, or of what was done to it."""
        key = written.source, doing
        if key in self._told:
            return
        self._told[key] = None
        if len(self._told) > MOST_TOLD:
            del self._told[next(iter(self._told))]
        await self.tell(written, message)

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

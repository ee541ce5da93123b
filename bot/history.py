"""What is in the channel already: asked when a post's answer got lost."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.cards import ALERT, BATCH, BOARD, CARD
from bot.posting import ADVICE, said

log = structlog.get_logger("bot")

# A network that fails, or an answer that is not Slack's (slack_sdk stumbles over one that is not
# the JSON it claims to be).
UNREADABLE = (TimeoutError, aiohttp.ClientError, OSError, AttributeError)
# How far Slack's clock and MongoDB's may be apart when a history is searched.
SKEW = timedelta(minutes=1)
# Without it alerts go on, and one whose answer got lost is posted again.
NO_SCOPE = "missing_scope"
_REPEATED = (
    "Until then an alert may be repeated. The scope is channels:history, or groups:history for a"
    " private channel."
)
# Seconds: while an alert waits for it, a channel is read again much sooner.
TOLD = 60.0
# Messages on a page, and pages at most where not all must be seen.
PAGE = 200
PAGES = 25


class Found(NamedTuple):
    """A message in the channel: whether it is about one ticket alone, rang nobody, and is there
    instead of in another channel."""

    ts: str
    alone: bool
    quiet: bool
    instead_of: str | None


class Copy(NamedTuple):
    """A message that announces: its ts, the bot that posted it, and the alerts it carries."""

    ts: str
    bot: str | None
    alerts: tuple[str, ...]


class SlackHistory:
    def __init__(self, client: AsyncWebClient) -> None:
        """`client` may retry: this only reads."""
        self._client = client
        # Why a channel could not be read, and when that was found last.
        self._unread: dict[str, tuple[str, float]] = {}

    @property
    def troubles(self) -> Mapping[str, tuple[str, bool]]:
        """What keeps us from reading channels, as far as somebody can do something about it, and
        whether alerts wait for it.

        A channel that nobody had to read for a while is not told about any more.
        """
        now = asyncio.get_running_loop().time()
        return {
            channel: (
                f"Slack does not let us read {channel} ({why}): {ADVICE[why]}."
                + (f" {_REPEATED}" if why == NO_SCOPE else ""),
                why != NO_SCOPE,
            )
            for channel, (why, at) in self._unread.items()
            if why in ADVICE and now < at + TOLD
        }

    async def since(self, first_try: datetime, *, channel: str) -> Mapping[str, Found] | None:
        """The identities that messages since then carry; None if that cannot be read now."""
        found: dict[str, Found] = {}
        messages = await self._messages(first_try, channel)
        for message in messages or ():
            found |= _identities(message)
        return None if messages is None else found

    async def copies(self, first_try: datetime, *, channel: str) -> list[Copy] | None:
        """The messages since then that announce; None if that cannot be read now."""
        messages = await self._messages(first_try, channel, pages=PAGES)
        if messages is None:
            return None
        return [
            Copy(message["ts"], message.get("bot_id"), tuple(_named(message)))
            for message in messages
            if (message.get("metadata") or {}).get("event_type") == ALERT
        ]

    async def _messages(
        self, first_try: datetime, channel: str, *, pages: int | None = None
    ) -> list[Mapping[str, Any]] | None:
        """All messages since then, or the newest on so many pages."""
        found: list[Mapping[str, Any]] = []
        cursor = None
        while True:
            try:
                page = await self._client.conversations_history(
                    channel=channel,
                    oldest=str((first_try - SKEW).timestamp()),
                    include_all_metadata=True,
                    limit=PAGE,
                    cursor=cursor,
                )
            except SlackApiError as error:
                return self._unreadable(error, channel)
            except UNREADABLE as error:
                self._note(type(error).__name__, channel)
                return None
            found += page["messages"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor or (pages and len(found) >= pages * PAGE):
                self._unread.pop(channel, None)
                return found

    def _note(self, why: str, channel: str) -> None:
        """Says it once, not at every look."""
        before, _ = self._unread.get(channel, (None, 0))
        if before != why:
            log.warning("a channel's history cannot be read", channel=channel, error=why)
        self._unread[channel] = why, asyncio.get_running_loop().time()

    def _unreadable(self, error: SlackApiError, channel: str) -> list[Mapping[str, Any]] | None:
        """Without the scope nobody will ever know: then a repeat is better than silence."""
        why = said(error)
        self._note(why or "no answer of Slack's", channel)
        return [] if why == NO_SCOPE else None


def _identities(message: Mapping[str, Any]) -> dict[str, Found]:
    names = _named(message)
    alone = len(names) == 1 and not names[0].startswith(BATCH)
    payload = (message.get("metadata") or {}).get("event_payload") or {}
    elsewhere = payload.get("instead_of")
    found = Found(
        message["ts"],
        alone=alone,
        quiet=payload.get("quiet") is True,
        instead_of=elsewhere if isinstance(elsewhere, str) else None,
    )
    return dict.fromkeys(names, found)


def _named(message: Mapping[str, Any]) -> list[str]:
    """Other apps post in the channel too, with metadata of their own."""
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    match metadata.get("event_type"):
        case kind if kind == ALERT:
            named = payload.get("alerts")
        case kind if kind == CARD:
            named = [payload.get("ticket")]
        case kind if kind == BOARD:
            named = [payload.get("board")]
        case _:
            return []
    return [name for name in named if isinstance(name, str)] if isinstance(named, list) else []

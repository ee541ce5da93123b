"""What is in the channel already: asked when a post's answer got lost."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.cards import ALERT, CARD
from bot.posting import said

log = structlog.get_logger("bot")

# A network that fails, or an answer that is not Slack's (slack_sdk stumbles over one that is not
# the JSON it claims to be).
UNREADABLE = (TimeoutError, aiohttp.ClientError, OSError, AttributeError)
# How far Slack's clock and MongoDB's may be apart when a history is searched.
SKEW = timedelta(minutes=1)


class Found(NamedTuple):
    """A message in the channel, and whether it is about one ticket alone."""

    ts: str
    alone: bool


class SlackHistory:
    def __init__(self, client: AsyncWebClient, channel: str) -> None:
        """`client` may retry: this only reads."""
        self._client = client
        self._channel = channel

    async def since(self, first_try: datetime) -> Mapping[str, Found] | None:
        """The identities that messages since then carry; None if that cannot be read now."""
        found: dict[str, Found] = {}
        cursor = None
        while True:
            try:
                page = await self._client.conversations_history(
                    channel=self._channel,
                    oldest=str((first_try - SKEW).timestamp()),
                    include_all_metadata=True,
                    limit=200,
                    cursor=cursor,
                )
            except SlackApiError as error:
                return self._unreadable(error)
            except UNREADABLE:
                return None
            for message in page["messages"]:
                found |= _identities(message)
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return found

    def _unreadable(self, error: SlackApiError) -> Mapping[str, Found] | None:
        """Without the scope nobody will ever know: then a repeat is better than silence."""
        if said(error) != "missing_scope":
            return None
        log.warning(
            "no history scope: a message may be repeated",
            needed="channels:history, or groups:history for a private channel",
        )
        return {}


def _identities(message: Mapping[str, Any]) -> dict[str, Found]:
    """Other apps post in the channel too, with metadata of their own."""
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    match metadata.get("event_type"):
        case kind if kind == ALERT:
            named = payload.get("alerts")
        case kind if kind == CARD:
            named = [payload.get("ticket")]
        case _:
            return {}
    names = [name for name in named if isinstance(name, str)] if isinstance(named, list) else []
    return {name: Found(message["ts"], alone=len(names) == 1) for name in names}

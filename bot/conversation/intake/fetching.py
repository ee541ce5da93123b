"""A message of Slack's, or a thread, as it is now, for who points at it."""

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.api_errors import UNREADABLE, About, about, advice_on, error_code
from core.errors import DeskError

log = structlog.get_logger("bot")

# Seconds that somebody waits for it.
LIMIT = 10.0
_GONE = {"thread_not_found", "message_not_found"}
_OUTSIDE = {"channel_not_found", "not_in_channel"}
# Messages on a page, fewer than Slack's own limit of 1,000, and pages of a thread that are read.
PAGE = 999
PAGES = 5


class Gone(DeskError):
    """That message is not there any more, so nothing was made of it."""


class NotRead(DeskError):
    """The desk is not in that channel, so it cannot read the message. Type `/invite @HelpDesk`
    there, then try again."""


class NotLet(DeskError):
    """Slack does not let the app read, wherever it is."""

    def __init__(self, code: str, advice: str) -> None:
        super().__init__(
            f"Slack does not let the desk read messages there ({code}), so nothing was done. For "
            f"whoever runs the desk: {advice}."
        )


class NoAnswer(DeskError):
    """Slack did not give the message just now. Nothing was done; please try again."""


async def message(client: AsyncWebClient, channel: str, ts: str) -> Mapping[str, Any]:
    """Raises Gone, NotRead, NotLet or NoAnswer."""
    # Of a reply, Slack may give the parent, too.
    at = {"oldest": ts, "latest": ts, "inclusive": True}
    page = await _replies(client, channel=channel, ts=ts, limit=10, **at)
    found: Mapping[str, Any]
    for found in page["messages"]:
        if found.get("ts") == ts and found.get("subtype") != "tombstone":
            return found
    raise Gone


async def thread(
    client: AsyncWebClient, channel: str, ts: str
) -> tuple[list[Mapping[str, Any]], bool]:
    """What is said in it, the oldest first, and whether that is all. Raises the same."""
    messages: list[Mapping[str, Any]] = []
    cursor = None
    for _ in range(PAGES):
        page = await _replies(client, channel=channel, ts=ts, limit=PAGE, cursor=cursor)
        messages += page["messages"]
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or None
        if cursor is None:
            break
    return messages, cursor is None


async def _replies(client: AsyncWebClient, **which: Any) -> AsyncSlackResponse:
    try:
        async with asyncio.timeout(LIMIT):
            return await client.conversations_replies(**which)
    except SlackApiError as error:
        code = error_code(error)
        if code in _GONE:
            raise Gone from error
        log.warning("a message could not be read", error=code)
        if code in _OUTSIDE:
            raise NotRead from error
        if code and about(code) is About.APP and (advice := advice_on(code)):
            raise NotLet(code, advice) from error
        raise NoAnswer from error
    except UNREADABLE as error:
        log.warning("a message could not be read", error=type(error).__name__)
        raise NoAnswer from error

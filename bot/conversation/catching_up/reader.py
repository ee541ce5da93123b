"""What stands in a channel and in its threads now: one question to Slack at a time, never twice."""

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.api_errors import UNREADABLE, error_code, paced
from bot.slack.history import LIMIT, PAGE

Message = dict[str, Any]


class Unread(Exception):
    """Slack did not let us read; `wait` is how many seconds it wants to be left alone."""

    def __init__(self, why: str, wait: float | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.wait = wait


class Page(NamedTuple):
    messages: Sequence[Message]
    # Of the next; empty if there is none.
    cursor: str
    more: bool


_NO_THREAD = "thread_not_found"


class Reader:
    def __init__(self, client: AsyncWebClient) -> None:
        """`client` must not retry: that would hold up all that waits for the same limit."""
        self._client = client

    async def channel(self, channel: str, *, oldest: str, latest: str) -> Page:
        """The newest messages between the two."""
        call = self._client.conversations_history(
            channel=channel, oldest=oldest, latest=latest, limit=PAGE
        )
        return _page(await _answer(call))

    async def thread(self, channel: str, ts: str, *, cursor: str) -> Page | None:
        """The parent, if it is there, and the replies, the oldest first; None if there is no such
        thread."""
        call = self._client.conversations_replies(
            channel=channel, ts=ts, limit=PAGE, cursor=cursor or None
        )
        try:
            return _page(await _answer(call))
        except Unread as error:
            if error.why == _NO_THREAD:
                return None
            raise

    async def is_there(self, channel: str, ts: str) -> bool:
        """Whether there is such a message in any thread."""
        call = self._client.conversations_replies(
            channel=channel, ts=ts, oldest=ts, latest=ts, inclusive=True, limit=2
        )
        try:
            found = _page(await _answer(call))
        except Unread as error:
            if error.why == _NO_THREAD:
                return False
            raise
        return any(one["ts"] == ts for one in found.messages)


async def _answer(call: Any) -> AsyncSlackResponse:
    try:
        async with asyncio.timeout(LIMIT):
            answer: AsyncSlackResponse = await call
            return answer
    except SlackApiError as error:
        if (wait := paced(error)) is not None:
            raise Unread("ratelimited", wait) from error
        raise Unread(error_code(error) or "no answer of Slack's") from error
    except UNREADABLE as error:
        raise Unread(type(error).__name__) from error


def _page(answer: AsyncSlackResponse) -> Page:
    cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
    return Page(answer["messages"], cursor, answer.get("has_more") is True)

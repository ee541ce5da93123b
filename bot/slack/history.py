"""What is in the channel already: asked when a post's answer got lost.

A history is read with a short limit, and no more of it than Slack gives; what is read is kept
until it is complete, so that a limited history answers in the end.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.api_errors import UNREADABLE, advice_on, error_code, paced
from bot.slack.metadata import ALERT, BATCH, BOARD, CARD, COMMENT, LINE, NOTICE, REQUESTER_CARD
from core.store import LookStore
from core.store.delivery.channels.looks import Found, Walk

log = structlog.get_logger("bot")

# How far Slack's clock and MongoDB's may be apart when a history is searched.
SKEW = timedelta(minutes=1)
# Without it alerts go on, and one whose answer got lost is posted again.
NO_SCOPE = "missing_scope"
# Nothing of ours can be there, or nobody will ever know.
NO_THREAD = {NO_SCOPE, "channel_not_found", "not_in_channel", "thread_not_found"}
_REPEATED = (
    "Until then an alert may be repeated. The scope is channels:history, or groups:history for a"
    " private channel."
)
# Seconds: while an alert waits for it, a channel is read again much sooner.
TOLD = 60.0
# Messages on a page: fewer than Slack's own limit of 1,000.
PAGE = 999
# Calls for a sweep at most, which need not see all.
SWEPT = 25
# Seconds that one look may take.
LIMIT = 5.0
# Until a history that could not be read is asked again.
SOON = timedelta(seconds=5)
# Sweeps wait so many times as long as Slack wants: what it gives is for what is in doubt.
ROOM = 3
# How long somebody may be away who was reading a history, until it is begun anew.
STALE = timedelta(hours=1)


def _setting(channel: str, usual: str) -> str:
    """Which setting names that channel."""
    return "HELPDESK_ALERT_CHANNEL" if channel == usual else "HELPDESK_ESCALATIONS"


class Doubt(NamedTuple):
    """Tries since the `first` may be in Slack; all that are can be seen there `from_then_on`."""

    first: datetime
    from_then_on: datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """What looks at a channel's history have shown by now, and after what time to look again."""

    walk: Walk | None
    wait: timedelta = SOON
    # Nobody will ever know.
    blind: bool = False

    @property
    def found(self) -> Mapping[str, Found]:
        """The identities that messages carry."""
        return self.walk.found if self.walk else {}

    def settles(self, doubt: Doubt) -> bool:
        """Whether what is not found is certainly not there."""
        return self.blind or (self.walk is not None and _settles(self.walk, doubt))


class Copy(NamedTuple):
    """A message that announces: its ts, the bot that posted it, and the alerts it carries."""

    ts: str
    bot: str | None
    alerts: tuple[str, ...]


class SlackHistory:
    def __init__(
        self, client: AsyncWebClient, looks: LookStore, *, limit: float = LIMIT, page: int = PAGE
    ) -> None:
        """`client` must not retry: that would hold up what waits for the answer."""
        self._client = client
        self._looks = looks
        self._limit = limit
        self._page = page
        # Why a channel could not be read, and when that was found last.
        self._unread: dict[str, tuple[str, float]] = {}

    def troubles(self, *, usual: str) -> Mapping[str, tuple[str, bool]]:
        """What keeps us from reading channels, as far as somebody can do something about it, and
        whether alerts wait for it.

        A channel that nobody had to read for a while is not told about any more.
        """
        now = asyncio.get_running_loop().time()
        return {
            channel: (
                f"Slack does not let us read {channel} ({why}): {advice}."
                + (f" {_REPEATED}" if why == NO_SCOPE else ""),
                why != NO_SCOPE,
            )
            for channel, (why, at) in self._unread.items()
            if (advice := advice_on(why, _setting(channel, usual))) and now < at + TOLD
        }

    async def look(self, doubts: Sequence[Doubt], *, channel: str) -> Seen:
        """What is there of all that; takes no longer than the limit, and may not see all yet."""
        look = await self._looks.begin(channel)
        walk = look.walk
        if walk and walk.is_complete and any(_settles(walk, doubt) for doubt in doubts):
            return Seen(walk)
        resumed = walk is not None and not walk.is_complete and look.at < walk.began + STALE
        if walk is None or not resumed:
            walk = Walk(min(doubt.first for doubt in doubts) - SKEW, look.at, "", {})
        if look.wait:
            return Seen(walk, look.wait)
        return await self._read_on(walk, channel, resumed=resumed)

    async def _read_on(self, walk: Walk, channel: str, *, resumed: bool) -> Seen:
        wait = SOON
        try:
            async with asyncio.timeout(self._limit):
                while walk.cursor is not None:
                    found, cursor = await self._read(channel, walk)
                    names = {name: one for message in found for name, one in _identities(message)}
                    walk = replace(walk, cursor=cursor, found={**walk.found, **names})
        except (SlackApiError, *UNREADABLE) as error:
            if _lacks_scope(error):
                self._note(NO_SCOPE, channel)
                return Seen(None, blind=True)
            wait = await self._silence(error, channel)
            # One that Slack does not know any more is none to read on from.
            stale = isinstance(error, SlackApiError) and error_code(error) == "invalid_cursor"
            if walk.cursor or stale:
                await self._looks.keep(channel, None if stale else walk)
            return Seen(walk, wait)
        self._unread.pop(channel, None)
        if resumed:
            # Others wait for it too.
            await self._looks.keep(channel, walk)
        return Seen(walk)

    async def look_in_thread(self, doubt: Doubt, *, channel: str, thread: str) -> Seen:
        """What is there of that in a thread. It is read in one go: what is not read within the
        limit is begun anew."""
        look = await self._looks.begin(channel)
        if look.wait:
            return Seen(None, look.wait)
        oldest, cursor = doubt.first - SKEW, None
        found: dict[str, Found] = {}
        try:
            async with asyncio.timeout(self._limit):
                while cursor is None or cursor:
                    page = await self._client.conversations_replies(
                        channel=channel,
                        ts=thread,
                        oldest=str(oldest.timestamp()),
                        include_all_metadata=True,
                        limit=self._page,
                        cursor=cursor,
                    )
                    for message in page["messages"]:
                        found |= dict(_identities(message))
                    cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        except (SlackApiError, *UNREADABLE) as error:
            if isinstance(error, SlackApiError) and error_code(error) in NO_THREAD:
                return Seen(None, blind=True)
            return Seen(None, await self._silence(error, channel))
        self._unread.pop(channel, None)
        return Seen(Walk(oldest, look.at, None, found))

    async def copies(self, since: datetime, *, channel: str) -> tuple[list[Copy], bool]:
        """The newest messages since then that announce, and whether that is all we ever see."""
        look = await self._looks.begin(channel)
        if look.sweeps_wait or look.wait:
            return [], False
        walk, complete = Walk(since - SKEW, look.at, "", {}), True
        messages: list[Mapping[str, Any]] = []
        try:
            async with asyncio.timeout(self._limit):
                for _ in range(SWEPT):
                    found, cursor = await self._read(channel, walk)
                    messages += found
                    walk = replace(walk, cursor=cursor)
                    if cursor is None:
                        break
            self._unread.pop(channel, None)
        except (SlackApiError, *UNREADABLE) as error:
            # What was read is enough to see some copies by.
            complete = _lacks_scope(error)
            if complete:
                self._note(NO_SCOPE, channel)
            else:
                await self._silence(error, channel)
        copies = [
            Copy(message["ts"], message.get("bot_id"), tuple(_named(message)))
            for message in messages
            if (message.get("metadata") or {}).get("event_type") == ALERT
        ]
        return copies, complete

    async def _read(
        self, channel: str, walk: Walk
    ) -> tuple[Sequence[Mapping[str, Any]], str | None]:
        """The next page, and the cursor of the one after it."""
        page = await self._client.conversations_history(
            channel=channel,
            oldest=str(walk.oldest.timestamp()),
            latest=str((walk.began + SKEW).timestamp()),
            include_all_metadata=True,
            limit=self._page,
            cursor=walk.cursor or None,
        )
        return page["messages"], (page.get("response_metadata") or {}).get("next_cursor") or None

    async def _silence(self, error: Exception, channel: str) -> timedelta:
        """For how long nobody reads this history."""
        why, wait, sweeps = type(error).__name__, SOON, SOON
        if isinstance(error, SlackApiError):
            why = error_code(error) or "no answer of Slack's"
            if (seconds := paced(error)) is not None:
                why, wait = "ratelimited", timedelta(seconds=seconds)
                sweeps = ROOM * wait
        self._note(why, channel)
        await self._looks.hold(channel, wait=wait, sweeps=sweeps)
        return wait

    def _note(self, why: str, channel: str) -> None:
        """Says it once, not at every look."""
        before, _ = self._unread.get(channel, (None, 0))
        if before != why:
            log.warning("a channel's history cannot be read", channel=channel, error=why)
        self._unread[channel] = why, asyncio.get_running_loop().time()


def _settles(walk: Walk, doubt: Doubt) -> bool:
    since = walk.oldest <= doubt.first - SKEW
    return walk.is_complete and since and doubt.from_then_on <= walk.began


def _lacks_scope(error: Exception) -> bool:
    """Without the scope nobody will ever know: then a repeat is better than silence."""
    return isinstance(error, SlackApiError) and error_code(error) == NO_SCOPE


def _identities(message: Mapping[str, Any]) -> list[tuple[str, Found]]:
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
    return [(name, found) for name in names]


def _named(message: Mapping[str, Any]) -> list[str]:
    """Other apps post in the channel too, with metadata of their own."""
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    match metadata.get("event_type"):
        case kind if kind == ALERT:
            named = payload.get("alerts")
        case kind if kind == CARD:
            named = [payload.get("ticket")]
        case kind if kind == REQUESTER_CARD:
            named = [f"{REQUESTER_CARD}:{payload.get('ticket')}"]
        case kind if kind == LINE:
            named = [payload.get("line")]
        case kind if kind == NOTICE:
            named = [payload.get("notice")]
        case kind if kind == COMMENT:
            named = [payload.get("comment")]
        case kind if kind == BOARD:
            named = [payload.get("board"), payload.get("told")]
        case _:
            return []
    return [name for name in named if isinstance(name, str)] if isinstance(named, list) else []

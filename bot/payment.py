"""How a message that is owed gets to Slack once: look back if in doubt, note, post, note.

The steps and their reasons are in docs/alerts.md.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Protocol
from uuid import NAMESPACE_URL, uuid5

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.posting import WHOLE_APP, Outcome, Poster, Refused, Sent
from core.store import Delivery, OwedStore

log = structlog.get_logger("bot")

# How far Slack's clock and MongoDB's may be apart when a history is searched.
SKEW = timedelta(minutes=1)
# Until a history that could not be read is asked again, and an edit that failed is repeated.
SOON = timedelta(seconds=5)
# Slack's words for a message that cannot be edited any more.
GONE = {"message_not_found", "cant_update_message", "edit_window_closed", "channel_not_found"}


@dataclass(frozen=True)
class Timing:
    """How long a post may take, a claim lasts, and Slack's history may lag behind a post."""

    post: timedelta
    lease: timedelta
    history: timedelta

    @property
    def doubt(self) -> timedelta:
        """After a try, the time for which nobody can know whether it reached Slack."""
        return self.post + self.history


class Found(NamedTuple):
    """A message in the channel, and whether it is about one ticket alone."""

    ts: str
    alone: bool


class History(Protocol):
    async def since(self, first_try: datetime) -> Mapping[str, Found] | None:
        """The identities that messages since then carry; None if that cannot be read now."""


class SlackHistory:
    def __init__(self, client: AsyncWebClient, channel: str) -> None:
        """`client` may retry: this only reads."""
        self._client = client
        self._channel = channel

    async def since(self, first_try: datetime) -> Mapping[str, Found] | None:
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
            except (TimeoutError, aiohttp.ClientError, OSError):
                return None
            for message in page["messages"]:
                found |= _identities(message)
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return found

    def _unreadable(self, error: SlackApiError) -> Mapping[str, Found] | None:
        """Without the scope nobody will ever know: then a repeat is better than silence."""
        if error.response.get("error") != "missing_scope":
            return None
        log.warning("no history scope: a message may be repeated", needed="channels:history")
        return {}


class NoHistory:
    async def since(self, first_try: datetime) -> Mapping[str, Found]:
        return {}


def _identities(message: Mapping[str, Any]) -> dict[str, Found]:
    payload = message.get("metadata", {}).get("event_payload", {})
    alerts = payload.get("alerts", [])
    names = alerts or [payload["ticket"]] if "ticket" in payload or alerts else []
    return {name: Found(message["ts"], alone=len(names) == 1) for name in names}


class Courier:
    """Posts what is owed, and keeps the books about it."""

    def __init__(self, owed: OwedStore, poster: Poster, history: History, timing: Timing) -> None:
        self._owed = owed
        self._poster = poster
        self._history = history
        self.timing = timing

    @property
    def channel(self) -> str:
        return self._poster.channel

    @property
    def in_trouble(self) -> bool:
        """Slack takes nothing in the channel until a person has put something right."""
        return self._poster.trouble is not None

    async def not_in_history(
        self, claimed: Sequence[Delivery], *, identity: Callable[[Delivery], str]
    ) -> list[Delivery]:
        """Those that are certainly not in the channel; the others are settled or put off."""
        doubtful = [delivery for delivery in claimed if delivery.first_try is not None]
        if not doubtful:
            return list(claimed)
        unsent = [delivery for delivery in claimed if delivery.first_try is None]
        first = min(delivery.first_try or datetime.now(UTC) for delivery in doubtful)
        posted = await self._history.since(first)
        if posted is None:
            await self._owed.unknown(doubtful, wait=SOON)
            return unsent
        by_message: defaultdict[Found, list[Delivery]] = defaultdict(list)
        for delivery in doubtful:
            found = posted.get(identity(delivery))
            if found is None:
                unsent.append(delivery)
            else:
                # What a card that was found shows is not known: it is behind until edited.
                by_message[found].append(replace(delivery, revision=0))
        for found, deliveries in by_message.items():
            await self._owed.sent(deliveries, channel=self.channel, ts=found.ts, alone=found.alone)
        return unsent

    async def post(
        self,
        deliveries: Sequence[Delivery],
        channel: str,
        message: Callable[[Sequence[Delivery]], Mapping[str, Any]],
    ) -> tuple[Outcome | None, list[Delivery]]:
        """Posts one message for all that may still be posted: how it went, and for which.

        No outcome means that nothing was left to post.
        """
        async with self._poster.turn(channel):
            ready = await self._owed.about_to_post(deliveries, within=self.timing.post)
            if not ready:
                return None, []
            said = dict(message(ready))
            # Not documented as an argument, but named in two documented errors: relied on for
            # nothing, it may spare a channel the odd repeat.
            said["client_msg_id"] = str(uuid5(NAMESPACE_URL, str(said["metadata"])))
            outcome = await self._poster.post(channel, said)
            await self._settle(ready, outcome)
        return outcome, ready

    async def edit(self, delivery: Delivery, message: Mapping[str, Any]) -> None:
        """Brings the message that is there up to date; an edit may be repeated at will."""
        assert delivery.channel is not None
        assert delivery.ts is not None
        outcome = await self._poster.edit(delivery.channel, delivery.ts, message)
        if isinstance(outcome, Sent):
            await self._settle([delivery], outcome)
        elif isinstance(outcome, Refused):
            if outcome.error in GONE:
                await self._owed.message_is_gone(delivery)
            else:
                await self._settle([delivery], outcome)
        else:
            await self._owed.not_sent([delivery], wait=SOON)

    async def edit_alert(self, delivery: Delivery, message: Mapping[str, Any]) -> None:
        """An alert that cannot be edited any more is left as it is: it was heard."""
        assert delivery.alert_channel is not None
        assert delivery.alert_ts is not None
        await self._poster.edit(delivery.alert_channel, delivery.alert_ts, message)

    async def _settle(self, deliveries: Sequence[Delivery], outcome: Outcome) -> None:
        match outcome:
            case Sent(channel, ts):
                alone = len(deliveries) == 1
                await self._owed.sent(deliveries, channel=channel, ts=ts, alone=alone)
            case Refused(error, lasting=True) if (
                deliveries[0].kind == "receipt" and error not in WHOLE_APP
            ):
                # Somebody who left, or takes no messages: nobody can do anything about it.
                await self._owed.sent(deliveries, channel="", ts="", alone=False)
            case Refused(_, wait):
                await self._owed.not_sent(deliveries, wait=timedelta(seconds=wait))
            case _:
                await self._owed.unknown(deliveries, wait=self.timing.doubt)

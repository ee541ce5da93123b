"""How a message that is owed gets to Slack once: look back if in doubt, note, post, note.

The steps and their reasons are in docs/alerts.md.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from bot.cards import Message, fingerprint
from bot.history import Found, SlackHistory
from bot.posting import GONE, Outcome, Refused, Sent, SlackPoster, TurnFarOff, Unknown
from core.clock import Clock, utcnow
from core.store import Delivery, OwedStore
from core.store.deliveries import AlertMessage, Batch, Held, Posted
from core.tickets import Ticket

# Until a history that could not be read is asked again, and an edit that failed is repeated.
SOON = timedelta(seconds=5)
# Slack's words for somebody who left, or takes no messages: nobody can do anything about it.
TAKES_NONE = {"cannot_dm_bot", "channel_not_found", "messages_tab_disabled", "user_disabled"}
TAKES_NONE |= {"is_inactive", "user_not_found"}


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


class Courier:
    """Posts what is owed, and keeps the books about it."""

    def __init__(
        self,
        owed: OwedStore,
        poster: SlackPoster,
        history: SlackHistory,
        timing: Timing,
        clock: Clock = utcnow,
    ) -> None:
        self._clock = clock
        self._owed = owed
        self._poster = poster
        self._history = history
        self.timing = timing

    @property
    def channel(self) -> str:
        return self._poster.channel

    def refuses(self, channel: str) -> bool:
        return self._poster.refuses(channel)

    async def not_in_history(
        self, claimed: Sequence[Delivery], *, identity: Callable[[Delivery], str]
    ) -> list[Delivery]:
        """Those that are certainly not in the channel; the others are settled or put off."""
        doubtful = [delivery for delivery in claimed if delivery.first_try is not None]
        if not doubtful:
            return list(claimed)
        unsent = [delivery for delivery in claimed if delivery.first_try is None]
        first = min(delivery.first_try or datetime.now(UTC) for delivery in doubtful)
        posted = await self._history.since(first, channel=self.channel)
        if posted is None:
            await self._owed.unknown(doubtful, wait=SOON)
            return unsent
        found, missing = _found(posted, doubtful, lambda delivery: [identity(delivery)])
        await self._settle_found(found, self.channel)
        return unsent + missing

    async def posted_since(self, first: datetime, channel: str) -> Mapping[str, Found] | None:
        """What messages in a channel carry; None if that cannot be read now."""
        return await self._history.since(first, channel=channel)

    async def not_among(
        self,
        posted: Mapping[str, Found],
        doubtful: Sequence[Delivery],
        channel: str,
        *,
        identities: Callable[[Delivery], Sequence[str]],
    ) -> list[Delivery]:
        """Those that none of these messages is about; the others are settled."""
        found, missing = _found(posted, doubtful, identities)
        await self._settle_found(found, channel)
        return missing

    async def _settle_found(self, found: Mapping[Found, list[Delivery]], channel: str) -> None:
        for message, deliveries in found.items():
            ts, alone, quiet, instead_of = message
            posted = Posted(channel, ts, alone, quiet, instead_of)
            await self._owed.sent(deliveries, posted, at=self._clock())

    async def post(
        self,
        held: Held,
        channel: str,
        message: Callable[[Sequence[Delivery]], Awaitable[Mapping[str, Any]]],
    ) -> tuple[Outcome | None, list[Delivery]]:
        """Posts one message for all that may still be posted: how it went, and for which.

        No outcome means that nothing was left to post.
        """
        try:
            return await self._post(held, channel, message)
        except TurnFarOff as far_off:
            # Nothing was tried; what an earlier try may have done stays as doubtful as it was.
            await self._owed.unknown(held, wait=far_off.wait)
            return far_off.refused, []

    async def _post(
        self,
        held: Held,
        channel: str,
        message: Callable[[Sequence[Delivery]], Awaitable[Mapping[str, Any]]],
    ) -> tuple[Outcome | None, list[Delivery]]:
        async with self._poster.turn(channel):
            # The post's time runs from before the try is noted, not from when we hear that it
            # was: the others reckon from that note when to look back.
            begun, at = asyncio.get_running_loop().time(), self._clock()
            ready = await self._owed.about_to_post(held, within=self.timing.post, channel=channel)
            if not ready:
                return None, []
            said = dict(await message(ready))
            # Not documented as an argument, but named in two documented errors: relied on for
            # nothing, it may spare a channel the odd repeat.
            said["client_msg_id"] = str(uuid5(NAMESPACE_URL, str(said["metadata"])))
            limit = begun + self.timing.post.total_seconds()
            outcome = await self._poster.post(channel, said, until=limit)
            held = held if isinstance(held, Batch) else ready
            if isinstance(outcome, Sent):
                alone = not isinstance(held, Batch) and len(held) == 1
                payload = said["metadata"]["event_payload"]
                posted = Posted(
                    outcome.channel,
                    outcome.ts,
                    alone,
                    quiet=payload.get("quiet", False),
                    instead_of=payload.get("instead_of"),
                    says=fingerprint(said["blocks"]),
                )
                await self._owed.sent(held, posted, at=at)
            else:
                await self._not_posted(held, channel, outcome)
        return outcome, ready

    async def _not_posted(self, held: Held, channel: str, outcome: Refused | Unknown) -> None:
        kind = "alert" if isinstance(held, Batch) else held[0].kind
        match outcome:
            case Refused(error) if kind == "receipt" and error in TAKES_NONE:
                await self._owed.sent(held, None)
            case Refused(of_this_channel=True) if kind == "alert" and channel != self.channel:
                # It is said in the alert channel instead.
                await self._owed.not_sent(held, wait=timedelta())
            case Refused(_, wait):
                await self._owed.not_sent(held, wait=timedelta(seconds=wait))
            case Unknown():
                await self._owed.unknown(held, wait=self.timing.doubt)

    async def edit(
        self,
        delivery: Delivery,
        alert: Callable[[Ticket, AlertMessage], Message],
        card: Callable[[Ticket], Message],
    ) -> Outcome | None:
        """Brings the messages that are there up to date, the ticket's alerts before its card.

        Each is edited only by whoever still holds the claim, and with the ticket as it is at
        that moment: an older state never overwrites a newer one. An edit may be repeated; an
        alert that says the same still is left alone.
        What changes after the claim is owed still, so that all messages come to show it.
        """
        lease = self.timing.lease
        for message in delivery.alerts:
            if fingerprint(alert(delivery.ticket, message)["blocks"]) == message.says:
                continue
            current = await self._owed.renewed(delivery, lease=lease, editing=message)
            if current is None:
                return None
            said = alert(current.ticket, message)
            outcome = await self._edit(delivery, message.channel, message.ts, said)
            if isinstance(outcome, Refused | Unknown):
                return outcome
            # One that cannot be edited was heard all the same.
            if isinstance(outcome, Sent):
                await self._owed.edited(delivery, message, says=fingerprint(said["blocks"]))
        current = await self._owed.renewed(delivery, lease=lease)
        if current is None:
            return None
        channel, ts = delivery.channel or "", delivery.ts or ""
        outcome = await self._edit(delivery, channel, ts, card(current.ticket))
        if outcome is None:
            await self._owed.message_is_gone(delivery)
        elif isinstance(outcome, Sent):
            await self._owed.sent([delivery], Posted(channel, ts, alone=True))
        return outcome

    async def _edit(
        self, delivery: Delivery, channel: str, ts: str, said: Message
    ) -> Outcome | None:
        """None if that message is gone for good; what else went wrong is put off."""
        outcome = await self._poster.edit(channel, ts, said)
        match outcome:
            case Refused() if self._is_gone(outcome, channel):
                return None
            case Refused(_, wait):
                await self._owed.not_sent([delivery], wait=timedelta(seconds=wait))
            case Unknown():
                await self._owed.not_sent([delivery], wait=SOON)
        return outcome

    def _is_gone(self, outcome: Refused, channel: str) -> bool:
        """Also where a channel was given up for another one, and takes no more edits."""
        return outcome.error in GONE or (channel != self.channel and outcome.of_this_channel)


def _found(
    posted: Mapping[str, Found],
    doubtful: Sequence[Delivery],
    identities: Callable[[Delivery], Sequence[str]],
) -> tuple[Mapping[Found, list[Delivery]], list[Delivery]]:
    """What each message is about, and what none is about."""
    missing = []
    by_message: defaultdict[Found, list[Delivery]] = defaultdict(list)
    for delivery in doubtful:
        found = next((posted[name] for name in identities(delivery) if name in posted), None)
        if found is None:
            missing.append(delivery)
        else:
            # What a card that was found shows is not known: it is behind until edited.
            by_message[found].append(replace(delivery, revision=0))
    return by_message, missing

"""How a message that is owed gets to Slack once: look back if in doubt, note, post, note.

The steps and their reasons are in docs/alerts.md.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from bot.markup.blocks import Message, fingerprint
from bot.slack.api_errors import About, Outcome, Refused, Sent, Unknown, growing
from bot.slack.history import Doubt, Seen, SlackHistory
from bot.slack.poster import SlackPoster, TurnFarOff
from bot.slack.troubles import POST
from core.clock import Clock, utcnow
from core.store import Delivery, Outbox
from core.store.delivery.boards import Board
from core.store.delivery.deliveries import AlertMessage, Batch, Held, Posted
from core.store.delivery.looks import Found
from core.tickets import Ticket

Said = Callable[[Sequence[Delivery]], Awaitable[Message]]

# Until an edit that failed is repeated.
SOON = timedelta(seconds=5)
# Tries of a receipt that is refused, within about an hour.
MOST_RECEIPTS = 12
# Slack's words for somebody who left, or takes no messages: nobody can do anything about it.
TAKES_NONE = {"cannot_dm_bot", "channel_not_found", "messages_tab_disabled", "user_disabled"}
TAKES_NONE |= {"is_inactive", "user_not_found"}
# Slack's words for a message that cannot be edited any more.


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


class Dispatcher:
    """Posts what is owed, and keeps the books about it."""

    def __init__(
        self,
        owed: Outbox,
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
        return self._poster.troubles.refuses(channel)

    async def look(self, tried: Sequence[Delivery | Board], channel: str) -> Seen:
        """What is in the channel of what was tried, as far as Slack lets us see it now."""
        return await self._history.look([self.doubt(one) for one in tried], channel=channel)

    def doubt(self, tried: Delivery | Board) -> Doubt:
        assert tried.first_try is not None
        return Doubt(tried.first_try, (tried.last_try or tried.first_try) + self.timing.doubt)

    async def not_among(
        self,
        seen: Seen,
        doubtful: Sequence[Delivery],
        channel: str,
        *,
        identities: Callable[[Delivery], Sequence[str]],
    ) -> list[Delivery]:
        """Those that are certainly not in the channel; the others are settled or put off."""
        found, missing = _found(seen.found, doubtful, identities)
        await self._settle_found(found, channel)
        certain = [one for one in missing if seen.settles(self.doubt(one))]
        if open_still := [one for one in missing if not seen.settles(self.doubt(one))]:
            await self._owed.unknown(open_still, wait=seen.wait)
        return certain

    async def _settle_found(self, found: Mapping[Found, list[Delivery]], channel: str) -> None:
        for message, deliveries in found.items():
            ts, alone, quiet, instead_of = message
            posted = Posted(channel, ts, alone, quiet, instead_of)
            await self._owed.sent(deliveries, posted, at=self._clock())

    async def post(
        self,
        held: Held,
        channel: str,
        message: Said,
        *,
        plainly: str | None = None,
    ) -> tuple[Outcome | None, list[Delivery]]:
        """Posts one message for all that may still be posted: how it went, and for which.

        No outcome means that nothing was left to post. What is refused for what it says is said
        `plainly`; without that, it is left to be tried in parts, and stays ours.
        """
        try:
            return await self._post(held, channel, message, plainly)
        except TurnFarOff as far_off:
            # Nothing was tried; what an earlier try may have done stays as doubtful as it was.
            await self._owed.unknown(held, wait=far_off.wait)
            return far_off.refused, []

    async def _post(
        self,
        held: Held,
        channel: str,
        message: Said,
        plainly: str | None,
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
            outcome = await self._poster.post(channel, said, until=limit, plainly=plainly)
            held = held if isinstance(held, Batch) else ready
            if isinstance(outcome, Sent):
                alone = not isinstance(held, Batch) and len(held) == 1
                payload = said["metadata"]["event_payload"]
                posted = Posted(
                    outcome.channel,
                    outcome.ts,
                    alone,
                    quiet=outcome.plain or payload.get("quiet", False),
                    instead_of=payload.get("instead_of"),
                    says=None if outcome.plain else fingerprint(said["blocks"]),
                )
                await self._owed.sent(held, posted, at=at)
                self._note_posted(held)
            elif plainly is None and isinstance(outcome, Refused) and outcome.of_this_text:
                await self.keep_part(held)
            else:
                await self._not_posted(held, channel, outcome)
        return outcome, ready

    async def keep_part(self, held: Held) -> None:
        """What was refused together is tried in parts, each with a whole lease."""
        await self._owed.not_sent(held, wait=self.timing.lease, stays_ours=True)

    async def _not_posted(self, held: Held, channel: str, outcome: Refused | Unknown) -> None:
        kind = "alert" if isinstance(held, Batch) else held[0].kind
        elsewhere = kind == "alert" and channel != self.channel
        own_words = not (elsewhere or isinstance(held, Batch))
        if isinstance(outcome, Refused) and outcome.of_this_text and not own_words:
            # What names no ticket, or may be said elsewhere, is not refused for its text alone.
            outcome = replace(outcome, about=About.PLACE)
            self._poster.troubles.note(outcome, POST, channel)
        match outcome:
            case Unknown():
                await self._owed.unknown(held, wait=self.timing.doubt)
            case Refused(error) if kind == "receipt" and error in TAKES_NONE:
                await self._owed.sent(held, None)
            case Refused(of_this_channel=True) if elsewhere:
                # It is said in the alert channel instead.
                await self._owed.not_sent(held, wait=timedelta())
            case Refused() if not isinstance(held, Batch) and (
                outcome.of_this_text or (kind == "receipt" and outcome.of_this_channel)
            ):
                await self._refused(held[0], outcome)
            case Refused(_, wait):
                await self._owed.not_sent(held, wait=timedelta(seconds=wait))

    async def _refused(self, one: Delivery, outcome: Refused) -> None:
        """In every form, and not because of where: more and more rarely tried; a receipt, which
        is no news some time later, is given up in the end."""
        if one.kind == "receipt" and one.refusals + 1 >= MOST_RECEIPTS:
            await self._owed.sent([one], None)
            remedy = "it is given up; the ticket is filed all the same"
        else:
            wait = timedelta(seconds=growing(one.refusals))
            await self._owed.not_sent([one], wait=wait, refused=True)
            remedy = "it is tried again, ever more rarely"
        self._poster.troubles.not_posted(_named(one), outcome.error, remedy=remedy)

    def _note_posted(self, held: Held) -> None:
        for one in () if isinstance(held, Batch) else held:
            self._poster.troubles.posted(_named(one))

    async def edit(
        self,
        delivery: Delivery,
        alert: Callable[[Ticket, AlertMessage], Message],
        card: Callable[[Ticket], Message],
        *,
        plainly: Callable[[Ticket], str],
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
            said, plain = alert(current.ticket, message), plainly(current.ticket)
            outcome = await self._poster.edit(message.channel, message.ts, said, plainly=plain)
            if isinstance(outcome, Sent):
                await self._owed.edited(delivery, message, says=fingerprint(said["blocks"]))
            elif not (self._is_gone(outcome, message.channel) or outcome.of_this_text):
                await self._not_edited(current, outcome)
                return outcome
        current = await self._owed.renewed(delivery, lease=lease)
        if current is None:
            return None
        channel, ts = delivery.channel or "", delivery.ts or ""
        said, plain = card(current.ticket), plainly(current.ticket)
        outcome = await self._poster.edit(channel, ts, said, plainly=plain)
        if isinstance(outcome, Sent):
            await self._owed.sent([delivery], Posted(channel, ts, alone=True))
            self._note_posted([delivery])
        elif self._is_gone(outcome, channel):
            await self._owed.message_is_gone(delivery)
            return None
        else:
            await self._not_edited(current, outcome)
        return outcome

    async def _not_edited(self, delivery: Delivery, outcome: Refused | Unknown) -> None:
        match outcome:
            case Refused(of_this_text=True):
                await self._refused(delivery, outcome)
            case Refused(_, wait):
                await self._owed.not_sent([delivery], wait=timedelta(seconds=wait))
            case Unknown():
                await self._owed.not_sent([delivery], wait=SOON)

    def _is_gone(self, outcome: Outcome, channel: str) -> bool:
        """Whether it cannot be edited any more, also where its channel was given up for another."""
        if not isinstance(outcome, Refused):
            return False
        return outcome.about is About.MESSAGE or (
            channel != self.channel and outcome.of_this_channel
        )


def _named(one: Delivery) -> str:
    """As an operator is told of it."""
    return f"the {one.kind} of {one.ticket.key}"


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

"""How a message that is owed gets to Slack once: look back if in doubt, note, post, note.

The steps and their reasons are in docs/alerts.md.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import NamedTuple
from uuid import NAMESPACE_URL, uuid5

from bot.delivery.kinds import Kind
from bot.markup.blocks import Message, fingerprint
from bot.slack.api_errors import LONGEST_PAUSE, About, Outcome, Refused, Sent, Unknown, growing
from bot.slack.history import Doubt, Seen, SlackHistory
from bot.slack.poster import SlackPoster, TurnFarOff
from bot.slack.troubles import Troubles
from core.store import Delivery, Outbox
from core.store.delivery import changes
from core.store.delivery.boards import Board
from core.store.delivery.changes import Change
from core.store.delivery.deliveries import Batch, Posted
from core.store.delivery.outbox import Held

Said = Callable[[Sequence[Delivery]], Awaitable[Message]]

# Until an edit that failed is repeated.
SOON = timedelta(seconds=5)
# Tries of a direct message that is refused, within about an hour.
MOST_DIRECT = 12
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


class Attempt(NamedTuple):
    """How a post went, for which of what was held, and where the message is."""

    outcome: Outcome
    ready: list[Delivery]
    posted: Posted | None


class Dispatcher:
    """Posts what is owed, and keeps the books about what is owed one by one."""

    def __init__(
        self,
        owed: Outbox,
        poster: SlackPoster,
        history: SlackHistory,
        timing: Timing,
        kinds: Mapping[str, Kind],
    ) -> None:
        self._owed = owed
        self._poster = poster
        self._history = history
        self._kinds = kinds
        self.timing = timing

    @property
    def channel(self) -> str:
        return self._poster.channel

    @property
    def troubles(self) -> Troubles:
        return self._poster.troubles

    async def look(self, tried: Sequence[Delivery | Board], channel: str) -> Seen:
        """What is in the channel of what was tried, as far as Slack lets us see it now."""
        return await self._history.look([self.doubt(one) for one in tried], channel=channel)

    def doubt(self, tried: Delivery | Board) -> Doubt:
        assert tried.first_try is not None
        return Doubt(tried.first_try, (tried.last_try or tried.first_try) + self.timing.doubt)

    async def post(
        self,
        held: Held,
        channel: str,
        message: Said,
        *,
        plainly: str | None,
        first: bool = False,
    ) -> Attempt | None:
        """Posts one message for all that may still be posted; None if nothing may.

        What is to be `first` goes before others that wait for their turn. What is refused for what
        it says is said `plainly`, if that is given. Raises TurnFarOff: then nothing was tried.
        """
        async with self._poster.turn(channel, first=first):
            # The post's time runs from before the try is noted, not from when we hear that it
            # was: the others reckon from that note when to look back.
            begun = asyncio.get_running_loop().time()
            ready = await self._owed.begin(held, within=self.timing.post, channel=channel)
            if not ready:
                return None
            said = dict(await message(ready))
            # Not documented as an argument, but named in two documented errors: relied on for
            # nothing, it may spare a channel the odd repeat.
            said["client_msg_id"] = str(uuid5(NAMESPACE_URL, str(said["metadata"])))
            limit = begun + self.timing.post.total_seconds()
            outcome = await self._poster.post(channel, said, until=limit, plainly=plainly)
        if not isinstance(outcome, Sent):
            return Attempt(outcome, ready, None)
        payload = said["metadata"]["event_payload"]
        posted = Posted(
            outcome.channel,
            outcome.ts,
            alone=not isinstance(held, Batch) and len(ready) == 1,
            quiet=outcome.plain or payload.get("quiet", False),
            instead_of=payload.get("instead_of"),
            says=None if outcome.plain else fingerprint(said["blocks"]),
        )
        return Attempt(outcome, ready, posted)

    async def pay(self, held: Sequence[Delivery], *, first: bool = False) -> Outcome | None:
        """Posts or edits what one ticket owes, until Slack refuses one for more than what it says.

        How the last one went; None if nothing was sent.
        """
        loop, outcome = asyncio.get_running_loop(), None
        settled: list[tuple[Delivery, Change]] = []
        card: Sent | None = None
        ends = loop.time() + self.timing.lease.total_seconds()
        for each in held:
            one = _below(card, each) if card else each
            # An older state never overwrites a newer one: nobody else edits while this is ours.
            if loop.time() + self.timing.post.total_seconds() > ends:
                if not await self._owed.keep(one, lease=self.timing.lease):
                    return None
                ends = loop.time() + self.timing.lease.total_seconds()
            outcome, *change = await (self._edit(one) if one.ts else self._post_one(one, first))
            settled += [(one, what) for what in change]
            if one.kind == "card" and isinstance(outcome, Sent):
                card = outcome
            if refused_for_all(outcome):
                break
        await self._owed.settle(held[0], settled)
        return outcome

    async def _post_one(
        self, one: Delivery, first: bool
    ) -> tuple[Outcome | None, *tuple[Change, ...]]:
        kind = self._kinds[one.kind]

        async def message(ready: Sequence[Delivery]) -> Message:
            said = kind.words(ready[0])
            return said | {"thread_ts": one.thread} if one.thread else said

        if kind.elsewhere and not one.thread:
            # What it is to stand under is not there yet.
            return None, changes.put_off(SOON)
        channel = one.to if (kind.direct or one.thread) and one.to else self.channel
        if one.thread and one.first_try:
            seen = await self._history.look_in_thread(
                self.doubt(one), channel=channel, thread=one.thread
            )
            if known := self._known(one, seen, channel):
                return None, *known
        if not kind.stands(one) or (kind.wanted and not await kind.wanted(one)):
            return None, None
        try:
            attempt = await self.post(
                [one], channel, message, plainly=kind.plainly(one), first=first
            )
        except TurnFarOff as far_off:
            # Nothing was tried; what an earlier try may have done stays as doubtful as it was.
            return self._for_others(far_off.refused, channel), changes.put_off(far_off.wait)
        if attempt is None:
            return (None,)
        outcome, [ready], posted = attempt
        match outcome:
            case Sent() if posted is not None:
                self.troubles.posted(named(one))
                return outcome, changes.sent(ready, posted) if kind.lasting else None
            case Unknown():
                return outcome, changes.put_off(self.timing.doubt)
            case Refused(error) if kind.direct and error in TAKES_NONE:
                return self._for_others(outcome, channel), None
            case Refused(about=About.PLACE) if kind.elsewhere and channel != self.channel:
                return None, kind.elsewhere(one)
            case Refused(about=About.MESSAGE) if kind.elsewhere:
                return None, kind.elsewhere(one)
            case Refused() if outcome.of_this_text or (kind.direct and outcome.of_this_channel):
                return self._for_others(outcome, channel), self._refused(one, outcome)
            case _:
                assert isinstance(outcome, Refused)
                wait = timedelta(seconds=outcome.wait)
                return self._for_others(outcome, channel), changes.not_sent(wait)

    async def _edit(self, one: Delivery) -> tuple[Outcome | None, Change]:
        """Brings a message that is there up to date; one that says the same still is left alone."""
        assert one.to is not None
        assert one.ts is not None
        kind = self._kinds[one.kind]
        if not kind.stands(one):
            return None, changes.edited(one, says=one.says)
        said = kind.words(one)
        says = fingerprint(said["blocks"])
        if says == one.says:
            return None, changes.edited(one, says=says)
        outcome = await self._poster.edit(one.to, one.ts, said, plainly=kind.plainly(one))
        match outcome:
            case Sent():
                self.troubles.posted(named(one))
                return outcome, changes.edited(one, says=says)
            case Refused(about=About.PLACE) if kind.elsewhere and one.to != self.channel:
                # It goes on when the channel is back.
                return None, changes.not_sent(timedelta(seconds=LONGEST_PAUSE))
            case Refused() if self._is_gone(outcome, one.to):
                return None, changes.gone() if one.kind == "card" else None
            case Refused(of_this_text=True) if one.kind == "alert":
                # What it says changes, and may be taken then.
                return outcome, changes.edited(one, says=None)
            case Refused(of_this_text=True):
                return outcome, self._refused(one, outcome)
            case Refused(_, wait):
                return self._for_others(outcome, one.to), changes.not_sent(timedelta(seconds=wait))
            case Unknown():
                return outcome, changes.not_sent(SOON)

    def _for_others(self, outcome: Refused, channel: str) -> Refused | None:
        """As far as it is about more than this channel, where it is not the desk's."""
        elsewhere = channel != self.channel and outcome.about is not About.APP
        return None if elsewhere else outcome

    def _refused(self, one: Delivery, outcome: Refused) -> Change:
        """In every form, and not because of where: more and more rarely tried; a direct message,
        which is no news some time later, is given up in the end."""
        wait: Change = changes.not_sent(timedelta(seconds=growing(one.refusals)), refused=True)
        remedy = "it is tried again, ever more rarely"
        if self._kinds[one.kind].direct and one.refusals + 1 >= MOST_DIRECT:
            wait, remedy = None, "it is given up; the ticket is filed all the same"
        self.troubles.not_posted(named(one), outcome.error, remedy=remedy)
        return wait

    def _is_gone(self, outcome: Refused, channel: str) -> bool:
        """Whether it cannot be edited any more, also where its channel was given up for another."""
        return outcome.about is About.MESSAGE or (
            channel != self.channel and outcome.of_this_channel
        )

    async def settle_found(self, held: Sequence[Delivery], seen: Seen) -> list[Delivery]:
        """Those that are certainly not in Slack; the others are settled or put off."""
        missing = []
        for one in held:
            known = self._known(one, seen, self.channel)
            if known:
                await self._owed.settle(one, [(one, *known)])
            else:
                missing.append(one)
        return missing

    def _known(self, one: Delivery, seen: Seen, channel: str) -> tuple[Change] | None:
        """What becomes of it by what is seen; None if it is certainly not in Slack."""
        kind = self._kinds[one.kind]
        if found := seen.found.get(kind.identity(one)):
            posted = Posted(channel, found.ts, alone=True)
            # What it shows is not known: it is behind until edited.
            return (changes.found(posted) if kind.lasting else None,)
        if seen.settles(self.doubt(one)):
            return None
        return (changes.put_off(seen.wait),)


def refused_for_all(outcome: Outcome | None) -> bool:
    """Whether Slack would refuse the other messages of its kind too."""
    return isinstance(outcome, Refused) and not outcome.of_this_text


def _below(card: Sent, one: Delivery) -> Delivery:
    """What is to stand there, and waited for it."""
    if one.kind != "desk_line" or one.thread:
        return one
    return replace(one, to=card.channel, thread=card.ts)


def named(one: Delivery) -> str:
    """As an operator is told of it."""
    return f"the {one.kind} of {one.ticket.key}"

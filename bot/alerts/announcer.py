"""Rings for each ticket that is late, soon late, or that nobody sees to: once, across processes,
crashes and retries.

The state machine is written down in docs/alerts.md; core/store/delivery/ keeps its state,
core/alerts/rules.py says what rings when.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import structlog

from bot.alerts.messages import about, in_plain_words, listed, many_in_plain_words, people
from bot.delivery.dispatcher import Dispatcher
from bot.markup.blocks import Message
from bot.slack.api_errors import Refused, Sent, Unknown
from bot.slack.history import Seen
from bot.slack.metadata import ALERT, BATCH
from core.alerts.rules import AlertRules, next_ring
from core.clock import Clock
from core.store import Delivery, Store
from core.store.delivery.alerts import Group
from core.store.delivery.deliveries import Batch, Held
from core.tickets import TrackedTicket
from core.tickets.alert import BREACH, Ring, milliseconds

log = structlog.get_logger("bot")

# More alerts at once than this are listed in one message.
ONE_BY_ONE = 3
# Tickets of which a message's metadata names each; of more it names the batch.
LISTED = 100


class AlertAnnouncer:
    def __init__(
        self, store: Store, courier: Dispatcher, rules: AlertRules, clock: Clock, *, mentions: int
    ) -> None:
        """At most so many `mentions` an hour in each channel."""
        self._store = store
        self._courier = courier
        self._rules = rules
        self._clock = clock
        self._mentions = mentions

    async def announce(self) -> bool:
        """Rings for all that is owed by now and plans what rings next; what fails is owed still.

        What may be in Slack already is left to `settle`, which may have to wait. Gives whether
        something may have rung.
        """
        return await self._ring_all(doubtful=False)

    async def settle(self) -> bool:
        """Likewise for what was tried already: found in Slack, or rung for now if it is not."""
        return await self._ring_all(doubtful=True)

    async def _ring_all(self, *, doubtful: bool) -> bool:
        rang = False
        while await self._ring(doubtful=doubtful):
            rang = True
        return rang

    async def _ring(self, *, doubtful: bool) -> bool:
        """Whether there was something and it went well, so that it is worth looking again."""
        timing, at = self._courier.timing, self._clock()
        claim = await self._store.alerts.claim(
            at=at, lease=timing.lease, doubt=timing.doubt, doubtful=doubtful
        )
        if claim is None:
            return False

        def planned(ticket: TrackedTicket) -> Ring | None:
            return next_ring(ticket, self._rules, at=at)

        await self._store.alerts.check(claim, at=at, next_ring=planned)
        if doubtful:
            await self._look_back(claim, at=at)
        went = True
        for group in await self._store.alerts.groups(claim, at=at):
            went = await self._announce_group(claim, group, at=at) and went
        return went

    async def _look_back(self, claim: str, *, at: datetime) -> None:
        """Settles what an earlier try brought to Slack after all."""
        seen: dict[str, Seen] = {}
        while doubtful := await self._store.alerts.doubtful(claim, at=at):
            by_channels: defaultdict[tuple[str, ...], list[Delivery]] = defaultdict(list)
            for one in doubtful:
                tried_in = (one.tried_in,) if one.tried_in else self._channels(one.rings)
                by_channels[tried_in].append(one)
            for channels, missing in by_channels.items():
                for channel in channels:
                    missing = await self._not_among(seen, missing, channel)
                await self._store.alerts.not_there(missing)

    async def _not_among(
        self, seen: dict[str, Seen], tried: Sequence[Delivery], channel: str
    ) -> list[Delivery]:
        """Those that are certainly not in the channel, which is looked at once for all."""
        if not tried:
            return []
        if channel not in seen:
            seen[channel] = await self._courier.look(tried, channel)
        identities = self._identities
        return await self._courier.not_among(seen[channel], tried, channel, identities=identities)

    async def _announce_group(self, claim: str, group: Group, *, at: datetime) -> bool:
        if group.batch or (group.size > LISTED and not group.tried):
            return await self._announce_batch(claim, group, at=at)
        while some := await self._some(claim, group, at=at, most=LISTED):
            apart = group.refused or len(some) <= ONE_BY_ONE
            each = [[one] for one in some] if apart else [some]
            went = [await self._announce(part, group) for part in each]
            if not all(went):
                return False
        return True

    async def _announce_batch(self, claim: str, group: Group, *, at: datetime) -> bool:
        name = group.batch
        if name is None:
            first = await self._some(claim, group, at=at, most=1)
            if not first:
                return False
            name = f"{BATCH}{_identity(first[0], self._channel(group.kind))}"
        lease = self._courier.timing.lease
        batch = await self._store.alerts.batched(claim, group, name, at=at, lease=lease)
        return await self._announce(batch, group)

    async def _some(self, claim: str, group: Group, *, at: datetime, most: int) -> list[Delivery]:
        lease = self._courier.timing.lease
        return await self._store.alerts.some(claim, group, at=at, lease=lease, most=most)

    async def _announce(self, held: Held, group: Group) -> bool:
        """Whether it is worth going on: where it was refused for what it says, others may ring."""
        kind = group.kind
        channel, granted = self._channel(kind), 0

        async def message(ready: Sequence[Delivery]) -> Message:
            nonlocal granted
            count = await self._store.owed.count(held) if isinstance(held, Batch) else len(ready)
            wanted = people([one.ticket for one in ready], self._rules.step(kind))
            if wanted:
                granted = await self._store.turns.spend_mentions(
                    channel, wanted, most=self._mentions
                )
            return self._message(ready, kind, count, held, channel, wanted=wanted, granted=granted)

        plainly = None
        if isinstance(held, Batch):
            plainly = many_in_plain_words(group.size, kind)
        elif len(held) == 1:
            plainly = in_plain_words(held[0].ticket, kind)
        outcome, ready = await self._courier.post(held, channel, message, plainly=plainly)
        rang = isinstance(outcome, Sent) and not outcome.plain
        if granted and not rang and not isinstance(outcome, Unknown):
            await self._store.turns.give_back(channel, granted)
        if isinstance(outcome, Refused) and outcome.of_this_text and not isinstance(held, Batch):
            return await self._announce_parts(ready, group)
        if not isinstance(outcome, Sent):
            return False
        if isinstance(held, Batch):
            log.warning("alerts announced", kind=kind, batch=held.name)
            return True
        for delivery in ready:
            assignee = delivery.ticket.assignee
            log.warning(
                "breach announced" if kind == BREACH else "alert announced",
                kind=kind,
                ticket=delivery.ticket.key,
                due=delivery.due and delivery.due.isoformat(),
                assignee=assignee and assignee.id,
            )
        return True

    async def _announce_parts(self, refused: Sequence[Delivery], group: Group) -> bool:
        """Until what Slack does not take is alone."""
        if len(refused) == 1:
            return True
        size = len(refused) // 2 if len(refused) > 2 * ONE_BY_ONE else 1
        went = True
        for start in range(0, len(refused), size):
            part = refused[start : start + size]
            await self._courier.keep_part(part)
            went = await self._announce(part, group) and went
        return went

    def _message(
        self,
        ready: Sequence[Delivery],
        kind: str,
        count: int,
        held: Held,
        channel: str,
        *,
        wanted: int,
        granted: int,
    ) -> Message:
        tickets, step = [one.ticket for one in ready], self._rules.step(kind)
        batch = [held.name] if isinstance(held, Batch) else None
        payload: dict[str, object] = {"alerts": batch or [_identity(one, channel) for one in ready]}
        own = self._channels(kind)[0]
        if instead_of := own if own != channel else None:
            payload["instead_of"] = instead_of
        if len(tickets) == 1 and count == 1:
            quiet = granted < wanted
            at = self._clock()
            said = about(
                tickets[0], self._rules, at=at, kind=kind, quiet=quiet, instead_of=instead_of
            )
            payload |= {"quiet": True} if quiet else {}
        else:
            said = listed(
                tickets,
                count=count,
                kind=kind,
                step=step,
                instead_of=instead_of,
                mentioned=granted,
            )
        return said | {"metadata": {"event_type": ALERT, "event_payload": payload}}

    def _channels(self, kind: str) -> tuple[str, ...]:
        """Where such an alert is posted: in its step's own channel, or else in the usual one."""
        step, usual = self._rules.step(kind), self._courier.channel
        return tuple(dict.fromkeys(((step and step.channel) or usual, usual)))

    def _channel(self, kind: str) -> str:
        own, *others = self._channels(kind)
        return others[0] if others and self._courier.refuses(own) else own

    def _identities(self, delivery: Delivery) -> list[str]:
        channels = {*self._channels(delivery.rings), delivery.tried_in}
        names = [_identity(delivery, channel) for channel in channels if channel]
        return [*names, *delivery.batches]


def _identity(delivery: Delivery, channel: str) -> str:
    due = delivery.due or delivery.ticket.sla_due
    return f"{delivery.rings}:{delivery.ticket.id}:{milliseconds(due)}:{channel}"

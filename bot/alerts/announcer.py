"""Rings for each ticket that is late, soon late, or that nobody sees to: once, across processes,
crashes and retries.

The state machine is written down in docs/alerts.md; core/store/delivery/ keeps its state,
core/alerts/rules.py says what rings when.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.alerts.in_doubt import AlertsInDoubt
from bot.alerts.messages import about, in_plain_words, listed, many_in_plain_words, people
from bot.alerts.places import AlertPlaces, identity
from bot.delivery.dispatcher import Dispatcher, named
from bot.markup.blocks import Message
from bot.slack.api_errors import About, Refused, Sent, Unknown, growing
from bot.slack.metadata import ALERT, BATCH
from bot.slack.poster import TurnFarOff
from bot.slack.troubles import POST
from core.alerts.rules import AlertRules, next_ring
from core.clock import Clock
from core.store import Delivery, Store
from core.store.delivery.alerts import Group
from core.store.delivery.deliveries import Batch
from core.store.delivery.outbox import Held
from core.tickets import TrackedTicket
from core.tickets.alert import BREACH, SOON, Ring

log = structlog.get_logger("bot")

# More late tickets at once than this are listed in one message.
ONE_BY_ONE = 3
# All but what is late, which waits for nothing, is said so often in a channel, by kind: what rings
# between is one message.
GATHERED = timedelta(minutes=3)
# Tickets of which a message's metadata names each; of more it names the batch.
LISTED = 100


class AlertAnnouncer:
    def __init__(
        self,
        store: Store,
        dispatcher: Dispatcher,
        rules: AlertRules,
        clock: Clock,
        *,
        mentions: int,
    ) -> None:
        """At most so many `mentions` an hour in each channel."""
        self._store = store
        self._dispatcher = dispatcher
        self._rules = rules
        self._clock = clock
        self._mentions = mentions
        self._places = AlertPlaces(dispatcher, rules)
        self._in_doubt = AlertsInDoubt(store, dispatcher, self._places, clock)

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
        timing, at = self._dispatcher.timing, self._clock()
        claim = await self._store.alerts.claim(
            at=at, lease=timing.lease, doubt=timing.doubt, doubtful=doubtful
        )
        if claim is None:
            return False

        rang = {} if doubtful else await self._store.turns.latest(self._places.every)

        def planned(ticket: TrackedTicket) -> Ring | None:
            ring = next_ring(ticket, self._rules, at=at)
            if ring is None or ring.kind == BREACH or ring.due != ticket.sla_due:
                return ring
            return _gathered(ring, rang.get((self._places.now(ring.kind), ring.kind)), at=at)

        await self._store.alerts.check(claim, at=at, next_ring=planned)
        if doubtful:
            await self._in_doubt.look_back(claim)
        went = True
        for group in await self._store.alerts.groups(claim):
            went = await self._announce_group(claim, group) and went
        if not went:
            await self._store.alerts.let_go(claim)
        return went

    async def _announce_group(self, claim: str, group: Group) -> bool:
        if group.batch or (group.size > LISTED and not group.tried):
            return await self._announce_batch(claim, group)
        while some := await self._some(claim, group, most=LISTED):
            apart = group.refused or len(some) <= (ONE_BY_ONE if group.kind == BREACH else 1)
            each = [[one] for one in some] if apart else [some]
            went = [await self._announce(part, group) for part in each]
            if not all(went):
                return False
        return True

    async def _announce_batch(self, claim: str, group: Group) -> bool:
        name = group.batch
        if name is None:
            first = await self._some(claim, group, most=1)
            if not first:
                return False
            name = f"{BATCH}{identity(first[0], self._places.now(group.kind))}"
        lease = self._dispatcher.timing.lease
        batch = await self._store.alerts.batched(claim, group, name, lease=lease)
        return await self._announce(batch, group)

    async def _some(self, claim: str, group: Group, *, most: int) -> list[Delivery]:
        lease = self._dispatcher.timing.lease
        return await self._store.alerts.some(claim, group, lease=lease, most=most)

    async def _announce(self, held: Held, group: Group) -> bool:
        """Whether it is worth going on: where it was refused for what it says, others may ring."""
        kind, channel, at = group.kind, self._places.now(group.kind), self._clock()
        plainly, granted = _plainly(held, group), 0

        async def message(ready: Sequence[Delivery]) -> Message:
            nonlocal granted
            count = await self._store.owed.count(held) if isinstance(held, Batch) else len(ready)
            tickets = [one.ticket for one in ready]
            wanted = people(tickets, self._rules.told(kind, tickets))
            if wanted:
                granted = await self._store.turns.spend_mentions(
                    channel, wanted, most=self._mentions
                )
            return self._message(ready, kind, count, held, channel, wanted=wanted, granted=granted)

        try:
            attempt = await self._dispatcher.post(held, channel, message, plainly=plainly)
        except TurnFarOff as far_off:
            # Nothing was tried; what an earlier try may have done stays as doubtful as it was.
            await self._store.owed.unknown(held, wait=far_off.wait)
            return False
        if attempt is None:
            return False
        outcome, ready, posted = attempt
        rang = isinstance(outcome, Sent) and not outcome.plain
        if granted and not rang and not isinstance(outcome, Unknown):
            await self._store.turns.give_back(channel, granted)
        tried = held if isinstance(held, Batch) else ready
        match outcome:
            case Sent():
                assert posted is not None
                await self._store.owed.rang(tried, posted, at=at)
                if kind != BREACH:
                    await self._store.turns.rang(channel, kind, at=at)
                self._tell_rang(held, ready, kind)
                return True
            case Unknown():
                await self._store.owed.unknown(tried, wait=self._dispatcher.timing.doubt)
                return False
            case Refused(of_this_text=True) if plainly is None:
                return await self._announce_parts(ready, group)
            case Refused():
                await self._refused(tried, channel, outcome)
                return outcome.of_this_text and not isinstance(held, Batch)

    def _tell_rang(self, held: Held, ready: Sequence[Delivery], kind: str) -> None:
        """What rang, and that nothing is the matter with its words."""
        if isinstance(held, Batch):
            log.warning("alerts announced", kind=kind, batch=held.name)
            return
        for delivery in ready:
            self._dispatcher.troubles.posted(named(delivery))
            assignee = delivery.ticket.assignee
            log.warning(
                "breach announced" if kind == BREACH else "alert announced",
                kind=kind,
                ticket=delivery.ticket.key,
                due=delivery.ring and delivery.ring.due.isoformat(),
                assignee=assignee and assignee.id,
            )

    async def _refused(self, held: Held, channel: str, outcome: Refused) -> None:
        """Tried again after a while: elsewhere, if the step's own channel takes none; ever more
        rarely, if it is for the words of one alert, in every form."""
        elsewhere, wait = channel != self._dispatcher.channel, timedelta(seconds=outcome.wait)
        if outcome.of_this_text and (elsewhere or isinstance(held, Batch)):
            # What names no ticket, or may be said elsewhere, is not refused for its text alone.
            outcome = replace(outcome, about=About.PLACE)
            self._dispatcher.troubles.note(outcome, POST, channel)
        if outcome.of_this_channel and elsewhere:
            await self._store.owed.put_off(held, wait=timedelta())
        elif outcome.of_this_text and not isinstance(held, Batch):
            wait = timedelta(seconds=growing(held[0].refusals))
            await self._store.owed.put_off(held, wait=wait, refused=True)
            remedy = "it is tried again, ever more rarely"
            self._dispatcher.troubles.not_posted(named(held[0]), outcome.error, remedy=remedy)
        else:
            await self._store.owed.put_off(held, wait=wait)

    async def _announce_parts(self, refused: Sequence[Delivery], group: Group) -> bool:
        """Until what Slack does not take is alone."""
        size = len(refused) // 2 if len(refused) > 2 * ONE_BY_ONE else 1
        went = True
        for start in range(0, len(refused), size):
            part = refused[start : start + size]
            lease = self._dispatcher.timing.lease
            await self._store.owed.put_off(part, wait=lease, stays_ours=True)
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
        tickets = [one.ticket for one in ready]
        batch = [held.name] if isinstance(held, Batch) else None
        payload: dict[str, object] = {"alerts": batch or [identity(one, channel) for one in ready]}
        own = self._places.all(kind)[0]
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
                told=self._rules.told(kind, tickets),
                instead_of=instead_of,
                mentioned=granted,
            )
        return said | {"metadata": {"event_type": ALERT, "event_payload": payload}}


def _plainly(held: Held, group: Group) -> str | None:
    """None for a list, of which Slack may take some if it does not take all."""
    if isinstance(held, Batch):
        return many_in_plain_words(group.size, group.kind)
    return in_plain_words(held[0].ticket, group.kind) if len(held) == 1 else None


def _gathered(ring: Ring, latest: datetime | None, *, at: datetime) -> Ring:
    """With the others of its kind, if one rang a moment ago."""
    if latest is None or not latest <= at < latest + GATHERED:
        return ring
    together = max(ring.at, latest + GATHERED)
    if ring.kind == SOON and together >= ring.due:
        return Ring(BREACH, ring.due, ring.due)
    return ring._replace(at=together)

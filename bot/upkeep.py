"""Keeps every ticket's card as its ticket is, whoever changed it and from where, and tells
those who filed one in a form."""

from collections.abc import Sequence

from bot import cards
from bot.alert_messages import about
from bot.payment import Courier
from bot.posting import Outcome, Refused
from core.alerts import AlertRules
from core.clock import Clock
from core.store import Delivery, OwedStore
from core.store.deliveries import AlertMessage, Kind
from core.tickets import Ticket


class Upkeep:
    def __init__(self, owed: OwedStore, courier: Courier, rules: AlertRules, clock: Clock) -> None:
        self._rules = rules
        self._owed = owed
        self._courier = courier
        self._clock = clock

    async def tell(self) -> None:
        """Sends every receipt that is owed."""
        while (delivery := await self._claim("receipt")) is not None:
            assert delivery.to is not None
            await self._courier.post([delivery], delivery.to, _receipt)

    async def follow(self) -> None:
        """Posts or edits every card that is behind its ticket, until Slack refuses one."""
        while (delivery := await self._claim("card")) is not None:
            outcome = await self._brought_up_to_date(delivery)
            if isinstance(outcome, Refused):
                return

    async def _brought_up_to_date(self, delivery: Delivery) -> Outcome | None:
        if delivery.ts:
            return await self._courier.edit(delivery, self._alert, self._card)
        if not await self._courier.not_in_history([delivery], identity=_ticket_id):
            return None
        outcome, _ = await self._courier.post([delivery], self._courier.channel, self._new_card)
        return outcome

    def _alert(self, ticket: Ticket, message: AlertMessage) -> cards.Message:
        return about(
            ticket,
            self._rules,
            at=self._clock(),
            kind=message.kind,
            quiet=message.quiet,
            instead_of=message.instead_of,
        )

    def _card(self, ticket: Ticket) -> cards.Message:
        return cards.card(ticket, at=self._clock())

    async def _new_card(self, deliveries: Sequence[Delivery]) -> cards.Message:
        return self._card(deliveries[0].ticket)

    async def _claim(self, kind: Kind) -> Delivery | None:
        timing = self._courier.timing
        return await self._owed.claim(kind, lease=timing.lease, doubt=timing.doubt)


def _ticket_id(delivery: Delivery) -> str:
    return delivery.ticket.id


async def _receipt(deliveries: Sequence[Delivery]) -> cards.Message:
    return cards.receipt(deliveries[0].ticket)

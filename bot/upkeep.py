"""Keeps every ticket's card as its ticket is, whoever changed it and from where, and tells
those who filed one in a form."""

from collections.abc import Sequence

from bot import cards
from bot.alerts import late
from bot.payment import Courier
from core.store import Delivery, OwedStore
from core.store.owed import Kind


class Upkeep:
    def __init__(self, owed: OwedStore, courier: Courier) -> None:
        self._owed = owed
        self._courier = courier

    async def tell(self) -> None:
        """Sends every receipt that is owed."""
        while (delivery := await self._claim("receipt")) is not None:
            assert delivery.to is not None
            await self._courier.post([delivery], delivery.to, _receipt)

    async def follow(self) -> None:
        """Posts or edits every card that is behind its ticket; just one try while in trouble."""
        while (delivery := await self._claim("card")) is not None:
            await self._bring_up_to_date(delivery)
            if self._courier.in_trouble:
                return

    async def _bring_up_to_date(self, delivery: Delivery) -> None:
        if delivery.alert_ts:
            await self._courier.edit_alert(delivery, late(delivery.ticket))
        if delivery.ts:
            await self._courier.edit(delivery, cards.card(delivery.ticket))
        elif await self._courier.not_in_history([delivery], identity=_ticket_id):
            await self._courier.post([delivery], self._courier.channel, _card)

    async def _claim(self, kind: Kind) -> Delivery | None:
        timing = self._courier.timing
        return await self._owed.claim(kind, lease=timing.lease, doubt=timing.doubt)


def _ticket_id(delivery: Delivery) -> str:
    return delivery.ticket.id


def _card(deliveries: Sequence[Delivery]) -> cards.Message:
    return cards.card(deliveries[0].ticket)


def _receipt(deliveries: Sequence[Delivery]) -> cards.Message:
    return cards.receipt(deliveries[0].ticket)

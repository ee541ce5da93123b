"""Keeps every ticket's card as its ticket is, whoever changed it and from where, and tells
those who filed one in a form."""

from collections.abc import Sequence

from bot.alerts.messages import about, in_plain_words
from bot.delivery.dispatcher import Dispatcher
from bot.markup.blocks import Message
from bot.slack.api_errors import About, Outcome, Refused
from bot.tickets import card
from core.alerts.rules import AlertRules
from core.clock import Clock
from core.store import Delivery, Outbox
from core.store.delivery.deliveries import AlertMessage, Kind
from core.tickets import Ticket, label
from core.tickets.alert import BREACH

# Cards in doubt that are looked for together.
AT_ONCE = 5


class TicketMessages:
    def __init__(self, owed: Outbox, courier: Dispatcher, rules: AlertRules, clock: Clock) -> None:
        self._rules = rules
        self._owed = owed
        self._courier = courier
        self._clock = clock

    async def tell(self) -> None:
        """Sends every receipt that is owed, until Slack refuses the app as a whole."""
        while (delivery := await self._claim("receipt")) is not None:
            assert delivery.to is not None
            key = delivery.ticket.key
            plainly = f"{key} is filed: /ticket status {key}"
            outcome, _ = await self._courier.post(
                [delivery], delivery.to, _receipt, plainly=plainly
            )
            if isinstance(outcome, Refused) and outcome.about is About.APP:
                return

    async def follow(self) -> None:
        """Posts or edits every card that is behind its ticket, until Slack refuses one for more
        than what it says. What may be in Slack already is left to `settle`."""
        while (delivery := await self._claim("card", doubtful=False)) is not None:
            if _refused(await self._brought_up_to_date(delivery)):
                return

    async def settle(self) -> None:
        """Finds the cards in Slack of which nobody knows, or posts those that are not there."""
        while claimed := await self._claim_doubtful():
            seen = await self._courier.look(claimed, self._courier.channel)
            missing = await self._courier.not_among(
                seen, claimed, self._courier.channel, identities=_identities
            )
            for delivery in missing:
                if _refused(await self._post(delivery)):
                    return

    async def _claim_doubtful(self) -> list[Delivery]:
        """As many as can be posted before the first claim ends, if they must."""
        claimed: list[Delivery] = []
        while len(claimed) < AT_ONCE:
            delivery = await self._claim("card", doubtful=True)
            if delivery is None:
                break
            claimed.append(delivery)
        return claimed

    async def _brought_up_to_date(self, delivery: Delivery) -> Outcome | None:
        if delivery.ts:
            return await self._courier.edit(
                delivery, self._alert, self._card, plainly=self._plainly
            )
        return await self._post(delivery)

    async def _post(self, delivery: Delivery) -> Outcome | None:
        plainly = self._plainly(delivery.ticket)
        channel = self._courier.channel
        outcome, _ = await self._courier.post([delivery], channel, self._new_card, plainly=plainly)
        return outcome

    def _alert(self, ticket: Ticket, message: AlertMessage) -> Message:
        return about(
            ticket,
            self._rules,
            at=self._clock(),
            kind=message.kind,
            quiet=message.quiet,
            instead_of=message.instead_of,
        )

    def _card(self, ticket: Ticket) -> Message:
        return card.card(ticket, at=self._clock())

    def _plainly(self, ticket: Ticket) -> str:
        """Its card or alert, where Slack does not take its own words."""
        if ticket.breached(at=self._clock()):
            return in_plain_words(ticket, BREACH)
        return f"{ticket.key} ({label(ticket.status)}): /ticket status {ticket.key}"

    async def _new_card(self, deliveries: Sequence[Delivery]) -> Message:
        return self._card(deliveries[0].ticket)

    async def _claim(self, kind: Kind, *, doubtful: bool | None = None) -> Delivery | None:
        timing = self._courier.timing
        return await self._owed.claim(
            kind, lease=timing.lease, doubt=timing.doubt, doubtful=doubtful
        )


def _refused(outcome: Outcome | None) -> bool:
    """Whether Slack would refuse the other cards too."""
    return isinstance(outcome, Refused) and not outcome.of_this_text


def _identities(delivery: Delivery) -> Sequence[str]:
    return [delivery.ticket.id]


async def _receipt(deliveries: Sequence[Delivery]) -> Message:
    return card.receipt(deliveries[0].ticket)

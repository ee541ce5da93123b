"""Where alerts go, and the identities by which they are found again there."""

from bot.delivery.dispatcher import Dispatcher
from core.alerts.rules import AlertRules
from core.store import Delivery
from core.tickets.alert import milliseconds


class AlertPlaces:
    def __init__(self, dispatcher: Dispatcher, rules: AlertRules) -> None:
        self._dispatcher = dispatcher
        self._rules = rules

    def all(self, kind: str) -> tuple[str, ...]:
        """Where such an alert is posted: in its step's own channel, or else in the usual one."""
        step, usual = self._rules.step(kind), self._dispatcher.channel
        return tuple(dict.fromkeys(((step and step.channel) or usual, usual)))

    @property
    def every(self) -> set[str]:
        return {self._dispatcher.channel, *self._rules.escalations.channels}

    def now(self, kind: str) -> str:
        own, *others = self.all(kind)
        return others[0] if others and self._dispatcher.troubles.refuses(own) else own

    def tried(self, delivery: Delivery) -> tuple[str, ...]:
        """Where a try may have brought it."""
        return (delivery.tried_in,) if delivery.tried_in else self.all(delivery.rings)

    def identities(self, delivery: Delivery) -> list[str]:
        channels = {*self.all(delivery.rings), delivery.tried_in}
        names = [identity(delivery, channel) for channel in channels if channel]
        return [*names, *delivery.batches]


def identity(delivery: Delivery, channel: str) -> str:
    due = delivery.ring.due if delivery.ring else delivery.ticket.sla_due
    return f"{delivery.rings}:{delivery.ticket.id}:{milliseconds(due)}:{channel}"

"""What stands on an alert channel's board: each ticket that is late or soon late, under what is
done about it. Pure."""

from datetime import datetime
from enum import StrEnum

from core.alerts.rules import AlertRules
from core.tickets import TrackedTicket
from core.tickets.alert import SOON, name


class State(StrEnum):
    """In the order of the board's sections."""

    LATE = "late"
    SOON = "soon"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"


def state(ticket: TrackedTicket, rules: AlertRules, *, at: datetime) -> State | None:
    """None for a ticket that is neither late nor announced to be late soon."""
    alert, late = ticket.alert, ticket.breached(at=at)
    soon = ticket.breaches_at is not None and name(SOON, ticket.sla_due) in alert.rang
    if not late and not soon:
        return None
    if alert.snoozed and at < alert.snoozed.until and alert.in_force(alert.snoozed):
        return State.SNOOZED
    if rules.is_acknowledged(ticket, at=at):
        return State.ACKNOWLEDGED
    return State.LATE if late else State.SOON

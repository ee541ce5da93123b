"""Work on a ticket: whoever does it in earnest has it."""

from collections.abc import Callable, Mapping
from datetime import datetime

from core.desk.decisions import Decision
from core.people import permissions
from core.people.accounts import Actor
from core.people.permissions import Action
from core.sla import Sla
from core.tickets import Ticket

Fields = Mapping[str, object]


def taking(fields: Fields, *, by: Actor, sla: Sla) -> Callable[[Ticket, datetime], Decision]:
    """The change of status and whatever goes with it, by which an agent takes what nobody has."""

    def decision(ticket: Ticket, at: datetime) -> Decision:
        is_so = ticket.status is fields["status"]
        theirs = ticket.assignee is None and not is_so and permissions.ever(by, Action.CLAIM)
        taken = {"assignee": by.person} if theirs else {}
        return ticket.changed({**fields, **taken}, by=by, at=at, sla=sla)

    return decision

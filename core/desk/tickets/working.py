"""Work on a ticket: whoever does it in earnest has it."""

from collections.abc import Callable, Mapping
from datetime import datetime

from core.desk.tickets.decisions import Decision
from core.errors import TakenAlready, WrongState
from core.people import permissions
from core.people.accounts import Actor
from core.people.permissions import Action
from core.sla import Sla
from core.tickets import Ticket, label

Decide = Callable[[Ticket, datetime], Decision]


def claiming(*, by: Actor, sla: Sla, over: bool) -> Decide:
    """It is theirs; taken `over` from whoever has it only if that is meant."""

    def decision(ticket: Ticket, at: datetime) -> Decision:
        permissions.require(by, Action.CLAIM, requester=ticket.requester)
        has_it = ticket.assignee
        if has_it is not None and has_it.id != by.id and not over:
            raise TakenAlready(f"{has_it.name} has {ticket.key} already.")
        if ticket.status.finished and has_it != by.person:
            raise WrongState(
                f"{ticket.key} is {label(ticket.status)}; reopen it before you take it."
            )
        return ticket.changed({"assignee": by.person}, by=by, at=at, sla=sla)

    return decision


def unfinished(decide: Decide) -> Decide:
    """Only of a ticket that nobody resolved or closed meanwhile."""

    def decision(ticket: Ticket, at: datetime) -> Decision:
        if ticket.status.finished:
            pause = ticket.sla_history.paused
            who = f" by {pause.by.name}" if pause and pause.by else ""
            raise WrongState(
                f"{ticket.key} is {label(ticket.status)} already{who}: nothing was saved. A "
                "comment adds your words."
            )
        return decide(ticket, at)

    return decision


def taking(fields: Mapping[str, object], *, by: Actor, sla: Sla) -> Decide:
    """The change of status and whatever goes with it, by which an agent takes what nobody has."""

    def decision(ticket: Ticket, at: datetime) -> Decision:
        is_so = ticket.status is fields["status"]
        theirs = ticket.assignee is None and not is_so and permissions.ever(by, Action.CLAIM)
        taken = {"assignee": by.person} if theirs else {}
        return ticket.changed({**fields, **taken}, by=by, at=at, sla=sla)

    return decision

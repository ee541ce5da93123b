"""Who may do what to a ticket: one table, used by Slack and REST alike."""

from enum import StrEnum

from core.accounts import Actor, Person, Role
from core.errors import NotAllowed, TicketNotFound


class Action(StrEnum):
    """What people do to a ticket; the value completes "You may not …"."""

    SEE = "see this ticket"
    COMMENT = "comment on this ticket"
    NOTE = "keep notes on this ticket"
    EDIT = "change the title or description of this ticket"
    START = "start work on this ticket"
    WAIT = "put this ticket on hold"
    RESOLVE = "resolve this ticket"
    CLOSE = "close this ticket"
    REOPEN = "reopen this ticket"
    ASSIGN = "assign this ticket"
    PRIORITISE = "change the priority of this ticket"


# Agents and admins work every ticket; the requester may do these to their own, others nothing.
# START is among them because the seed's own user does it.
REQUESTER_MAY = frozenset(
    {Action.SEE, Action.COMMENT, Action.EDIT, Action.START, Action.CLOSE, Action.REOPEN}
)
STAFF = frozenset({Role.AGENT, Role.ADMIN})


def may(actor: Actor, action: Action, *, requester: Person) -> bool:
    return actor.role in STAFF or (actor.id == requester.id and action in REQUESTER_MAY)


def require(actor: Actor, action: Action, *, requester: Person) -> None:
    """Raises NotAllowed; TicketNotFound where even its existence is not the actor's to know."""
    if may(actor, action, requester=requester):
        return
    if not may(actor, Action.SEE, requester=requester):
        raise TicketNotFound
    raise NotAllowed(f"You may not {action}; an agent can.")


def require_staff(actor: Actor, what: str) -> None:
    """For what is about no single ticket."""
    if actor.role not in STAFF:
        raise NotAllowed(f"You may not {what}; an agent can.")


def only_of(actor: Actor, action: Action) -> str | None:
    """Whose tickets the actor may do this to: an account id, or None for everybody's."""
    if actor.role in STAFF:
        return None
    if action not in REQUESTER_MAY:
        raise NotAllowed(f"You may not {action}; an agent can.")
    return actor.id

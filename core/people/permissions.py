"""Who may do what to a ticket: one table, used by Slack and REST alike."""

from enum import StrEnum

from core.errors import NotAllowed, TicketNotFound
from core.people.accounts import Actor, Person, Role


class Action(StrEnum):
    """What people do to tickets; the value completes "Only agents can …"."""

    SEE = "see the tickets of others"
    COMMENT = "comment on the tickets of others"
    NOTE = "keep notes on tickets"
    EDIT = "change the title or description of tickets"
    START = "start work on the tickets of others"
    WAIT = "put tickets on hold"
    RESOLVE = "resolve tickets"
    CLOSE = "close the tickets of others"
    REOPEN = "reopen the tickets of others"
    CLAIM = "claim tickets"
    ASSIGN = "assign tickets"
    PRIORITISE = "change the priority of tickets"
    ACKNOWLEDGE = "acknowledge alerts"
    SNOOZE = "snooze alerts"
    TRY = "try other targets"
    REPORT = "see reports and the digest"


# What somebody may do who may not do this.
_INSTEAD = {
    Action.NOTE: " You can comment on yours.",
    Action.WAIT: " You can close yours.",
    Action.RESOLVE: " You can close yours.",
}

# Agents and admins work every ticket; the requester may do these to their own, others nothing.
# START is among them because the seed's own user does it.
REQUESTER_MAY = frozenset(
    {Action.SEE, Action.COMMENT, Action.EDIT, Action.START, Action.CLOSE, Action.REOPEN}
)
STAFF = frozenset({Role.AGENT, Role.ADMIN})


def can(actor: Actor, action: Action, *, requester: Person) -> bool:
    return actor.role in STAFF or (actor.id == requester.id and action in REQUESTER_MAY)


def require(actor: Actor, action: Action, *, requester: Person) -> None:
    """Raises NotAllowed; TicketNotFound where even its existence is not the actor's to know."""
    if can(actor, action, requester=requester):
        return
    if not can(actor, Action.SEE, requester=requester):
        raise TicketNotFound
    raise _refusal(action)


def require_staff(actor: Actor, action: Action) -> None:
    """For what is about no single ticket."""
    if actor.role not in STAFF:
        raise _refusal(action)


def only_of(actor: Actor, action: Action) -> str | None:
    """Whose tickets the actor may do this to: an account id, or None for everybody's."""
    if actor.role in STAFF:
        return None
    if action not in REQUESTER_MAY:
        raise _refusal(action)
    return actor.id


def ever(actor: Actor, action: Action) -> bool:
    """Whether there can be a ticket that the actor may do this to."""
    return actor.role in STAFF or action in REQUESTER_MAY


def _refusal(what: str) -> NotAllowed:
    instead = next((said for action, said in _INSTEAD.items() if action == what), "")
    return NotAllowed(f"Only agents can {what}: those on call.{instead}")

"""How urgent a ticket is and how it stands, and what may come after that."""

from collections.abc import Mapping
from enum import StrEnum

from core.people.permissions import Action


class Priority(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Status(StrEnum):
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    RESOLVED = "resolved"
    CLOSED = "closed"

    @property
    def finished(self) -> bool:
        return self in (Status.RESOLVED, Status.CLOSED)

    @property
    def stopped(self) -> bool:
        """Whether the clock stands still."""
        return self.finished or self is Status.WAITING


class Reason(StrEnum):
    """Why it was resolved, where that matters."""

    SOLVED = "solved"
    ANSWERED = "answered"
    DUPLICATE = "duplicate"
    NOT_REPRODUCED = "not_reproduced"
    NOT_DONE = "not_done"
    # Its requester was asked, and never answered.
    NO_ANSWER = "no_answer"


# What a ticket in each status may become. Staying as it is always is allowed and changes nothing.
TRANSITIONS: Mapping[Status, frozenset[Status]] = {
    Status.OPEN: frozenset(Status) - {Status.OPEN},
    Status.IN_PROGRESS: frozenset(Status) - {Status.IN_PROGRESS},
    Status.WAITING: frozenset(Status) - {Status.WAITING},
    Status.RESOLVED: frozenset({Status.OPEN, Status.IN_PROGRESS, Status.CLOSED}),
    Status.CLOSED: frozenset({Status.OPEN}),
}

# What somebody does who gives a ticket this status.
ACTION_FOR: Mapping[Status, Action] = {
    Status.OPEN: Action.REOPEN,
    Status.IN_PROGRESS: Action.START,
    Status.WAITING: Action.WAIT,
    Status.RESOLVED: Action.RESOLVE,
    Status.CLOSED: Action.CLOSE,
}


def label(word: str) -> str:
    """A status or priority as people say it: in_progress is "in progress"."""
    return word.replace("_", " ")


# What changing a field is, but for the status.
ACTION_ON: Mapping[str, Action] = {
    "priority": Action.PRIORITISE,
    "assignee": Action.ASSIGN,
    "title": Action.EDIT,
    "description": Action.EDIT,
    "waiting_for": Action.WAIT,
    "waiting_until": Action.WAIT,
    "reason": Action.RESOLVE,
}

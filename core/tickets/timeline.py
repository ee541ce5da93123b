"""What a ticket's timeline keeps."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, NamedTuple

from core.people.accounts import Person, Via

What = Literal[
    "created",
    "changed",
    "commented",
    "noted",
    "edited",
    "withdrawn",
    "acknowledged",
    "snoozed",
    "reminded",
    "urgent",
]


class TimelineEntry(NamedTuple):
    """Who did what to a ticket, when and from where; `changes` maps a field to (old, new)."""

    at: datetime
    by: Person
    via: Via
    what: What
    changes: Mapping[str, tuple[object, object]] = {}
    # Until when its alerts were put off, or its requester may answer before it is closed.
    until: datetime | None = None
    # The name of the token that a program did it with.
    token: str | None = None
    # Whether words that were edited or withdrawn are a note's; of long ago, nobody knows.
    internal: bool | None = None
    # When somebody said to do it, where that was heard of later; this is not kept.
    said_at: datetime | None = None

    @property
    def doer(self) -> Person | None:
        """Nobody, of what the desk did by itself."""
        return None if self.via is Via.DESK else self.by

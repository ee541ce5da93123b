"""What each kind of writing may take of the 16 MiB that a ticket's document holds at most.

Whoever writes may do so as long as the document is smaller than a limit. The limits rise, so that
nobody takes the room of those who come after: requesters, agents, finishing, announcing. What was
changed how often takes none: older history moves elsewhere (core/store/tickets/timelines.py).
(https://www.mongodb.com/docs/manual/reference/limits/)
"""

from collections.abc import Collection
from typing import NamedTuple

from core.people.accounts import Actor
from core.people.permissions import STAFF

_MIB = 1024**2
# What Slack is owed is noted as long as this much is left: many times what that takes.
ANNOUNCING = 16 * _MIB - 64 * 1024
MOST_COMMENTS = 2000
# Fields in which people put words of their own.
_WORDS = frozenset({"title", "description"})


class Room(NamedTuple):
    """Something may be written to a document of fewer bytes than this."""

    below: int
    # What is said where it is not.
    full: str
    # Notes are among them.
    comments: int = MOST_COMMENTS


USERS_WORDS = Room(
    10 * _MIB,
    "This ticket has no room for more words of yours; agents can still answer in it. Open a new "
    "one and mention this one in it.",
    comments=1800,
)
USERS_CHANGES = Room(
    11 * _MIB,
    "This ticket has no room for more changes of yours: you can only close it now. Open a new one "
    "and mention this one in it.",
)
WORDS = Room(
    12 * _MIB,
    "This ticket has no room for more words. It can still be worked on, resolved and closed; "
    "open a new one and mention this one in it.",
)
CHANGES = Room(
    14 * _MIB,
    "This ticket has no room for more changes: it can only be acknowledged, snoozed, resolved or "
    "closed now. Open a new one for what is left to do and mention this one in it.",
)
PUTTING_OFF = Room(
    14 * _MIB + _MIB // 2,
    "This ticket has no room for putting its alerts off: it can only be resolved or closed now. "
    "Open a new one for what is left to do and mention this one in it.",
)
# At most three times beyond the limits above, for who is past them cannot reopen it.
FINISHING = Room(
    16 * _MIB + 1,
    "This ticket has no room left, not even to be closed. Whoever runs the desk can make some: "
    "docs/operating.md says how. Open a new one and mention this one in it.",
)


def for_comment(*, by: Actor) -> Room:
    return WORDS if by.role in STAFF else USERS_WORDS


def for_change(fields: Collection[str], *, finishes: bool, by: Actor) -> Room:
    """For a change of these fields, which resolves or closes the ticket if it `finishes`."""
    if not _WORDS.isdisjoint(fields):
        return for_comment(by=by)
    if finishes:
        return FINISHING
    return CHANGES if by.role in STAFF else USERS_CHANGES

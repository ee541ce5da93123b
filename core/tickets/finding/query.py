"""Which tickets are asked for, and after which one the next page begins."""

from datetime import datetime
from typing import NamedTuple

from core.tickets import Priority, Status


class TicketQuery(NamedTuple):
    """Which tickets a list shows; what is None does not matter."""

    statuses: frozenset[Status] | None = None
    priority: Priority | None = None
    assignee: str | None = None
    requester: str | None = None
    unassigned: bool = False
    # Of this account: filed by it or assigned to it.
    concerning: str | None = None
    # Only what is late at this time, the most overdue first.
    breached_at: datetime | None = None
    # Only what is not late then, and has rung because it soon is; what is due first comes first.
    soon_at: datetime | None = None
    # Only what was changed then or later, the change of longest ago first.
    updated_since: datetime | None = None
    # Only those whose clock runs, what is due first coming first; or only the others. All else is
    # newest first.
    clock_runs: bool | None = None

    @property
    def is_in_order_of_changes(self) -> bool:
        return self.updated_since is not None and not (self.breached_at or self.soon_at)


class Cursor(NamedTuple):
    """Where in a list a page ended: the last ticket's number, and the time by which the list is
    in order, if it is not by numbers."""

    number: int
    at: datetime


class Place(NamedTuple):
    """Where in what was found a page ended: how well the last ticket fits, and its number."""

    number: int
    fits: int

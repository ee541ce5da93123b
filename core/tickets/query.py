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
    # Only those whose clock runs, what is due first coming first; or only the others. All else is
    # newest first.
    clock_runs: bool | None = None


class Cursor(NamedTuple):
    """Where in a list a page ended: the last ticket's number and due time."""

    number: int
    sla_due: datetime

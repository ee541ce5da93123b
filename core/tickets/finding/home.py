"""The lists of the Home tab: which tickets are in each, and which of them come first."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from core.tickets.finding.query import TicketQuery
from core.tickets.status import Status


class HomeList(StrEnum):
    REQUESTS = "requests"
    QUEUE = "queue"
    UNASSIGNED = "unassigned"
    LATE = "late"
    WAITING = "waiting"


_FINISHED = frozenset(status for status in Status if status.finished)
_RUNNING = TicketQuery(statuses=frozenset(Status) - _FINISHED, clock_runs=True)
# One that was late before it waits is among those above.
_WAITING = TicketQuery(statuses=frozenset({Status.WAITING}), clock_runs=False)


def parts(which: HomeList, *, whose: str, at: datetime) -> Sequence[TicketQuery]:
    """What is asked for, one after the other: what has the least time left comes first."""
    match which:
        case HomeList.REQUESTS:
            finished = TicketQuery(statuses=_FINISHED)
            each = (_RUNNING, _WAITING, finished)
            return [question._replace(requester=whose) for question in each]
        case HomeList.QUEUE:
            return [question._replace(assignee=whose) for question in (_RUNNING, _WAITING)]
        case HomeList.UNASSIGNED:
            return [question._replace(unassigned=True) for question in (_RUNNING, _WAITING)]
        case HomeList.LATE:
            return [TicketQuery(breached_at=at), TicketQuery(soon_at=at)]
        case HomeList.WAITING:
            return [_RUNNING._replace(statuses=_WAITING.statuses), _WAITING]

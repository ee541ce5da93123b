"""What is read of many tickets at once: a report on a period, and how the desk stands now."""

from datetime import datetime

from core.reports.report import Period, Report
from core.reports.workload import Workload
from core.sla import Sla
from core.store import TicketStore
from core.tickets import TrackedTicket

# Of more tickets than this, a report looks at those that were filed last, and how the desk
# stands is told of the latest.
MOST = 10_000
PAGE = 100
# The oldest tickets that are named.
OLDEST = 3


async def report(store: TicketStore, sla: Sla, period: Period, *, at: datetime) -> Report:
    """A page at a time, so that others have their turn in between."""
    made, count = Report(period, sla, at=at), 0
    after: TrackedTicket | None = None
    while page := await _page(store, period, after):
        if count == MOST:
            made.complete = False
            break
        for ticket in page:
            made.count(ticket)
        count, after = count + len(page), page[-1]
    return made


async def _page(
    store: TicketStore, period: Period, after: TrackedTicket | None
) -> list[TrackedTicket]:
    since, until = period
    return await store.overviews.filed_within(since, until, after=after, limit=PAGE)


async def standing(store: TicketStore, *, at: datetime) -> Workload:
    return await store.overviews.standing(at=at, most=MOST, oldest=OLDEST)

"""What other targets would have made of the tickets that were filed lately."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from core.sla import Sla
from core.sla.policy import Targets
from core.sla.simulation import Past, Trial
from core.store import TicketStore

LATELY = timedelta(days=90)
# Of more tickets than this, only the latest are looked at.
MOST = 10_000
PAGE = 100


class Simulation(NamedTuple):
    tickets: int
    # The targets that there are, and the ones that were tried.
    now: Trial
    then: Trial


async def tried(
    store: TicketStore, sla: Sla, others: Mapping[str, Targets], *, at: datetime
) -> Simulation:
    """A page at a time, so that others have their turn in between."""
    now = Trial(sla.policy, sla.calendar, at=at)
    then = Trial(sla.policy.replaced(others), sla.calendar, at=at)
    count, before = 0, None
    while count < MOST and (page := await store.lists.filed_before(before, limit=PAGE)):
        lately = [ticket for ticket in page if ticket.created_at >= at - LATELY]
        for ticket in lately:
            past = Past(ticket.priority, ticket.sla_history)
            now.count(past)
            then.count(past)
        count += len(lately)
        if len(lately) < len(page):
            break
        before = page[-1].number
    return Simulation(count, now, then)

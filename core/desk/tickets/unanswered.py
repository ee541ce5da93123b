"""What waits for its requester, who never answers: they are reminded once, and then it ends."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from core.clock import in_whole_milliseconds
from core.desk.tickets.decisions import Decision, Decisions
from core.desk.tickets.waiting import AT_ONCE, as_was_said
from core.errors import TicketFull
from core.sla import Sla
from core.sla.history import REQUESTER
from core.tickets import Reason, Status, Ticket, TimelineEntry, TrackedTicket, room

log = structlog.get_logger("desk")


def half_of(days: float) -> timedelta:
    return in_whole_milliseconds(timedelta(days=days / 2))


@dataclass(frozen=True)
class Unanswered:
    """A requester is reminded after half of the time that they have, and has the other half from
    then on: also if they were asked long before anybody looked."""

    decisions: Decisions
    sla: Sla
    half: timedelta

    async def end(self) -> None:
        """Whichever process looks, each is reminded of once, and closed once."""
        tickets, at = self.decisions.tickets, self.decisions.clock()
        # Whose reminder Slack has not taken yet has heard of nothing.
        await tickets.reminders.put_off(at=at, until=at + self.half)
        for ticket in await tickets.waits.ending(at=at, limit=AT_ONCE):
            await self._decide(ticket, self._closed)
        for ticket in await tickets.waits.unanswered(since=at - self.half, limit=AT_ONCE):
            await self._decide(ticket, self._reminded)

    async def _decide(
        self, found: TrackedTicket, decision: Callable[[Ticket, datetime], Decision]
    ) -> None:
        by, space = as_was_said(found), room.FINISHING
        try:
            await self.decisions.decide(found.id, decision, by=by, key=None, space=space)
        except TicketFull:
            log.error("a full ticket waits on", ticket=found.key)

    def _reminded(self, ticket: Ticket, at: datetime) -> Decision:
        if not _waits(ticket) or ticket.closes_at is not None:
            return None
        by, closes_at = as_was_said(ticket), at + self.half
        entry = TimelineEntry(at, by.person, by.via, "reminded", until=closes_at)
        version = ticket.version + 1
        return replace(ticket, closes_at=closes_at, version=version, updated_at=at), entry

    def _closed(self, ticket: Ticket, at: datetime) -> Decision:
        if not _waits(ticket) or ticket.closes_at is None or ticket.closes_at > at:
            return None
        fields = {"status": Status.CLOSED, "reason": Reason.NO_ANSWER}
        return ticket.changed(fields, by=as_was_said(ticket), at=at, sla=self.sla)


def _waits(ticket: Ticket) -> bool:
    return ticket.waiting_for == REQUESTER and ticket.waiting_until is None

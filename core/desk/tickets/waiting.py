"""What waits until a time, and goes on by itself then."""

from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from core.desk.tickets.decisions import Decision, Decisions
from core.errors import TicketFull
from core.people.accounts import Actor, Role, Via
from core.sla import Sla
from core.tickets import Status, Ticket, TrackedTicket, room

log = structlog.get_logger("desk")

# Tickets of one look; the others are for the next.
AT_ONCE = 500


@dataclass(frozen=True)
class Waiting:
    decisions: Decisions
    sla: Sla

    async def go_on(self) -> None:
        """Sets going again whatever waited until now: each once, whichever process looks, from
        when its time had come on."""
        tickets = self.decisions.tickets
        for waited in await tickets.waits.over(at=self.decisions.clock(), limit=AT_ONCE):
            # That it goes on, it always has room for.
            try:
                await self.decisions.decide(
                    waited.id,
                    self._going_on,
                    by=as_was_said(waited),
                    key=None,
                    space=room.FINISHING,
                )
            except TicketFull:
                log.error("a full ticket waits on", ticket=waited.key)

    def _going_on(self, ticket: Ticket, at: datetime) -> Decision:
        until = ticket.waiting_until
        if ticket.status is not Status.WAITING or until is None or until > at:
            return None
        status = Status.IN_PROGRESS if ticket.assignee else Status.OPEN
        decided = ticket.changed({"status": status}, by=as_was_said(ticket), at=until, sla=self.sla)
        return decided and (replace(decided[0], updated_at=at), decided[1])


def as_was_said(ticket: TrackedTicket) -> Actor:
    """The desk, as whoever put it on hold had said; that is nobody's answer."""
    pause = ticket.sla_history.paused
    who = pause.by if pause and pause.by else ticket.assignee or ticket.requester
    return Actor(who.id, who.name, Role.AGENT, Via.DESK, who.slack_id, bot=True)

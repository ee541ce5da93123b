"""Tickets that were changed so often that their older history moves out of their documents."""

from dataclasses import dataclass, field

from core.store.tickets.timelines import Timelines
from core.tickets import Ticket


@dataclass(frozen=True)
class Shortening:
    """Nobody's change waits for it. What is not moved, because a process died or MongoDB did not
    answer, is at the next change, without which no ticket grows."""

    timelines: Timelines
    _long: set[str] = field(default_factory=set)

    def changed(self, ticket: Ticket) -> bool:
        """Whether there is something to move."""
        if ticket.timeline_is_long:
            self._long.add(ticket.id)
        return ticket.timeline_is_long

    async def move(self) -> None:
        while self._long:
            await self.timelines.move(self._long.pop())

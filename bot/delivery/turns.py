"""Tickets that wait to be posted: those who changed them take turns, however many each has."""

from collections import OrderedDict

# People who wait, and tickets of one of them; what is beyond that waits with all that is owed.
MOST_PEOPLE, MOST_EACH = 1000, 20


class Turns:
    def __init__(self) -> None:
        # By whom, those first whose turn is next.
        self._of: OrderedDict[str, dict[str, None]] = OrderedDict()

    def __bool__(self) -> bool:
        return bool(self._of)

    def add(self, ticket_id: str, *, by: str) -> None:
        if by not in self._of and len(self._of) >= MOST_PEOPLE:
            return
        tickets = self._of.setdefault(by, {})
        if len(tickets) < MOST_EACH:
            tickets[ticket_id] = None

    def take(self) -> tuple[str, str]:
        """The next ticket, and whose turn it was."""
        by, tickets = self._of.popitem(last=False)
        ticket_id = next(iter(tickets))
        del tickets[ticket_id]
        if tickets:
            self._of[by] = tickets
        return ticket_id, by

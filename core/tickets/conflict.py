"""What a program is told whose change came too late: the ticket as it is now."""

from collections.abc import Sequence

from core.errors import DeskError
from core.tickets.ticket import Ticket


class ChangedMeanwhile(DeskError):
    """Somebody else changed this ticket just now. Look at it again, then retry."""

    # What the change and others since say otherwise.
    fields: Sequence[str] = ()

    def __init__(self, ticket: Ticket) -> None:
        super().__init__()
        self.ticket = ticket

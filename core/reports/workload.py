"""Who has how much to do now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from core.people.accounts import Person
from core.tickets import TicketSummary


class Share(NamedTuple):
    """What somebody has; None is nobody."""

    person: Person | None
    unfinished: int
    late: int


@dataclass(frozen=True)
class Workload:
    # Who has the most late tickets comes first.
    shares: Sequence[Share]
    oldest: Sequence[TicketSummary]
    # False if there were too many tickets to count all of them.
    complete: bool

    @property
    def unfinished(self) -> int:
        return sum(share.unfinished for share in self.shares)

    @property
    def late(self) -> int:
        return sum(share.late for share in self.shares)

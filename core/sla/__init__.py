"""The clock of a ticket: what is promised, when time counts, what stops it. Pure throughout."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from core.sla.calendar import ALWAYS, Calendar
from core.sla.facts import Facts
from core.sla.policy import Policy
from core.sla.reckoning import Reckoning, due, reckon

__all__ = ["ALWAYS", "Calendar", "Facts", "Policy", "Promise", "Reckoning", "Sla"]


class Promise(NamedTuple):
    """When a ticket is to be answered and solved."""

    first_response: datetime
    resolution: datetime


@dataclass(frozen=True)
class Sla:
    """What is promised, and when time counts. Priorities go by their names here."""

    policy: Policy
    calendar: Calendar = ALWAYS

    def promise(self, priority: str, facts: Facts) -> Promise:
        """Counted from when the ticket was filed, whatever its priority was in between."""
        targets = self.policy[priority]
        return Promise(
            facts.response_was_due or due(facts, targets.first_response, self.calendar),
            due(facts, targets.resolution, self.calendar),
        )

    def reckon(self, priority: str, facts: Facts, *, at: datetime) -> Reckoning:
        return reckon(facts, self.policy[priority], self.calendar, at=at)

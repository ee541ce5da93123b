"""What another policy would have made of tickets that are known already."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from core.sla.calendar import Calendar
from core.sla.history import SlaHistory
from core.sla.policy import Policy
from core.sla.status import Deadline, measure, promise


class Past(NamedTuple):
    """A ticket of the past, as it has the priority now."""

    priority: str
    sla_history: SlaHistory


@dataclass
class Tally:
    """Of one target. What is neither met nor missed yet can still become either."""

    met: int = 0
    missed: int = 0
    undecided: int = 0

    def count(self, deadline: Deadline) -> None:
        if deadline.late:
            self.missed += 1
        elif deadline.done_at is not None:
            self.met += 1
        else:
            self.undecided += 1


@dataclass
class Outcome:
    first_response: Tally = field(default_factory=Tally)
    resolution: Tally = field(default_factory=Tally)


class Trial:
    """Counts, ticket by ticket, how a policy would have fared; one may pause in between."""

    def __init__(self, policy: Policy, calendar: Calendar, *, at: datetime) -> None:
        self._policy = policy
        self._calendar = calendar
        self._at = at
        self.outcomes: defaultdict[str, Outcome] = defaultdict(Outcome)

    def count(self, past: Past) -> None:
        # What was promised then is what is being replaced.
        sla_history = replace(past.sla_history, response_was_due=None)
        promised = promise(sla_history, self._policy[past.priority], self._calendar)
        sla_status = measure(sla_history, promised, self._calendar, at=self._at)
        outcome = self.outcomes[past.priority]
        if sla_status.first_response is not None:
            outcome.first_response.count(sla_status.first_response)
        outcome.resolution.count(sla_status.resolution)


def tried(past: Iterable[Past], policy: Policy, calendar: Calendar, *, at: datetime) -> Trial:
    trial = Trial(policy, calendar, at=at)
    for one in past:
        trial.count(one)
    return trial

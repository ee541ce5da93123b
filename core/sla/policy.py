"""What is promised: for each priority, how soon somebody answers and how soon it is solved."""

from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple, Self

RESOLUTION_HOURS: Mapping[str, float] = {"high": 4, "medium": 24, "low": 48}
FIRST_RESPONSE_HOURS: Mapping[str, float] = {"high": 1, "medium": 4, "low": 8}
_MILLISECOND = timedelta(milliseconds=1)


class Targets(NamedTuple):
    """In time that counts: outside business hours and while a ticket waits, none does."""

    first_response: timedelta
    resolution: timedelta
    # For each of the requester's messages; None: nothing is promised.
    next_reply: timedelta | None = None


class Policy:
    def __init__(self, targets: Mapping[str, Targets]) -> None:
        self._targets = dict(targets)

    @classmethod
    def of_hours(
        cls,
        *,
        resolution: Mapping[str, float] = RESOLUTION_HOURS,
        first_response: Mapping[str, float] = FIRST_RESPONSE_HOURS,
        next_reply: Mapping[str, float] | None = None,
    ) -> Self:
        """By the names of the priorities."""
        return cls(
            {
                priority: Targets(
                    _hours(first_response[priority]),
                    _hours(hours),
                    _hours(next_reply[priority]) if next_reply else None,
                )
                for priority, hours in resolution.items()
            }
        )

    def __getitem__(self, priority: str) -> Targets:
        return self._targets[priority]

    @property
    def next_reply(self) -> Mapping[str, timedelta]:
        """None of a priority without such a promise."""
        targets = self._targets.items()
        return {name: each.next_reply for name, each in targets if each.next_reply is not None}

    def replaced(self, others: Mapping[str, Targets]) -> "Policy":
        """The same but for these priorities."""
        return Policy({**self._targets, **others})


def _hours(hours: float) -> timedelta:
    """Cut to milliseconds: BSON keeps no more."""
    return timedelta(hours=hours) // _MILLISECOND * _MILLISECOND

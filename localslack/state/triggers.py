"""Trigger ids: good for one view, within seconds of the person's doing: Slack gives three."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from localslack.state.open_views import Stack
from localslack.state.people import Person

REMEMBERED = 600.0
"""So that one that was used, or has expired, is not taken for one that never was."""


class TriggerRefused(Exception):
    """Its text is Slack's error code."""


@dataclass
class Trigger:
    id: str
    person: Person
    at: float
    stack: Stack | None
    used: bool = False


class Triggers:
    def __init__(self, now: Callable[[], float], *, lifetime: float) -> None:
        self._now = now
        self._lifetime = lifetime
        self._issued: dict[str, Trigger] = {}
        self._numbers = count(1)

    def issue(self, person: Person, stack: Stack | None = None) -> Trigger:
        """For something the person does; `stack` when they did it in an open modal."""
        number = next(self._numbers)
        trigger = Trigger(f"{number}.{int(self._now())}.local{number}", person, self._now(), stack)
        self._issued[trigger.id] = trigger
        self._forget(trigger.at - REMEMBERED)
        return trigger

    def look(self, trigger_id: str) -> Trigger:
        trigger = self._issued.get(trigger_id)
        if trigger is None:
            raise TriggerRefused("invalid_trigger_id")
        if trigger.used:
            raise TriggerRefused("exchanged_trigger_id")
        if self._now() - trigger.at > self._lifetime:
            raise TriggerRefused("expired_trigger_id")
        return trigger

    def use(self, trigger_id: str) -> Trigger:
        trigger = self.look(trigger_id)
        trigger.used = True
        return trigger

    def _forget(self, before: float) -> None:
        for past in [each for each in self._issued.values() if each.at < before]:
            del self._issued[past.id]

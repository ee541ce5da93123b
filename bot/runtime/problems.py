"""What is the matter with the desk now, and since when; the log hears of its beginning and end."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from core.clock import Clock

log = structlog.get_logger("helpdesk")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that was found: what it is and what to do about it, in a sentence."""

    message: str
    # Which one of its kind, where there are several.
    which: str = ""
    # Whether something that the desk promises is not kept while it lasts.
    breaks: bool = True
    # Seconds that it had lasted when it was found, and that it may last before it is told.
    lasted: float = 0.0
    patience: float = 0.0


@dataclass(frozen=True, slots=True)
class Problem:
    """A trouble that lasts: its kind, and since when."""

    name: str
    trouble: Trouble
    since: datetime
    # The same in seconds of a clock that nobody sets.
    began: float

    @property
    def message(self) -> str:
        return self.trouble.message

    @property
    def breaks(self) -> bool:
        return self.trouble.breaks


class Problems:
    def __init__(self, wall: Clock, now: Callable[[], float]) -> None:
        """What people are told in, and what is reckoned with."""
        self._wall = wall
        self._now = now
        self._found: dict[str, dict[str, Problem]] = {}
        self._told: set[tuple[str, str]] = set()

    @property
    def all(self) -> Sequence[Problem]:
        return [
            problem
            for problems in self._found.values()
            for problem in problems.values()
            if self._now() - problem.began >= problem.trouble.patience
        ]

    def update(self, name: str, troubles: Iterable[Trouble]) -> None:
        """What there is of one kind now: what was there and is no more is over."""
        before = self._found.get(name, {})
        found = {one.which: self._problem(name, one, before.get(one.which)) for one in troubles}
        self._found[name] = found
        for which, problem in before.items():
            if which not in found and (name, which) in self._told:
                self._told.remove((name, which))
                seconds = round(self._now() - problem.began, 1)
                log.info("a problem is over", problem=name, which=which or None, seconds=seconds)
        for problem in self.all:
            self._tell(problem)

    def _problem(self, name: str, trouble: Trouble, before: Problem | None) -> Problem:
        if before is not None:
            return Problem(name, trouble, before.since, before.began)
        since = self._wall() - timedelta(seconds=trouble.lasted)
        return Problem(name, trouble, since, self._now() - trouble.lasted)

    def _tell(self, problem: Problem) -> None:
        key = (problem.name, problem.trouble.which)
        if key not in self._told:
            self._told.add(key)
            tell = log.error if problem.breaks else log.warning
            tell("a problem", problem=problem.name, message=problem.message)

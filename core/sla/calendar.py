"""When time counts: which stretches of it are open, and what that makes of a span of time."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

_BEGINNING = datetime.min.replace(tzinfo=UTC)
_END = datetime.max.replace(tzinfo=UTC)


class NeverOpen(ValueError):
    """These business hours leave too little time."""


class Stretch(NamedTuple):
    """From `since` up to but not including `until`."""

    since: datetime
    until: datetime

    @property
    def length(self) -> timedelta:
        return self.until - self.since


class Calendar:
    """Made of a function that gives, in order, the open stretches that end after an instant."""

    def __init__(self, openings: Callable[[datetime], Iterator[Stretch]]) -> None:
        self._openings = openings

    def open_time(self, since: datetime, until: datetime) -> timedelta:
        lengths = (stretch.length for stretch in self._open_between(since, until))
        return sum(lengths, timedelta())

    def after(self, since: datetime, time: timedelta) -> datetime:
        """The first instant at which this much open time has passed since then."""
        if time <= timedelta():
            return since
        for opening in self._openings(since):
            begin = max(since, opening.since)
            if opening.until - begin >= time:
                return begin + time
            time -= opening.until - begin
        raise NeverOpen

    def stretches(self, since: datetime, until: datetime) -> Iterator[tuple[Stretch, bool]]:
        """All the time in between without a gap, and of each stretch whether it is open."""
        closed_since = since
        opened: Stretch | None = None
        for opening in self._open_between(since, until):
            if opened is not None and opened.until == opening.since:
                opened = Stretch(opened.since, opening.until)
            else:
                if opened is not None:
                    yield opened, True
                if closed_since < opening.since:
                    yield Stretch(closed_since, opening.since), False
                opened = opening
            closed_since = opened.until
        if opened is not None:
            yield opened, True
        if closed_since < until:
            yield Stretch(closed_since, until), False

    def is_open(self, at: datetime) -> bool:
        return self.next_opening(at) == at

    def next_opening(self, at: datetime) -> datetime:
        """When it opens; the instant itself if it is open then."""
        for opening in self._openings(at):
            return max(at, opening.since)
        raise NeverOpen

    def _open_between(self, since: datetime, until: datetime) -> Iterator[Stretch]:
        if since >= until:
            return
        for opening in self._openings(since):
            if opening.since >= until:
                return
            yield Stretch(max(since, opening.since), min(until, opening.until))


def _day_and_night(since: datetime) -> Iterator[Stretch]:
    yield Stretch(_BEGINNING, _END)


ALWAYS = Calendar(_day_and_night)

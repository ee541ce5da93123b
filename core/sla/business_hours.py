"""Business hours: times on the wall clock of a time zone, by weekday, but not on holidays.

An instant is open if the wall clock shows a time within the hours: what the clock skips in
spring does not count, and what it shows twice in autumn counts twice.
"""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from core.sla.calendar import Calendar, NeverOpen, Stretch

DAY_AND_NIGHT = {"mon-sun": ["00:00-24:00"]}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_A_DAY = timedelta(days=1)
# The longest that any country has closed, and then some: after that it is taken for never open.
_LONGEST_CLOSED = timedelta(days=400)
# As far as anything is reckoned: a due time further away than this is as good as none.
_HORIZON = timedelta(days=50 * 366)
# A local day lies within this of the same day in UTC, whatever the zone.
_EAST, _WEST = timedelta(hours=15), timedelta(hours=13)


class Hours(NamedTuple):
    """A part of a day, in time since midnight on the wall clock."""

    begin: timedelta
    end: timedelta


Week = Mapping[int, Sequence[Hours]]


def business_hours(week: Week, *, zone: ZoneInfo, holidays: Container[date] = ()) -> Calendar:
    """Raises NeverOpen for hours in which no time ever passes."""
    calendar = Calendar(_BusinessHours(week, zone, holidays).openings)
    calendar.next_opening(datetime(2026, 1, 1, tzinfo=UTC))
    return calendar


class _BusinessHours:
    def __init__(self, week: Week, zone: ZoneInfo, holidays: Container[date]) -> None:
        self._week = week
        self._zone = zone
        self._holidays = holidays
        self._known: dict[date, list[Stretch]] = {}

    def openings(self, since: datetime) -> Iterator[Stretch]:
        day = since.astimezone(self._zone).date()
        horizon, last_open = day + _HORIZON, day
        while day < horizon and day - last_open < _LONGEST_CLOSED:
            for opening in self._on(day):
                last_open = day
                if opening.until > since:
                    yield opening
            day += _A_DAY
        raise NeverOpen

    def _on(self, day: date) -> list[Stretch]:
        if (known := self._known.get(day)) is not None:
            return known
        hours = () if day in self._holidays else self._week.get(day.weekday(), ())
        found = self._stretches(day, hours) if hours else []
        if len(self._known) > 10_000:
            self._known.clear()
        self._known[day] = found
        return found

    def _stretches(self, day: date, hours: Sequence[Hours]) -> list[Stretch]:
        """The instants at which the wall clock shows these hours of this day."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        first, last = midnight - _EAST, midnight + _A_DAY + _WEST
        before, after = self._offset(first), self._offset(last)
        if before == after:
            parts = [(first, last, before)]
        else:
            turn = self._turn(first, last)
            parts = [(first, turn, before), (turn, last, after)]
        shown = (
            Stretch(
                max(since, midnight + part.begin - offset), min(until, midnight + part.end - offset)
            )
            for since, until, offset in parts
            for part in hours
        )
        return sorted(stretch for stretch in shown if stretch.since < stretch.until)

    def _turn(self, early: datetime, late: datetime) -> datetime:
        """When in between the clocks are changed, to the second."""
        before = self._offset(early)
        while late - early > timedelta(seconds=1):
            middle = early + (late - early) // 2
            middle = middle.replace(microsecond=0)
            if self._offset(middle) == before:
                early = middle
            else:
                late = middle
        return late

    def _offset(self, at: datetime) -> timedelta:
        return at.astimezone(self._zone).utcoffset() or timedelta()


def parsed_week(said: Mapping[str, Sequence[str]]) -> dict[int, list[Hours]]:
    """From {"mon-fri": ["09:00-12:00", "13:00-17:00"]}. Raises ValueError in words."""
    week: dict[int, list[Hours]] = {}
    for days, parts in said.items():
        hours = sorted(_hours(part) for part in parts)
        for earlier, later in pairwise(hours):
            if later.begin < earlier.end:
                raise ValueError("has hours that overlap")
        for day in weekdays(days):
            if day in week:
                raise ValueError(f"gives the hours of {DAYS[day]} twice")
            week[day] = hours
    if not any(week.values()):
        raise ValueError("leaves no time at all")
    return week


def weekdays(days: str) -> list[int]:
    """Those in mon-fri and in sat. Raises ValueError in words."""
    first, dash, last = days.strip().lower().partition("-")
    if unknown := [day for day in (first, *([last] if dash else [])) if day not in DAYS]:
        # What is longer than that was perhaps meant for nobody to read.
        named = f" {unknown[0]}" if re.fullmatch("[a-z]{1,4}", unknown[0]) else ""
        raise ValueError(f"has an unknown day{named}: the days are {', '.join(DAYS)}")
    begin, end = DAYS.index(first), DAYS.index(last or first)
    return [(begin + n) % 7 for n in range((end - begin) % 7 + 1)]


def _hours(part: str) -> Hours:
    found = re.fullmatch(r"\s*(\d\d?):(\d\d)\s*-\s*(\d\d?):(\d\d)\s*", part, re.ASCII)
    if not found:
        raise ValueError('must give hours such as "09:00-17:00"')
    hour, minute, until_hour, until_minute = map(int, found.groups())
    begin = timedelta(hours=hour, minutes=minute)
    end = timedelta(hours=until_hour, minutes=until_minute)
    if max(minute, until_minute) > 59 or end > _A_DAY:
        raise ValueError("has a time that is on no clock; a day ends at 24:00")
    if begin >= end:
        raise ValueError("must begin before it ends; a night is 22:00-24:00 and 00:00-06:00")
    return Hours(begin, end)

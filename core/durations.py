"""Spans of time as people write them: one grammar for everything that takes one."""

import re
import unicodedata
from datetime import timedelta

_UNITS = {
    "minutes": ("m", "min", "mins", "minute", "minutes"),
    "hours": ("h", "hr", "hrs", "hour", "hours"),
    "days": ("d", "day", "days"),
    "weeks": ("w", "wk", "week", "weeks"),
}
_UNIT = {word: unit for unit, words in _UNITS.items() for word in words}
_COUNT = r"(?P<number>[0-9]{1,6}(?:[.,][0-9]{1,3})?)|(?P<half>half an?)|an?|one"
_PARTS = re.compile(rf"(?:{_COUNT})\s?(?P<unit>[a-z]+)")
# Between "1h" and "30m" there may be a blank, a comma, and a word.
_BETWEEN = re.compile(r"\s?(?:,|and|&)?\s?")


def duration(text: str) -> timedelta | None:
    """What 30m, 2 hours, 1.5h, 1h30m, half an hour, 1d and 1w mean; None for anything else.

    In a time linear in the text, of which no more than a line is looked at.
    """
    said = " ".join(unicodedata.normalize("NFKC", text[:100]).lower().split())
    total, at, units = timedelta(), 0, list(_UNITS)
    while at < len(said):
        found = _PARTS.match(said, at)
        if found is None or (unit := _UNIT.get(found["unit"])) not in units:
            return None
        # `1h 30m` is one time; `7d 30d` are two.
        units = units[: units.index(unit)]
        count = 0.5 if found["half"] else 1.0
        if found["number"]:
            count = float(found["number"].replace(",", "."))
        total += timedelta(**{unit: count})
        at = found.end()
        if at < len(said) and (gap := _BETWEEN.match(said, at)) is not None:
            at = gap.end()
    return total if said else None

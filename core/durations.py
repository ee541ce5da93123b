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
_WORDS = "one two three four five six seven eight nine ten eleven twelve"
_NUMBERS = {word: float(number) for number, word in enumerate(_WORDS.split(), 1)} | {
    "fifteen": 15.0,
    "twenty": 20.0,
    "thirty": 30.0,
    "ninety": 90.0,
    "half an": 0.5,
    "half a": 0.5,
    "half": 0.5,
    "an": 1.0,
    "a": 1.0,
}
_FRACTIONS = str.maketrans({"¼": ".25", "½": ".5", "¾": ".75"})
_COUNT = (
    rf"(?P<number>[0-9]{{1,6}}(?:[.,][0-9]{{1,3}})?|\.[0-9]{{1,3}})|(?P<word>{'|'.join(_NUMBERS)})"
)
_HALF = r"(?: and a half)?"
_PARTS = re.compile(
    rf"(?:{_COUNT})(?P<half>{_HALF})\s?(?P<unit>[a-z]+?)(?P<half_more>{_HALF})(?![a-z])"
)
# As in 1h30.
_MINUTES = re.compile(r"[0-5][0-9]\Z")
# Between "1h" and "30m" there may be a blank, a comma, and a word.
_BETWEEN = re.compile(r"\s?(?:,|and|&)?\s?")


def duration(text: str) -> timedelta | None:
    """What 30m, 2 hours, 1.5h, 1h30m, half an hour, two days and 1w mean; None for anything else.

    In a time linear in the text, of which no more than a line is looked at.
    """
    line = unicodedata.normalize("NFKC", text[:100].translate(_FRACTIONS))
    said = " ".join(line.lower().split()).rstrip(".!?,; ")
    total, at, units = timedelta(), 0, list(_UNITS)
    while at < len(said):
        found = _PARTS.match(said, at)
        if found is None or (unit := _UNIT.get(found["unit"])) not in units:
            return None
        # `1h 30m` is one time; `7d 30d` are two.
        units = units[: units.index(unit)]
        number = found["number"]
        count = float(number.replace(",", ".")) if number else _NUMBERS[found["word"]]
        count += 0.5 * bool(found["half"]) + 0.5 * bool(found["half_more"])
        total += timedelta(**{unit: count})
        at = found.end()
        if at < len(said) and (gap := _BETWEEN.match(said, at)) is not None:
            at = gap.end()
        if unit == "hours" and _MINUTES.match(said, at):
            return total + timedelta(minutes=int(said[at:]))
    return total if said else None

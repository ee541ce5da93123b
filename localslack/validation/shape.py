"""The words that the tables of rules are written in: each makes a check of one value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Objection:
    """What Slack would say against a payload, and where in it."""

    place: str
    sentence: str
    code: str = ""
    """Slack's error code, where it is not simply that of the surface."""

    def __str__(self) -> str:
        return f"[ERROR] {self.sentence} [json-pointer:{self.place or '/'}]"


COUNTS: Mapping[str, Callable[[str], int]] = {
    "code points": len,
    "utf-16": lambda text: len(text.encode("utf-16-le", "surrogatepass")) // 2,
    "bytes": lambda text: len(text.encode("utf-8", "surrogatepass")),
}
"""How long a text may be found to be: Slack does not say in what it counts."""
counted: ContextVar[str] = ContextVar("counted", default="code points")


@contextmanager
def counting_in(what: str) -> Iterator[None]:
    before = counted.set(what)
    try:
        yield
    finally:
        counted.reset(before)


def length(text: str) -> int:
    return COUNTS[counted.get()](text)


Objections = Iterator[Objection]
Check = Callable[[Any, str], Objections]
Checks = Mapping[str, Check]


def string(most: int, least: int = 1, pattern: str = "") -> Check:
    def check(value: Any, place: str) -> Objections:
        if not isinstance(value, str):
            yield Objection(place, f"must be a string, not {type(value).__name__}")
        elif (long := length(value)) > most:
            yield Objection(place, f"must be at most {most} characters, is {long}")
        elif long < least:
            yield Objection(place, f"must be at least {least} characters")
        elif pattern and not re.fullmatch(pattern, value):
            yield Objection(place, f"must look like {pattern}")

    return check


def whole(least: int, most: int) -> Check:
    def check(value: Any, place: str) -> Objections:
        if not isinstance(value, int) or isinstance(value, bool):
            yield Objection(place, "must be a whole number")
        elif not least <= value <= most:
            yield Objection(place, f"must be from {least} to {most}")

    return check


def boolean(value: Any, place: str) -> Objections:
    if not isinstance(value, bool):
        yield Objection(place, "must be true or false")


def anything(value: Any, place: str) -> Objections:
    yield from ()


def one_of(*allowed: str) -> Check:
    def check(value: Any, place: str) -> Objections:
        if value not in allowed:
            yield Objection(place, f"must be one of {', '.join(allowed)}, is {value!r}")

    return check


def list_of(each: Check, *, most: int, least: int = 1) -> Check:
    def check(value: Any, place: str) -> Objections:
        if not isinstance(value, list):
            yield Objection(place, "must be a list")
            return
        if len(value) > most:
            yield Objection(place, f"no more than {most} items allowed, there are {len(value)}")
        if len(value) < least:
            yield Objection(place, f"must have at least {least} items")
        for number, item in enumerate(value):
            yield from each(item, f"{place}/{number}")

    return check


def thing(need: Checks | None = None, may: Checks | None = None, *also: Check) -> Check:
    """An object with these fields and no others; `also` sees it whole."""
    required = need or {}
    known = {**required, **(may or {})}

    def check(value: Any, place: str) -> Objections:
        if not isinstance(value, dict):
            yield Objection(place, "must be an object")
            return
        for name in (name for name in required if name not in value):
            yield Objection(place, f"missing required field: {name}")
        for name, part in value.items():
            if name in known:
                yield from known[name](part, f"{place}/{name}")
            elif name != "type":
                yield Objection(f"{place}/{name}", f"unknown field: {name}")
        for other in also:
            yield from other(value, place)

    return check


def by_type(table: Checks, kind: str) -> Check:
    """An object whose `type` chooses its rules."""

    def check(value: Any, place: str) -> Objections:
        if not isinstance(value, dict):
            yield Objection(place, f"must be an object, a {kind}")
        elif not isinstance(value.get("type"), str):
            yield Objection(place, "missing required field: type")
        elif value["type"] not in table:
            yield Objection(f"{place}/type", f"unsupported type of {kind}: {value['type']}")
        else:
            yield from table[value["type"]](value, place)

    return check


def exactly_one(*names: str) -> Check:
    def check(value: Any, place: str) -> Objections:
        if sum(name in value for name in names) != 1:
            yield Objection(place, f"must have exactly one of {', '.join(names)}")

    return check


def at_least_one(*names: str) -> Check:
    def check(value: Any, place: str) -> Objections:
        if not any(value.get(name) for name in names):
            yield Objection(place, f"must have at least one of {', '.join(names)}")

    return check


def only(table: Checks, names: Sequence[str]) -> Checks:
    return {name: table[name] for name in names}

"""Turns the limits that Slack's types state in sentences into JSON schema's words for them."""

import re
from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

NUMBER = r"`?(?P<{}>\d[\d,]*)`?"
MOST = re.compile(
    r"(?:\bmax(?:imum)?\b|\bup to\b|\blimit\b|(?P<less>\bless than\b))[^.,;]*?"
    + NUMBER.format("most"),
    re.I,
)
LEAST = re.compile(r"\bmin(?:imum)?\b[^.,;]*?" + NUMBER.format("least"), re.I)
RANGE = re.compile(
    r"\b(?:between|number from) "
    + NUMBER.format("least")
    + r"(?: \(default\))? (?:and|to) "
    + NUMBER.format("most"),
    re.I,
)
LINK = re.compile(r"\{@link[^}]*\}")
SENTENCE = re.compile(r"(?<=[.!?])\s+")
EACH = re.compile(r"\b(?:in each item|each row)\b", re.I)

FORMATS: dict[str, Schema] = {
    "in the format of 10 digits": {"minimum": 10**9, "maximum": 10**10 - 1},
    "in the format `HH:mm`": {"pattern": r"^([01]\d|2[0-3]):[0-5]\d$"},
    "in the format `YYYY-MM-DD`": {"pattern": r"^\d{4}-\d\d-\d\d$"},
}
NAMES = {
    "string": ("minLength", "maxLength"),
    "array": ("minItems", "maxItems"),
    "object": ("minProperties", "maxProperties"),
    "number": ("minimum", "maximum"),
}


def turn(definitions: dict[str, Schema]) -> int:
    """Adds to each schema the limits that its description states; says how many there were."""
    described = [each for each in _schemas(definitions) if "description" in each]
    return sum(_turned(each, sentence) for each in described for sentence in _sentences(each))


def found(sentence: str) -> tuple[int | None, int | None]:
    """The least and the most that a sentence allows."""
    if among := RANGE.search(sentence):
        return _number(among["least"]), _number(among["most"])
    least, most = LEAST.search(sentence), MOST.search(sentence)
    highest = _number(most["most"]) - bool(most["less"]) if most else None
    return (_number(least["least"]) if least else None), highest


def _turned(schema: Schema, sentence: str) -> int:
    for said, format in FORMATS.items():
        if said in sentence:
            schema.update(format)
            return len(format)
    of_each = EACH.search(sentence) and "items" in schema
    meant = schema["items"] if of_each else schema
    if "$ref" in meant or "anyOf" in meant:
        # It speaks of the text in a text object.
        meant = meant.setdefault("properties", {}).setdefault("text", {})
    names = NAMES.get(meant.get("type", "string"), ())
    stated = [(name, n) for name, n in zip(names, found(sentence), strict=False) if n is not None]
    meant.update(stated)
    return len(stated)


def _sentences(schema: Schema) -> list[str]:
    return SENTENCE.split(" ".join(LINK.sub("it", schema["description"]).split()))


def _schemas(value: Any) -> Iterator[Schema]:
    if isinstance(value, dict):
        if isinstance(value.get("description"), str):
            yield value
        value = list(value.values())
    for each in value if isinstance(value, list) else ():
        yield from _schemas(each)


def _number(digits: str) -> int:
    return int(digits.replace(",", ""))

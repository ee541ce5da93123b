"""JSON that two readers read alike: no field twice, no number that is none."""

import json
from typing import Any, NoReturn


class GivenTwice(Exception):
    """Unlike a ValueError, no sign that it is not JSON."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def loads(text: str | bytes) -> Any:
    """Raises ValueError for what is no JSON, and GivenTwice for an object that names a field twice,
    of which most readers keep the last and some the first (RFC 8259, section 4)."""
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except RecursionError as error:
        raise ValueError("It is nested too deeply.") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in pairs:
        if name in fields:
            raise GivenTwice(name)
        fields[name] = value
    return fields


def _no_number(said: str) -> NoReturn:
    raise ValueError(f"{said} is no number of JSON's.")

"""What is wrong with a setting, in a sentence that names it and never shows its value."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING

from pydantic.fields import FieldInfo

from core.complaints import complaint
from core.statuses import Priority

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


def sentence(found: "ErrorDetails", fields: Mapping[str, FieldInfo]) -> str:
    """`fields` are those of the settings, by the names that they have outside."""
    if not found["loc"]:
        # It is about several, and names them itself.
        return f"{complaint(found)}."
    name, *within = (str(part) for part in found["loc"])
    field = fields.get(name)
    if not within and field is not None and field.annotation in (int, float):
        return f"{name} must be {_number(field)}."
    # What else is in there was given by whoever wrote the setting.
    part = f" for {within[0]}" if within and within[0] in frozenset(Priority) else ""
    return f"{name} {complaint(found)}{part}."


def unknown(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, known, n=1, cutoff=0.75)
    return f"{name} is no setting, and does nothing." + (f" Is {near[0]} meant?" if near else "")


def _number(field: FieldInfo) -> str:
    """Such as "a whole number from 0 to 65535"."""
    kind = "a whole number" if field.annotation is int else "a number"
    limits = {
        name: getattr(limit, name)
        for limit in field.metadata
        for name in ("ge", "gt", "le")
        if hasattr(limit, name)
    }
    if "ge" in limits:
        return f"{kind} from {limits['ge']} to {limits['le']}"
    return f"{kind} above {limits['gt']}, at most {limits['le']}"

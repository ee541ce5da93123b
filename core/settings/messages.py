"""What is wrong with a setting, in a sentence that names it and never shows its value."""

from collections.abc import Mapping
from types import NoneType
from typing import get_args

from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from core.settings.env_file import EnvFile
from core.tickets.status import Priority
from core.validation import complaint

# What stands between two sentences about several settings.
BETWEEN = ".\n"


def sentence(found: ErrorDetails, fields: Mapping[str, FieldInfo], file: EnvFile) -> str:
    """`fields` are those of the settings, by the names that they have outside."""
    if not found["loc"]:
        # It is about several, and names them itself.
        return f"{complaint(found)}."
    name, *within = (str(part) for part in found["loc"])
    place = f" ({file.place(name)})" if name in file.lines else ""
    field = fields.get(name)
    kind = _kind(field) if field is not None else None
    # What is said of a value that was read already, by us, says enough.
    if not within and field is not None and kind and found["type"] != "value_error":
        return f"{name} must be {_number(kind, field)}{place}."
    if "[key]" in within:
        return f"Each key of {name} {complaint(found)}{place}."
    # What else is in there was given by whoever wrote the setting.
    part = f" for {within[0]}" if within and within[0] in frozenset(Priority) else ""
    return f"{name} {complaint(found)}{part}{place}."


def _kind(field: FieldInfo) -> str | None:
    """What a number is called; None for what is no number, whether it may be left out or not."""
    kinds = {*get_args(field.annotation), field.annotation} - {NoneType}
    return "a whole number" if int in kinds else "a number" if float in kinds else None


def _number(kind: str, field: FieldInfo) -> str:
    """Such as "a whole number from 0 to 65535"."""
    limits = {
        name: getattr(limit, name)
        for limit in field.metadata
        for name in ("ge", "gt", "le", "lt")
        if hasattr(limit, name)
    }
    if {"ge", "le"} <= set(limits):
        return f"{kind} from {limits['ge']} to {limits['le']}"
    words = {"ge": "from {}", "gt": "above {}", "le": "at most {}", "lt": "less than {}"}
    said = ", ".join(words[name].format(limit) for name, limit in limits.items())
    return f"{kind} {said}".rstrip()

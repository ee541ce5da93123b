"""Cursors: a long list, one page at a time."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import TypeVar

from localslack.api_error import Refused
from localslack.web_api.call import Call

MOST = 1000
Item = TypeVar("Item")


def page(call: Call, items: Sequence[Item], default: int = 100) -> tuple[list[Item], str]:
    """The page asked for, and the cursor of the next one: empty when there is none."""
    start = pointed_at(call, 0)
    some, more = cut(call, items[start:], default)
    return some, pointing_at(start + len(some)) if more else ""


def cut(call: Call, items: Sequence[Item], default: int = 100) -> tuple[list[Item], bool]:
    """As many items as were asked for, and whether there are more."""
    limit = call.number("limit", default)
    if not 1 <= limit <= MOST:
        raise Refused("invalid_limit", f"limit must be from 1 to {MOST}")
    return list(items[:limit]), limit < len(items)


def pointing_at(place: int) -> str:
    return b64encode(f"next:{place}".encode()).decode()


def pointed_at(call: Call, first: int) -> int:
    """The place that the cursor names, or else the first."""
    cursor = call.maybe("cursor")
    if cursor is None:
        return first
    try:
        return int(b64decode(cursor, validate=True).decode().removeprefix("next:"))
    except ValueError:
        raise Refused("invalid_cursor", f"not a cursor from here: {cursor}") from None

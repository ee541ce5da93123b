"""Cursors: a long list, one page at a time."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import TypeVar

from localslack.refusal import Refused
from localslack.web_api.call import Call

MOST = 1000
Item = TypeVar("Item")


def page(call: Call, items: Sequence[Item], default: int = 100) -> tuple[list[Item], str]:
    """The page asked for, and the cursor of the next one: empty when there is none."""
    limit = call.number("limit", default)
    if not 1 <= limit <= MOST:
        raise Refused("invalid_limit", f"limit must be from 1 to {MOST}")
    start = _start(call.maybe("cursor"))
    rest = start + limit < len(items)
    cursor = b64encode(f"next:{start + limit}".encode()).decode() if rest else ""
    return list(items[start : start + limit]), cursor


def _start(cursor: str | None) -> int:
    if cursor is None:
        return 0
    try:
        return int(b64decode(cursor, validate=True).decode().removeprefix("next:"))
    except ValueError:
        raise Refused("invalid_cursor", f"not a cursor from here: {cursor}") from None

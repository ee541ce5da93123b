"""What lists are paged by: numbers as a query writes them, and opaque cursors."""

import base64
import re
from collections.abc import Callable

from pydantic import AfterValidator, BeforeValidator

# Characters; ours have 60 at most.
LONGEST_CURSOR = 200
_NUMBERS = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,15}){0,2}")
_NOT_OURS = "must be a next_cursor from an earlier page"


def _digits(value: object) -> object:
    """int() also takes 1_0, +1 and spaces."""
    if isinstance(value, str) and not (value.isascii() and value.isdigit()):
        raise ValueError("must be a whole number")
    return value


Digits = BeforeValidator(_digits)


def cursor(*numbers: int) -> str:
    return base64.urlsafe_b64encode(".".join(map(str, numbers)).encode()).decode()


def numbers(cursor: str) -> list[int]:
    """What the cursor was made of. Raises ValueError, with what it must be, for any other text."""
    if len(cursor) > LONGEST_CURSOR:
        raise ValueError(_NOT_OURS)
    try:
        said = base64.urlsafe_b64decode(cursor).decode()
    except ValueError:
        said = ""
    if not _NUMBERS.fullmatch(said):
        raise ValueError(_NOT_OURS)
    return [int(number) for number in said.split(".")]


def index_up_to(most: int) -> Callable[[str], int]:
    """Reads a cursor that is the place of one among as many at most."""

    def read(cursor: str) -> int:
        [index] = numbers(cursor)
        if index > most:
            raise ValueError(_NOT_OURS)
        return index

    return read


def read_by(read: Callable[[str], object]) -> AfterValidator:
    """For a field that holds a cursor: refuses what `read` cannot make a place of."""

    def checked(cursor: str) -> str:
        try:
            read(cursor)
        except (ValueError, OverflowError, OSError):
            raise ValueError(_NOT_OURS) from None
        return cursor

    return AfterValidator(checked)

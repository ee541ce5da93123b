"""What tickets are numbered with, and how people write that."""

import re

# Numbers have fifteen digits at most: as many as any reader of JSON keeps exact.
LARGEST_NUMBER = 10**15 - 1


def ticket_number(text: str) -> int | None:
    """The number in 42, #42 and T-42; None for anything else."""
    found = re.fullmatch(r"(?:#|[Tt]-)?([0-9]{1,15})", text)
    return int(found[1]) if found else None

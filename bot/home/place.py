"""What somebody looks at in the Home tab: a list or what they looked for, and which page of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from core.tickets.finding.home import HomeList

# Characters of what is looked for there.
WORDS = 100
_SPELLED = re.compile(r"\Ahome:([a-z]*):([0-9]{1,9}):(.*)\Z", re.DOTALL)


@dataclass(frozen=True)
class Place:
    # None is what they looked at last.
    which: HomeList | None = None
    offset: int = 0
    # Where they looked for these, what is found is shown in place of the list.
    words: str = ""

    def __str__(self) -> str:
        """As Slack gives it back with everything that is pressed there."""
        return f"home:{self.which or ''}:{self.offset}:{self.words}"

    @classmethod
    def read(cls, text: str) -> Self:
        """What is no place is where everybody begins."""
        spelled = _SPELLED.match(text)
        if spelled is None or spelled[1] not in ("", *HomeList):
            return cls()
        which = HomeList(spelled[1]) if spelled[1] else None
        return cls(which, int(spelled[2]), spelled[3])

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        """Where something was pressed."""
        return cls.read((body.get("view") or {}).get("callback_id") or "")

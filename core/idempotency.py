"""By what a repeated request is known to be the same one."""

import hashlib
import json
from typing import NamedTuple, Self

from pydantic import BaseModel


def digest(given: BaseModel) -> str:
    """Equal for bodies that are equal as parsed JSON."""
    said = given.model_dump(mode="json", exclude_unset=True)
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


class Key(NamedTuple):
    """What makes a repeat recognisable: the sender's own key, and a digest of what it asked for."""

    name: str
    body: str

    @classmethod
    def of_message(cls, channel: str, ts: str) -> Self:
        """A message in Slack is the same one, whatever it says by now."""
        name = f"slack:message:{channel}:{ts}"
        return cls(name, hashlib.sha256(name.encode()).hexdigest())

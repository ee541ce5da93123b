"""What any way to the bot can carry. There are two: signed HTTP, and Socket Mode."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from localslack.state.reply import Reply


@dataclass(frozen=True)
class Retry:
    """Which repetition of an event this is; 0 is the event itself."""

    number: int
    reason: str
    """In the words of X-Slack-Retry-Reason."""


class Way(Protocol):
    @property
    def patience(self) -> float:
        """The seconds that the app has to answer."""
        ...

    async def command(self, fields: Mapping[str, str]) -> Reply: ...

    async def interaction(self, payload: Mapping[str, Any]) -> Reply: ...

    async def event(self, payload: Mapping[str, Any], retry: Retry) -> Reply: ...

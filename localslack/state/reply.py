"""What came back from the bot, whichever way it was told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Reply:
    """What came back, or why nothing did."""

    status: int
    seconds: float
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    failure: str = ""
    """What Slack would show: operation_timeout, dispatch_failed."""
    reason_why: str = ""
    """What was tried and what came of it, as the end of a sentence, when there is a failure."""

    @property
    def reason(self) -> str:
        """The failure in the words of X-Slack-Retry-Reason."""
        if self.failure == "operation_timeout":
            return "http_timeout"
        return "http_error" if self.status else "connection_failed"

    @property
    def json(self) -> Any:
        """The body, when it is JSON; else None."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

"""What passed between this Slack and the app, both ways, for tests and people to read."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count, islice
from typing import Any

from localslack.state.reply import Reply

KEPT = 2000
"""Of each kind; what is older is forgotten."""


@dataclass(eq=False)
class ApiCall:
    """One call of the Web API as it went; its `seconds` are None while it runs."""

    number: int
    method: str
    at: float
    given: dict[str, Any] = field(default_factory=dict)
    answer: dict[str, Any] | None = None
    status: int = 0
    seconds: float | None = None
    problems: list[str] = field(default_factory=list)


@dataclass(eq=False)
class Request:
    """One request to the app; its `reply` is None while it is under way."""

    number: int
    what: str
    payload: Mapping[str, Any]
    at: float
    reply: Reply | None = None
    problems: list[str] = field(default_factory=list)


class Records:
    def __init__(
        self, now: Callable[[], float], changed: Callable[[ApiCall | Request], None]
    ) -> None:
        """`changed` is told of each record when it begins, and whenever more of it is known."""
        self.calls: deque[ApiCall] = deque(maxlen=KEPT)
        self.requests: deque[Request] = deque(maxlen=KEPT)
        self.changed = changed
        self._now = now
        self._numbers = count(1)

    def call(self, method: str) -> ApiCall:
        record = ApiCall(next(self._numbers), method, self._now())
        self.calls.append(record)
        return record

    def request(self, what: str, payload: Mapping[str, Any]) -> Request:
        record = Request(next(self._numbers), what, payload, self._now())
        self.requests.append(record)
        self.changed(record)
        return record

    def replied(self, request: Request, reply: Reply) -> None:
        request.reply = reply
        self.changed(request)

    def blame(self, reply: Reply, problem: str) -> None:
        """Notes with the request that brought this reply what was wrong with it."""
        for request in reversed(self.requests):
            if request.reply is reply:
                request.problems.append(problem)
                self.changed(request)
                return

    def latest(self, most: int) -> list[ApiCall | Request]:
        """In the order in which they began."""
        both: list[ApiCall | Request] = [
            *islice(reversed(self.calls), most),
            *islice(reversed(self.requests), most),
        ]
        return sorted(both, key=lambda record: record.number)[-most:]

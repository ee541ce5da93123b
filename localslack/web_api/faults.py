"""Faults on order: what the Web API shall do wrong, method by method, in the order asked for."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Fault:
    kind: Literal["answer", "answer_after", "hang", "cut_before", "cut_after"]
    code: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    said: str = ""
    seconds: float = 0.0

    @classmethod
    def status(cls, code: int) -> Fault:
        """An answer that is no JSON, as from a broken front of Slack's."""
        return cls("answer", code=code)

    @classmethod
    def rate_limited(cls, retry_after: int = 1) -> Fault:
        return cls("answer", 429, {"Retry-After": str(retry_after)}, "ratelimited")

    @classmethod
    def error(cls, code: str) -> Fault:
        return cls("answer", said=code)

    @classmethod
    def after(cls, error: str = "", *, code: int = 200) -> Fault:
        """What was asked is done, and the answer is this error or broken status all the same."""
        return cls("answer_after", code=code, said=error)

    @classmethod
    def hang(cls, seconds: float) -> Fault:
        """Takes that long, and then does what was asked."""
        return cls("hang", seconds=seconds)

    @classmethod
    def cut_before(cls) -> Fault:
        """The connection is closed and nothing is done."""
        return cls("cut_before")

    @classmethod
    def cut_after(cls) -> Fault:
        """What was asked is done, and the connection is closed without an answer."""
        return cls("cut_after")


class Faults:
    def __init__(self) -> None:
        self._ordered: dict[str, list[tuple[Fault, int | None]]] = defaultdict(list)

    def order(self, method: str, fault: Fault, times: int | None = 1) -> None:
        """`times=None` lasts until it is healed."""
        self._ordered[method].append((fault, times))

    def heal(self, method: str | None = None) -> None:
        if method is None:
            self._ordered.clear()
        else:
            self._ordered.pop(method, None)

    def next(self, method: str) -> Fault | None:
        waiting = self._ordered.get(method)
        if not waiting:
            return None
        fault, times = waiting[0]
        if times is not None and times <= 1:
            waiting.pop(0)
        elif times is not None:
            waiting[0] = (fault, times - 1)
        return fault

"""Faults on order: what the Web API shall do wrong, method by method, in the order asked for."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from localslack.web_api.rate_limit import RateLimit


@dataclass(frozen=True)
class Fault:
    kind: Literal[
        "answer", "answer_after", "hang", "hang_after", "cut_before", "cut_after", "limited"
    ]
    code: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    said: str = ""
    seconds: float = 0.0
    # Only calls that were given this text go wrong.
    about: str | None = None
    page: int = 0
    pace: RateLimit | None = None

    @classmethod
    def status(cls, code: int) -> Fault:
        """An answer that is no JSON, as from a broken front of Slack's."""
        return cls("answer", code=code)

    @classmethod
    def rate_limited(cls, retry_after: int = 1) -> Fault:
        return cls("answer", 429, {"Retry-After": str(retry_after)}, "ratelimited")

    @classmethod
    def error(cls, code: str, *, about: str | None = None) -> Fault:
        """With `about`, only calls that were given this text are refused."""
        return cls("answer", said=code, about=about)

    @classmethod
    def limited(
        cls, seconds: float = 60, *, page: int = 15, pace: RateLimit | None = None
    ) -> Fault:
        """So many items at most, and a call in so many seconds for each channel.

        The figures are Slack's for the history of apps that are sold outside its Marketplace:
        https://docs.slack.dev/changelog/2025/05/29/rate-limit-changes-for-non-marketplace-apps
        """
        pace = pace or RateLimit(burst=1, seconds=seconds)
        return cls("limited", seconds=seconds, page=page, pace=pace)

    @classmethod
    def after(cls, error: str = "", *, code: int = 200) -> Fault:
        """What was asked is done, and the answer is this error or broken status all the same."""
        return cls("answer_after", code=code, said=error)

    @classmethod
    def hang(cls, seconds: float) -> Fault:
        """Takes that long, and then does what was asked."""
        return cls("hang", seconds=seconds)

    @classmethod
    def hang_after(cls, seconds: float) -> Fault:
        """Does what was asked, and takes that long to say so."""
        return cls("hang_after", seconds=seconds)

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

    def next(self, method: str, given: Mapping[str, Any]) -> Fault | None:
        """What goes wrong with this call: the first that was ordered and is about it."""
        waiting = self._ordered.get(method, [])
        for place, (fault, times) in enumerate(waiting):
            if fault.about is not None and not _says(given, fault.about):
                continue
            if times is not None and times <= 1:
                waiting.pop(place)
            elif times is not None:
                waiting[place] = (fault, times - 1)
            return fault
        return None


def _says(given: Mapping[str, Any], text: str) -> bool:
    return text in json.dumps(given, ensure_ascii=False, default=str)

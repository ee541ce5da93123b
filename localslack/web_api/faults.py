"""Faults on order: what goes wrong with calls and with events, each in the order asked for."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from localslack.web_api.rate_limit import RateLimit

EVENT = "event"
OF_EVENTS = {"lost", "repeated", "held"}
When = Callable[[Mapping[str, Any]], bool]


@dataclass(frozen=True)
class Fault:
    kind: Literal[
        "answer",
        "answer_after",
        "hang",
        "hang_after",
        "cut_before",
        "cut_after",
        "limited",
        "lost",
        "repeated",
        "held",
    ]
    code: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    said: str = ""
    seconds: float = 0.0
    # Only calls that were given this text go wrong.
    about: str | None = None
    page: int = 0
    pace: RateLimit | None = None
    repeats: int = 0
    when: When | None = None

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

    @classmethod
    def lost(cls, when: When | None = None, **fields: str) -> Fault:
        """The event never comes. Only one with these fields, such as `type` and `channel`, and
        of which `when` is true."""
        return cls("lost", when=_having(fields, when))

    @classmethod
    def repeated(cls, times: int = 1, when: When | None = None, **fields: str) -> Fault:
        """The event comes again, under its own id and as a retry, though it was taken."""
        return cls("repeated", repeats=times, when=_having(fields, when))

    @classmethod
    def held(cls, when: When | None = None, **fields: str) -> Fault:
        """The event does not come until `deliver_held`."""
        return cls("held", when=_having(fields, when))


class Faults:
    def __init__(self) -> None:
        self._ordered: dict[str, list[tuple[Fault, int | None]]] = defaultdict(list)

    def order(self, method: str, fault: Fault, times: int | None = 1) -> None:
        """`times=None` lasts until it is healed."""
        if (method == EVENT) != (fault.kind in OF_EVENTS):
            raise ValueError(f"{method} does not go wrong by being {fault.kind}")
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
            if fault.when is not None and not fault.when(given):
                continue
            if times is not None and times <= 1:
                waiting.pop(place)
            elif times is not None:
                waiting[place] = (fault, times - 1)
            return fault
        return None


def _says(given: Mapping[str, Any], text: str) -> bool:
    return text in json.dumps(given, ensure_ascii=False, default=str)


def _having(fields: Mapping[str, str], when: When | None) -> When:
    def holds(event: Mapping[str, Any]) -> bool:
        has_all = all(event.get(name) == value for name, value in fields.items())
        return has_all and (when is None or when(event))

    return holds

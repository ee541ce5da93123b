"""What is asked of all of them: the seed's API."""

import json
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

from bench.peers.load import Next
from bench.rest import BREACHED, DOWN, LIST
from bench.timing import AT_ONCE


class Callers:
    """They take turns at the tokens, and each have tickets of their own."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self._tokens = [f"Authorization: Bearer {token}" for token in tokens]
        self._turns = count()
        self._keys = count()
        self._versions: dict[str, int] = {}
        self.ids: Sequence[str] = ()

    def fresh(self, ids: Sequence[str]) -> None:
        self.ids = ids
        self._versions.clear()

    def ticket(self, caller: int) -> str:
        turn = next(self._turns) * AT_ONCE + caller
        return self.ids[turn % (len(self.ids) // AT_ONCE * AT_ONCE)]

    def request(
        self, method: str, path: str, *, one: bool, body: Any = None, key: str = ""
    ) -> bytes:
        token = self._tokens[0 if one else next(self._turns) % len(self._tokens)]
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", token]
        content = b""
        if body is not None:
            content = json.dumps(body).encode()
            lines += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
        lines += [f"Idempotency-Key: {key}"] if key else []
        return "\r\n".join([*lines, "", ""]).encode() + content

    def key(self) -> str:
        return f"peers-{next(self._keys)}"

    def version(self, ticket: str) -> int:
        """The one that it has, before this changes it."""
        version = self._versions.get(ticket, 1)
        self._versions[ticket] = version + 1
        return version


def _get(callers: Callers, one: bool) -> Next:
    return lambda caller: callers.request("GET", f"/api/tickets/{callers.ticket(caller)}", one=one)


def _page(path: str) -> Callable[[Callers, bool], Next]:
    return lambda callers, one: lambda caller: callers.request("GET", path, one=one)


def _patch(callers: Callers, one: bool) -> Next:
    def request(caller: int) -> bytes:
        ticket = callers.ticket(caller)
        version = callers.version(ticket)
        body = {"status": "in_progress" if version % 2 else "open", "version": version}
        return callers.request("PATCH", f"/api/tickets/{ticket}", one=one, body=body)

    return request


def _comment(callers: Callers, one: bool) -> Next:
    def request(caller: int) -> bytes:
        path = f"/api/tickets/{callers.ticket(caller)}/comments"
        body = {"message": "We are working on this issue."}
        return callers.request("POST", path, one=one, body=body)

    return request


def _create(callers: Callers, one: bool) -> Next:
    return lambda caller: callers.request(
        "POST", "/api/tickets", one=one, body=DOWN, key=callers.key()
    )


READS: dict[str, Callable[[Callers, bool], Next]] = {
    "GET one": _get,
    "GET list of 20": _page(LIST),
    "GET status=breached": _page(BREACHED),
}
WRITES: dict[str, Callable[[Callers, bool], Next]] = {
    "PATCH with version": _patch,
    "POST comment": _comment,
    "POST ticket with key": _create,
}

"""The REST API: each endpoint, from 32 connections."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from itertools import count
from typing import Any

from bench.desk import PASSWORD, FilledDesk
from bench.http import Connection
from bench.timing import AT_ONCE, Figures, timed

Ask = Callable[[int], Awaitable[None]]
LIST = "/api/tickets?limit=20&offset=0"
BREACHED = "/api/tickets?status=breached&limit=20"
DOWN = {
    "title": "Server down",
    "description": "Staging server not responding since the last deploy; please look at it, "
    "the build queue is stuck.",
    "priority": "high",
}


async def rest(
    desk: FilledDesk, *, tokens: int, seconds: float
) -> AsyncIterator[tuple[str, Figures]]:
    """The figures of each endpoint, for callers who share this many tokens."""
    async with AsyncExitStack() as stack:
        connections = [await Connection.to(desk.port) for _ in range(AT_ONCE)]
        for connection in connections:
            stack.callback(connection.close)
        for name, prepare in ASKED.items():
            ids = await desk.refill()
            ask = prepare(Callers(connections, desk.tokens[:tokens], ids, desk.email))
            await timed(ask, seconds=seconds / 5)
            yield name, await timed(ask, seconds=seconds)


class Callers:
    """32 of them, who take turns at the tokens and each have tickets of their own."""

    def __init__(
        self, connections: list[Connection], tokens: list[str], ids: list[str], email: str
    ) -> None:
        self._connections = connections
        self._tokens = tokens
        self._ids = ids
        self._turns = count()
        self.email = email

    async def ask(self, asker: int, method: str, path: str, **more: Any) -> bytes:
        token = self._tokens[next(self._turns) % len(self._tokens)]
        return await self._connections[asker].ask(method, path, token=token, **more)

    def next_ticket(self, asker: int) -> str:
        turn = next(self._turns) * AT_ONCE + asker
        return self._ids[turn % (len(self._ids) // AT_ONCE * AT_ONCE)]


def _get(callers: Callers) -> Ask:
    async def ask(asker: int) -> None:
        await callers.ask(asker, "GET", f"/api/tickets/{callers.next_ticket(asker)}")

    return ask


def _page(path: str) -> Callable[[Callers], Ask]:
    def prepare(callers: Callers) -> Ask:
        async def ask(asker: int) -> None:
            page = await callers.ask(asker, "GET", path)
            assert page.count(b'"_id":') >= 20

        return ask

    return prepare


def _patch(callers: Callers) -> Ask:
    versions: dict[str, int] = {}

    async def ask(asker: int) -> None:
        ticket = callers.next_ticket(asker)
        version = versions.get(ticket, 1)
        body = {"status": "in_progress" if version % 2 else "waiting", "version": version}
        await callers.ask(asker, "PATCH", f"/api/tickets/{ticket}", body=body)
        versions[ticket] = version + 1

    return ask


def _comment(callers: Callers) -> Ask:
    async def ask(asker: int) -> None:
        path = f"/api/tickets/{callers.next_ticket(asker)}/comments"
        await callers.ask(asker, "POST", path, body={"message": "We are working on this issue."})

    return ask


def _create(callers: Callers) -> Ask:
    keys = count()

    async def ask(asker: int) -> None:
        await callers.ask(asker, "POST", "/api/tickets", body=DOWN, key=f"bench-{next(keys)}")

    return ask


def _login(callers: Callers) -> Ask:
    body = {"email": callers.email, "password": PASSWORD}

    async def ask(asker: int) -> None:
        assert json.loads(await callers.ask(asker, "POST", "/api/auth/login", body=body))["token"]

    return ask


ASKED: dict[str, Callable[[Callers], Ask]] = {
    "GET one": _get,
    "GET list of 20": _page(LIST),
    "GET status=breached": _page(BREACHED),
    "PATCH with version": _patch,
    "POST comment": _comment,
    "POST ticket with key": _create,
    "POST login": _login,
}

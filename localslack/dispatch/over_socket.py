"""Socket Mode: the bot connects, and what is told to it comes in envelopes over its connections.

Each envelope goes to one of the connections. Its acknowledgement may come over any of them: a
bot whose connection was refreshed meanwhile has only the new one.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

from localslack.dispatch.transport import Retry
from localslack.state.ids import APP_ID
from localslack.state.reply import Reply
from localslack.state.workspace import Workspace

HOST = "applink-local"
# The interactions whose acknowledgement may carry something.
ANSWERED = {"view_submission", "block_suggestion"}
TICKET_LIFE = 30.0
"""Seconds; Slack does not say how many."""
REMEMBERED = 1000
"""Envelopes, so that a second ack of one, or a late one, is known for what it is."""


class BadAck(Exception):
    """Its text says what is wrong with what came over a connection."""


@dataclass(frozen=True)
class Sent:
    """An envelope under way; its ack becomes what the body of an HTTP answer would be."""

    ack: asyncio.Future[bytes]
    accepts_response_payload: bool

    @property
    def over(self) -> bool:
        return self.ack.done()


class SocketWay:
    def __init__(
        self, workspace: Workspace, refusal: Callable[[], int | None], *, patience: float = 3.0
    ) -> None:
        """`refusal` gives the status with which a WebSocket is refused just now, if it is."""
        self.patience = patience
        self.ticket_life = TICKET_LIFE
        self._workspace = workspace
        self._refusal = refusal
        self._tickets: dict[str, float] = {}
        """When each was given out that was not used yet."""
        self._connections: deque[web.WebSocketResponse] = deque()
        # Whether an app ever came.
        self.was_there = False
        """The next envelope goes to the first."""
        self._sent: dict[str, Sent] = {}

    @property
    def count(self) -> int:
        """Connections to which envelopes go."""
        return len(self._connections)

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/socket/{ticket}", self._connected)]

    def new_ticket(self) -> str:
        """Good for one connection, and not for long."""
        ticket = secrets.token_hex(16)
        self._tickets[ticket] = self._workspace.now()
        return ticket

    async def command(self, fields: Mapping[str, str]) -> Reply:
        return await self._deliver("slash_commands", fields, accepts=True)

    async def interaction(self, payload: Mapping[str, Any]) -> Reply:
        return await self._deliver("interactive", payload, accepts=payload["type"] in ANSWERED)

    async def event(self, payload: Mapping[str, Any], retry: Retry) -> Reply:
        reason = retry.reason.removeprefix("http_") if retry.number else ""
        tried = {"retry_attempt": retry.number, "retry_reason": reason}
        return await self._deliver("events_api", payload, accepts=False, **tried)

    async def refresh(self) -> None:
        """Asks every connection to go. Nothing more is sent to it; if it stays, it is closed."""
        leaving = list(self._connections)
        self._connections.clear()
        for socket in leaving:
            await socket.send_json(disconnect("refresh_requested"))
        deadline = time.monotonic() + self.patience
        while not all(each.closed for each in leaving) and time.monotonic() < deadline:
            await asyncio.sleep(0.01)
        for socket in leaving:
            await socket.close()

    async def close(self, _app: web.Application) -> None:
        for socket in list(self._connections):
            await socket.close(code=WSCloseCode.GOING_AWAY)

    async def _deliver(
        self, kind: str, payload: Mapping[str, Any], *, accepts: bool, **more: Any
    ) -> Reply:
        if not self._connections:
            said = "no app is connected by Socket Mode"
            return Reply(0, 0.0, failure="dispatch_failed", reason_why=said)
        socket = self._connections[0]
        self._connections.rotate(-1)
        started, named = time.monotonic(), str(uuid4())
        sent = Sent(asyncio.get_running_loop().create_future(), accepts)
        self._sent[named] = sent
        self._forget()
        envelope = {"envelope_id": named, "type": kind, "payload": payload, **more}
        try:
            async with asyncio.timeout(self.patience):
                await socket.send_json({**envelope, "accepts_response_payload": accepts})
                body = await sent.ack
        except TimeoutError:
            why = f"the app, by Socket Mode, did not answer within {self.patience:g} seconds"
            return Reply(0, time.monotonic() - started, b"", {}, "operation_timeout", why)
        except ConnectionError:
            why = "the app's connection by Socket Mode was lost"
            return Reply(0, time.monotonic() - started, b"", {}, "dispatch_failed", why)
        return Reply(200, time.monotonic() - started, body)

    def _forget(self) -> None:
        while len(self._sent) > REMEMBERED and self._sent[oldest := next(iter(self._sent))].over:
            del self._sent[oldest]

    async def _connected(self, request: web.Request) -> web.StreamResponse:
        if (status := self._refusal()) is not None:
            return web.Response(status=status)
        self._admit(request.match_info["ticket"])
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json(hello(self.count + 1))
        self._connections.append(socket)
        self.was_there = True
        try:
            async for message in socket:
                self._heard(message)
        finally:
            if socket in self._connections:
                self._connections.remove(socket)
        return socket

    def _admit(self, ticket: str) -> None:
        if (given := self._tickets.get(ticket)) is None:
            self._problem("a ticket is good for one connection, and this one was used or is none")
            raise web.HTTPForbidden
        if self._workspace.now() - given > self.ticket_life:
            # No problem: an app may have been kept from connecting for longer.
            raise web.HTTPRequestTimeout
        del self._tickets[ticket]

    def _heard(self, message: WSMessage) -> None:
        try:
            named, payload = read_ack(message)
            self._take(named, payload)
        except BadAck as wrong:
            self._problem(str(wrong))

    def _take(self, named: str, payload: dict[str, Any] | None) -> None:
        sent = self._sent.get(named)
        if sent is None:
            raise BadAck(f"no envelope has the id {named!r}")
        if sent.ack.cancelled():  # Too late: that there was no ack is a problem already.
            return
        if sent.ack.done():
            raise BadAck(f"the envelope {named} was acknowledged before")
        if payload is not None and not sent.accepts_response_payload:
            sent.ack.set_result(b"")
            raise BadAck(f"this envelope takes no payload in its ack, not even {payload!r}")
        sent.ack.set_result(b"" if payload is None else json.dumps(payload).encode())

    def _problem(self, said: str) -> None:
        self._workspace.problem(f"Socket Mode: {said}")


def hello(connections: int) -> dict[str, Any]:
    return {
        "type": "hello",
        "num_connections": connections,
        "connection_info": {"app_id": APP_ID},
        "debug_info": {"host": HOST, "build_number": 1, "approximate_connection_time": 18060},
    }


def disconnect(reason: str) -> dict[str, Any]:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": HOST}}


def read_ack(message: WSMessage) -> tuple[str, dict[str, Any] | None]:
    """The envelope's id and the payload. Raises BadAck if it is no acknowledgement."""
    if message.type is not WSMsgType.TEXT:
        raise BadAck(f"an ack is a text, not {message.type.name}")
    try:
        said = json.loads(message.data)
    except ValueError:
        raise BadAck(f"an ack is JSON, not {message.data[:80]!r}") from None
    if not isinstance(said, dict) or not isinstance(said.get("envelope_id"), str):
        raise BadAck(f"an ack names its envelope_id: {message.data[:80]!r}")
    if unknown := sorted(said.keys() - {"envelope_id", "payload"}):
        raise BadAck(f"an ack does not take {', '.join(unknown)}")
    payload = said.get("payload")
    if payload is not None and not isinstance(payload, dict):
        raise BadAck(f"the payload of an ack is an object, not {payload!r}")
    return said["envelope_id"], payload

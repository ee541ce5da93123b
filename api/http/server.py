"""The HTTP server in front of the handlers: aiohttp's, told how to treat strangers.

Nothing that is refused here is quoted, neither in the log nor in the answer.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, cast

import structlog
from aiohttp import hdrs, web
from aiohttp.http import HttpProcessingError, HttpVersion10, HttpVersion11, RawRequestMessage
from aiohttp.streams import EMPTY_PAYLOAD, StreamReader
from aiohttp.web_protocol import RequestHandler
from pydantic_core import to_json

from api.http.connections import Connections

log = structlog.get_logger("api")

# Seconds that requests in flight get to finish when the server stops.
REQUESTS_IN_FLIGHT = 2
# Connections that the kernel keeps for us until we accept them.
_BACKLOG = 512
# Bytes that we look at in one go, so that what is too much is noticed early.
_PIECE = 4096
# Bytes that the kernel keeps of an answer. By its own measure it would keep megabytes, and a
# reader who takes them slowly would look like one who does not read at all.
_KERNEL_KEEPS = 128 * 1024
_VERSIONS = (HttpVersion10, HttpVersion11)

_Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def listening(
    app: web.Application, host: str, port: int, *, connections: Connections
) -> AsyncIterator[tuple[str, int]]:
    """Gives the address. At exit takes no more requests and finishes those in flight."""
    runner = web.AppRunner(app, shutdown_timeout=REQUESTS_IN_FLIGHT)
    await runner.setup()
    server = runner.server
    assert server is not None
    server.request_factory = partial(app._make_request, _cls=_Request)
    server.request_handler = _checked(server.request_handler, connections)
    try:
        listener = await asyncio.get_running_loop().create_server(
            lambda: Connection(server, connections), host, port, backlog=_BACKLOG
        )
        try:
            yield listener.sockets[0].getsockname()[:2]
        finally:
            listener.close()
    finally:
        await runner.cleanup()


class Connection(RequestHandler):
    """A stranger's connection: aiohttp speaks on it, and this sees how far the stranger is."""

    __slots__ = (
        "__weakref__",
        "_answered",
        "_body",
        "_connections",
        "_deaf",
        "_idle_bytes",
        "_read_at",
        "_since",
        "_unsent",
        "_wire",
    )

    def __init__(self, server: web.Server, connections: Connections) -> None:
        limits = connections.limits
        super().__init__(
            server,
            loop=asyncio.get_running_loop(),
            # aiohttp would cut a request that is just arriving: it comes after us.
            keepalive_timeout=limits.idle + limits.headers,
            access_log=None,  # type: ignore[arg-type]
            auto_decompress=False,
        )
        self._connections = connections
        # aiohttp forgets its transport before everything is sent.
        self._wire: asyncio.Transport | None = None
        # When the stranger came one step further, or we did.
        self._since = 0.0
        self._answered = 0
        # Of the latest request.
        self._body: StreamReader = EMPTY_PAYLOAD
        # Bytes since then that were no step further: neither a request nor a piece of a body.
        self._idle_bytes = 0
        self._deaf = False
        self._unsent = 0
        self._read_at = 0.0
        connections.coming(self)

    @property
    def unsent(self) -> int:
        return self._wire.get_write_buffer_size() if self._wire else 0

    @property
    def _working(self) -> bool:
        return self._request_count > self._answered

    def overdue(self, now: float) -> bool:
        limits = self._connections.limits
        if unsent := self.unsent:
            if not 0 < self._unsent <= unsent:
                self._read_at = now
            self._unsent = unsent
            return now - self._read_at > limits.unread
        self._unsent = 0
        if self._working:
            return not self._body.is_eof() and now - self._since > limits.body
        asks = self._idle_bytes > 0 or self._answered == 0
        return now - self._since > (limits.headers if asks else limits.idle)

    def cut(self) -> None:
        # The loop closes it in its next round only; what is here already is not looked at.
        self._deaf = True
        self._connections.closed(self)
        if self._wire is not None:
            self._wire.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._wire = cast("asyncio.Transport", transport)
        self._since = self._loop.time()
        _keep_little(self._wire)
        self._connections.opened(self)

    def connection_lost(self, exc: BaseException | None) -> None:
        self._connections.closed(self)
        self._wire = None
        # Not why: whoever waits to send the rest of an answer would get it as an error that
        # refers to itself, and would keep the whole answer until the garbage is collected.
        super().connection_lost(None)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._connections.reads_slowly(self)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._unsent = 0
        self._connections.has_read(self)

    def data_received(self, data: bytes) -> None:
        # aiohttp itself calls this without any data, to go on after a pause.
        for start in range(0, len(data) or 1, _PIECE):
            if not self._deaf:
                self._receive(data[start : start + _PIECE])

    def _receive(self, data: bytes) -> None:
        known, body, taken = self._request_count, self._body, self._body.total_bytes
        try:
            super().data_received(data)
        except Exception as error:  # noqa: BLE001 - asyncio would log it, with a stranger's words
            log.warning("a connection was closed", error=type(error).__name__)
            self.cut()
            return
        if self._request_count > known:
            message, self._body = self._messages[-1]
            self._step()
            if not isinstance(message, RawRequestMessage):
                self._malformed(body)
        elif self._upgraded or body.total_bytes > taken:
            self._idle_bytes = 0
        else:
            self._go_on(len(data))
        if not self._working or not self._body.is_eof():
            self._connections.waits(self, anew=self._request_count > known)
        else:
            self._connections.works(self)

    def _step(self) -> None:
        self._since = self._loop.time()
        self._idle_bytes = 0

    def _go_on(self, count: int) -> None:
        if count and not self._idle_bytes and not self._working and self._answered:
            self._since = self._loop.time()
            self._connections.waits(self, anew=True)
        self._idle_bytes += count
        if self._idle_bytes > self._connections.limits.header_bytes:
            self._too_much()

    def _malformed(self, body: StreamReader) -> None:
        """Whoever still reads the body before it shall not wait for what will never come."""
        self._deaf = True
        self._connections.malformed()
        if not body.is_eof():
            body.set_exception(ConnectionError("The body is no valid HTTP."))

    def _too_much(self) -> None:
        """Answers, and hears no more: closing at once would take the answer back."""
        self._connections.malformed()
        self._deaf = True
        if self._working or self._wire is None:
            self.cut()
            return
        most = self._connections.limits.header_bytes // 1024
        refusal = _refusal(431, f"The headers are too long: {most} KiB is the most.")
        head = (
            f"HTTP/1.1 431 {refusal.reason}\r\nContent-Type: {refusal.content_type}\r\n"
            f"Content-Length: {refusal.content_length}\r\nConnection: close\r\n\r\n"
        )
        assert isinstance(refusal.body, bytes)
        self._wire.write(head.encode() + refusal.body)
        self._wire.write_eof()

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        finished = await super().finish_response(request, resp, start_time)
        self._answered += 1
        self._since = self._loop.time()
        if not self._working:
            self._connections.waits(self)
        return finished

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        if isinstance(exc, HttpProcessingError):
            return _refusal(400, "This is no valid HTTP request.")
        return super().handle_error(request, status, exc, message)

    def log_exception(self, *args: Any, **more: Any) -> None:
        """A body that turned out to be malformed after its request was answered is no bug."""
        if not isinstance(more.get("exc_info"), ConnectionError):
            super().log_exception(*args, **more)


class _Request(web.Request):
    """Its answer does not say which versions we run."""

    async def _prepare_hook(self, response: web.StreamResponse) -> None:
        await super()._prepare_hook(response)
        response.headers.popall(hdrs.SERVER, None)


def _checked(handler: _Handler, connections: Connections) -> _Handler:
    async def checked(request: web.BaseRequest) -> web.StreamResponse:
        if (objection := _objection(request)) is None:
            return await handler(request)
        connections.malformed()
        return objection

    return checked


def _objection(request: web.BaseRequest) -> web.Response | None:
    """To what can be read in two ways, which is how requests are smuggled past a proxy."""
    if request.version not in _VERSIONS:
        return _refusal(505, "Only HTTP/1.1 and HTTP/1.0 are spoken here.")
    codings = request.headers.getall(hdrs.TRANSFER_ENCODING, [])
    if not codings:
        return None
    if request.version == HttpVersion10 or [each.strip().lower() for each in codings] != [
        "chunked"
    ]:
        return _refusal(501, "Send the body with a Content-Length, or chunked and nothing else.")
    return None


def _refusal(status: int, message: str) -> web.Response:
    said = {"error": {"code": "VALIDATION_ERROR", "message": message}}
    response = web.Response(status=status, body=to_json(said), content_type="application/json")
    response.force_close()
    return response


def _keep_little(transport: asyncio.Transport) -> None:
    transport.get_extra_info("socket").setsockopt(
        socket.SOL_SOCKET, socket.SO_SNDBUF, _KERNEL_KEEPS
    )

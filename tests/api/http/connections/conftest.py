"""An application that is open to strangers, and what they send and get."""

import asyncio
import weakref
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from aiohttp import web

from api.http.connections import Limits, watched_connections
from api.http.server import listening

# Seconds. What is not on trial takes longer than any test waits for it.
SHORT, LONG = 0.2, 600
PATIENT = Limits(headers=LONG, idle=LONG, body=LONG, unread=LONG)
HEAD = b"POST /read HTTP/1.1\r\nHost: desk\r\n"
# Answered as soon as a handler is about to work.
EXPECT, CONTINUE = b"Expect: 100-continue\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"


class Answer(web.Response):
    """Can be asked whether it is still there."""


@pytest.fixture
def let_go():
    """Until this is set, the application works."""
    return asyncio.Event()


@pytest.fixture
def answers():
    """Weak references to the large answers that the application gave."""
    return []


@pytest.fixture
def app(let_go, answers):
    """Reads a body; gives a large answer; works until it is let go."""
    app = web.Application()

    async def read(request):
        try:
            return web.Response(text=str(len(await request.read())))
        except ConnectionError:
            return web.Response(status=400, text="broken")

    async def large(request):
        answer = Answer(body=bytes(int(request.query["bytes"])))
        answers.append(weakref.ref(answer))
        return answer

    async def work(request):
        await let_go.wait()
        return web.Response(text="done")

    app.router.add_route("*", "/read", read)
    app.router.add_get("/large", large)
    app.router.add_get("/work", work)
    return app


@pytest.fixture
async def open_to(app):
    """Opens the application to strangers with these limits; gives how to connect."""

    @asynccontextmanager
    async def opened(served=app, **limits):
        writers = []
        async with (
            watched_connections(replace(PATIENT, **limits)) as connections,
            listening(served, "127.0.0.1", 0, connections=connections) as (host, port),
        ):

            async def connect(says=b"", **options):
                reader, writer = await asyncio.open_connection(host, port, **options)
                writers.append(writer)
                writer.write(says)
                return reader, writer

            try:
                yield connect
            finally:
                for writer in writers:
                    writer.transport.abort()

    return opened


async def everything(reader):
    """What comes until the connection is closed, also where it is closed roughly."""
    got = b""
    try:
        while more := await reader.read(2**16):
            got += more
    except ConnectionError:
        pass
    return got

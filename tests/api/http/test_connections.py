"""What a stranger may do on a connection before any handler is asked: how long, how much."""

import asyncio
import gc
import weakref
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from api.app import create_api
from api.http.connections import Limits, watched_connections
from api.http.server import listening
from api.tokens import Tokens
from tests.conftest import LONGEST_WAIT, SECRET, Healthy
from tests.support.exposition import hit

# Seconds. What is not on trial takes longer than any test waits for it.
SHORT, LONG = 0.2, 600
PATIENT = Limits(headers=LONG, idle=LONG, body=LONG, unread=LONG)
HEAD = b"POST /read HTTP/1.1\r\nHost: desk\r\n"
# Answered as soon as a handler is about to work.
EXPECT, CONTINUE = b"Expect: 100-continue\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"
ASKED = b"GET /read HTTP/1.1\r\nHost: desk\r\n\r\n"


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


async def at_work(connect):
    """A connection on which the application works."""
    reader, _ = await connect(b"GET /work HTTP/1.1\r\nHost: desk\r\n" + EXPECT + b"\r\n")
    await reader.readuntil(CONTINUE)
    return reader


async def everything(reader):
    """What comes until the connection is closed, also where it is closed roughly."""
    got = b""
    try:
        while more := await reader.read(2**16):
            got += more
    except ConnectionError:
        pass
    return got


async def answered(reader):
    """One answer with its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    return head + await reader.readexactly(length)


@pytest.mark.parametrize(
    "says", [b"", b"GET /re", b"GET /read HTTP/1.1\r\nHost: desk\r\nAcc"], ids=str
)
async def test_headers_that_do_not_come_are_not_waited_for(open_to, says):
    async with open_to(headers=SHORT) as connect:
        reader, _ = await connect(says)

        assert await everything(reader) == b""


async def test_headers_that_come_in_drops_are_not_waited_for_either(open_to):
    async with open_to(headers=SHORT) as connect:
        reader, writer = await connect(b"GET /read HTTP/1.1\r\nA: ")
        closed = asyncio.create_task(everything(reader))
        while not closed.done():
            writer.write(b"x")
            await asyncio.sleep(SHORT / 10)

        assert await closed == b""


async def test_an_idle_connection_is_closed(open_to):
    async with open_to(idle=SHORT) as connect:
        reader, _ = await connect(ASKED)

        assert (await everything(reader)).startswith(b"HTTP/1.1 200 ")


async def test_the_next_request_on_a_connection_has_as_little_time_as_the_first(open_to):
    async with open_to(headers=SHORT) as connect:
        reader, writer = await connect(ASKED)
        await answered(reader)
        writer.write(b"GET /re")

        assert await everything(reader) == b""


async def test_a_body_that_does_not_come_is_not_waited_for(open_to):
    async with open_to(body=SHORT) as connect:
        reader, _ = await connect(HEAD + b"Content-Length: 10\r\n\r\nabc")

        await everything(reader)


async def test_who_does_not_take_an_answer_is_sent_away(open_to):
    async with open_to(unread=SHORT) as connect:
        reader, writer = await connect(
            b"GET /large?bytes=10000000 HTTP/1.1\r\nHost: desk\r\n\r\n", limit=1024
        )
        await reader.readuntil(b"\r\n\r\n")
        # The reader's buffer is full: what comes now stays with the server.
        async with asyncio.timeout(LONGEST_WAIT):
            while not writer.transport.is_closing():
                writer.write(b"\r\n")  # to notice that it is gone
                await asyncio.sleep(SHORT / 10)


async def test_while_we_work_nobody_is_cut_off(open_to, let_go):
    async with open_to(headers=SHORT, idle=SHORT, body=SHORT, unread=SHORT) as connect:
        working = await at_work(connect)
        idle, _ = await connect()
        await everything(idle)
        let_go.set()

        assert (await answered(working)).endswith(b"done")


async def test_where_there_are_too_many_those_go_that_wait_longest(open_to, let_go):
    with capture_logs() as logged:
        async with open_to(most=3) as connect:
            working = await at_work(connect)
            first, _ = await connect()
            second, _ = await connect(b"GET /re")
            for _ in range(5):
                reader, _ = await connect(ASKED)
                assert (await answered(reader)).startswith(b"HTTP/1.1 200 ")
            for gone in (first, second):
                assert await everything(gone) == b""
            let_go.set()
            assert (await answered(working)).endswith(b"done")

    [line] = logged
    assert line["event"].startswith("too many connections")
    assert line["limit"] == 3


async def test_where_all_are_at_work_a_new_one_is_closed(open_to, let_go):
    async with open_to(most=2) as connect:
        working = [await at_work(connect) for _ in range(2)]
        before = hit()
        refused, _ = await connect(ASKED)
        assert await everything(refused) == b""
        assert hit() == before | {"connections": before["connections"] + 1}
        let_go.set()

        for reader in working:
            assert (await answered(reader)).endswith(b"done")


@pytest.mark.parametrize(
    "says",
    [
        b"".join(b"X-%d: %s\r\n" % (number, b"x" * 4000) for number in range(100)),
        b"".join(b"X-%d: x\r\n" % number for number in range(100)) * 60,
        b"X: " + b"x" * 60_000,
    ],
    ids=["many", "short", "long"],
)
async def test_headers_that_are_too_long_are_refused(open_to, says):
    async with open_to() as connect:
        reader, _ = await connect(b"GET /read HTTP/1.1\r\nHost: desk\r\n" + says)

        answer = await everything(reader)

    assert answer.split(b" ")[1] in {b"400", b"431"}
    assert b'{"error":{"code":"VALIDATION_ERROR","message":"' in answer


async def test_headers_of_a_size_that_happens_are_read(open_to):
    async with open_to() as connect:
        reader, _ = await connect(
            b"GET /read HTTP/1.1\r\nHost: desk\r\nCookie: " + b"x" * 8000 + b"\r\n\r\n"
        )

        assert (await answered(reader)).startswith(b"HTTP/1.1 200 ")


async def test_a_body_may_be_longer_than_headers_and_come_in_small_pieces(open_to):
    pieces = b"1\r\nx\r\n" * 50_000
    async with open_to() as connect:
        reader, writer = await connect(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + pieces)
        writer.write(b"0\r\n\r\n")

        assert (await answered(reader)).endswith(b"50000")


async def test_what_follows_a_body_may_not_be_longer_than_headers(open_to):
    trailers = b"".join(b"X-%d: %s\r\n" % (number, b"x" * 4000) for number in range(100))
    async with open_to() as connect:
        chunked = HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n"
        reader, _ = await connect(chunked + trailers)

        assert b" 200 " not in await everything(reader)


async def test_answers_that_nobody_takes_are_not_kept_without_end(open_to, answers):
    asked = b"GET /large?bytes=4000000 HTTP/1.1\r\nHost: desk\r\n\r\n"
    gc.disable()  # what is not needed any more has to go by itself
    try:
        async with open_to(unread_bytes=20_000_000) as connect:
            for _ in range(30):
                reader, _ = await connect(asked, limit=1024)
                await reader.readuntil(b"\r\n\r\n")
            async with asyncio.timeout(LONGEST_WAIT):
                while sum(answer() is not None for answer in answers) > 6:
                    await asyncio.sleep(0.01)
            # A reader who takes it gets all of it.
            reader, _ = await connect(asked)
            assert len(await answered(reader)) > 4_000_000
    finally:
        gc.enable()


REFUSED = {
    "no version": (b"GET /read\r\n\r\n", 505),
    "HTTP/0.9": (b"GET /read HTTP/0.9\r\n\r\n", 505),
    "HTTP/2.0": (b"GET /read HTTP/2.0\r\nHost: desk\r\n\r\n", 505),
    "HTTP/3": (b"GET /read HTTP/3\r\nHost: desk\r\n\r\n", 400),
    "coded twice": (HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
    "chunked twice": (HEAD + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 400),
    "chunked in HTTP/1.0": (
        HEAD.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        501,
    ),
    "not chunked": (HEAD + b"Transfer-Encoding: gzip\r\n\r\n", 400),
    "two lengths": (HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx", 400),
    "length and chunks": (
        HEAD + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400,
    ),
    "no host": (b"GET /read HTTP/1.1\r\n\r\n", 400),
    "nonsense": (b"hello\r\n\r\n", 400),
}


@pytest.mark.parametrize(("says", "status"), REFUSED.values(), ids=REFUSED)
async def test_what_can_be_read_in_two_ways_is_read_in_none(open_to, says, status):
    async with open_to() as connect:
        reader, _ = await connect(says)

        answer = await everything(reader)

    assert int(answer.split(b" ")[1]) == status
    assert b'{"error":{"code":"VALIDATION_ERROR","message":"' in answer
    assert answer.count(b"\r\nContent-Length") == 1


async def test_no_answer_says_what_runs_here(open_to, desk, database):
    api = create_api(desk, Tokens(SECRET), cors_origins=["*"], health=Healthy(), loopback=True)
    asked = [
        b"%s HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n\r\n" % line
        for line in (b"GET /healthz", b"GET /docs", b"GET /none", b"PUT /healthz", b"GET /docs/")
    ]
    async with open_to(api) as connect:
        for says in [*asked, *(says for says, _ in REFUSED.values()), b"X: " + b"x" * 60_000]:
            reader, _ = await connect(says)
            answer = await everything(reader)

            assert b" " in answer
            head = answer.split(b"\r\n\r\n")[0].lower()
            assert not [word for word in (b"server:", b"python", b"aiohttp") if word in head]


CANARY = b"canary-7f3e91"
BEARER = b"GET /api/tickets HTTP/1.1\r\nHost: desk\r\nAuthorization: Bearer " + CANARY
LOGIN = b"POST /api/auth/login HTTP/1.1\r\nHost: desk\r\nContent-Type: application/json\r\n"
CHUNKED = LOGIN + b"Transfer-Encoding: chunked\r\n\r\n"
MALFORMED = {
    "a stray CR in a token": BEARER + b"\rx\r\n\r\n",
    "a NUL in a token": BEARER + b"\0\r\n\r\n",
    "a stray LF": BEARER + b"\n\n",
    "a header without a colon": BEARER + b"\r\n" + CANARY + b"\r\n\r\n",
    "a blank before a colon": BEARER + b"\r\n" + CANARY + b" : x\r\n\r\n",
    "a folded header": BEARER + b"\r\n " + CANARY + b"\r\n\r\n",
    "a header's name": BEARER + b"\r\n" + CANARY + b"(): x\r\n\r\n",
    "a long header": BEARER + b"x" * 9000 + b"\r\n\r\n",
    "many headers": BEARER + b"\r\n" + (CANARY + b": x\r\n") * 200 + b"\r\n",
    "a method": CANARY + b" / HTTP/1.1\r\n\r\n",
    "an address": b"GET " + CANARY + b" HTTP/1.1\r\nHost: desk\r\n\r\n",
    "a long address": b"GET /" + CANARY * 800 + b" HTTP/1.1\r\nHost: desk\r\n\r\n",
    "an address with a NUL": b"GET /" + CANARY + b"\0 HTTP/1.1\r\nHost: desk\r\n\r\n",
    "a host": b"CONNECT " + CANARY + b"[ HTTP/1.1\r\nHost: desk\r\n\r\n",
    "another address": b"GET http://[" + CANARY + b"/ HTTP/1.1\r\nHost: desk\r\n\r\n",
    "a version": b"GET / HTTP/" + CANARY + b"\r\n\r\n",
    "no version": b"GET /" + CANARY + b"\r\n\r\n",
    "a length": LOGIN + b"Content-Length: " + CANARY + b"\r\n\r\n",
    "a coding": LOGIN + b"Transfer-Encoding: " + CANARY + b"\r\n\r\n",
    "a chunk's size": CHUNKED + CANARY + b"\r\n0\r\n\r\n",
    "a chunk's end": CHUNKED + b"3\r\nabc" + CANARY + b"\r\n0\r\n\r\n",
    "a chunk's extension": CHUNKED + b"3;\0" + CANARY + b"\r\nabc\r\n0\r\n\r\n",
    "a trailer": CHUNKED + b"0\r\n" + CANARY + b"\r\n\r\n",
    "a code that is none": LOGIN + b"Content-Encoding: gzip\r\nContent-Length: 13\r\n\r\n" + CANARY,
    "after an answer": b"GET /healthz HTTP/1.1\r\nHost: desk\r\n\r\n" + CANARY + b"\r\n\r\n",
    "an upgrade": b"GET /healthz HTTP/1.1\r\nHost: desk\r\nConnection: upgrade\r\n"
    b"Upgrade: websocket\r\n\r\n" + CANARY + b"\r\n\r\n",
    "a TLS greeting": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + CANARY,
}


@pytest.mark.parametrize("says", MALFORMED.values(), ids=MALFORMED)
async def test_what_is_malformed_is_not_quoted(open_to, desk, database, caplog, says):
    # Case 42.
    api = create_api(desk, Tokens(SECRET), cors_origins=["*"], health=Healthy(), loopback=True)
    caplog.set_level("DEBUG")
    with capture_logs() as logged:
        async with open_to(api) as connect:
            reader, writer = await connect(says)
            writer.write_eof()
            answer = await everything(reader)

    assert CANARY not in answer
    assert CANARY.decode() not in caplog.text + str(logged)
    assert "Traceback" not in caplog.text
    assert not [entry for entry in logged if entry["log_level"] == "error"]


async def test_malformed_requests_are_counted_and_not_each_of_them_told(open_to, caplog):
    with capture_logs() as logged:
        async with open_to() as connect:
            for _ in range(50):
                reader, _ = await connect(b"hello\r\n\r\n")
                assert b" 400 " in await everything(reader)

    assert [entry["event"] for entry in logged] == ["requests refused that are no valid HTTP"]
    assert caplog.text == ""


async def test_who_still_waits_for_a_body_hears_at_once_that_it_is_broken(open_to):
    async with open_to() as connect:
        reader, writer = await connect(HEAD + EXPECT + b"Transfer-Encoding: chunked\r\n\r\n")
        await reader.readuntil(CONTINUE)
        writer.write(b"3\r\nabcdef\r\n")

        assert b"broken" in await everything(reader)

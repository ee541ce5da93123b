"""What a stranger may do on a connection before any handler is asked: how long, how much."""

import asyncio
import gc

import pytest
from structlog.testing import capture_logs

from tests.api.http.connections.conftest import CONTINUE, EXPECT, HEAD, SHORT, everything
from tests.conftest import LONGEST_WAIT
from tests.support.exposition import hit

ASKED = b"GET /read HTTP/1.1\r\nHost: desk\r\n\r\n"


async def at_work(connect):
    """A connection on which the application works."""
    reader, _ = await connect(b"GET /work HTTP/1.1\r\nHost: desk\r\n" + EXPECT + b"\r\n")
    await reader.readuntil(CONTINUE)
    return reader


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

"""What is no valid HTTP, or could be read in two ways, is refused; nothing of it is told on."""

import pytest
from structlog.testing import capture_logs

from api.app import create_api
from api.tokens import Tokens
from tests.api.http.connections.conftest import CONTINUE, EXPECT, HEAD, everything
from tests.conftest import SECRET, Healthy

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

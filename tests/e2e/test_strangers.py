"""Strangers that hold connections, on the program as it is run, and those who have work to do."""

import asyncio
import re
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import urlsplit

import pytest

# As most systems have it for a program that nobody configured.
FILES = 1024
MANY = 1100
UNFINISHED = {
    "nothing": b"",
    "half a request line": b"GET /heal",
    "half a header": b"GET /healthz HTTP/1.1\r\nHost: desk\r\nAccep",
    "half a body": (
        b"POST /api/auth/login HTTP/1.1\r\nHost: desk\r\nContent-Type: application/json\r\n"
        b'Content-Length: 100\r\n\r\n{"email": '
    ),
    "nothing more": b"GET /healthz HTTP/1.1\r\nHost: desk\r\n\r\n",
}
LONG_HEADERS = b"GET /healthz HTTP/1.1\r\nHost: desk\r\n" + b"".join(
    b"X-%d: %s\r\n" % (number, b"x" * 8000) for number in range(125)
)
# Characters of the longest comment, each of four bytes, and how many fit in one answer.
COMMENT, COMMENTS = "😀" * 4000, 100


@pytest.fixture
async def hold():
    """Opens connections to an address, says this much on each, and leaves it at that."""
    held = []

    async def one(url, words):
        # A reader that is told to keep little stops taking what comes.
        _, writer = await asyncio.open_connection(url.hostname, url.port, limit=1024)
        held.append(writer)
        try:
            writer.write(words)
            await writer.drain()
        except ConnectionError:
            pass  # refused before all of it was said

    async def opened(address, each_says):
        url = urlsplit(address)
        await asyncio.gather(*(one(url, words) for words in each_says))

    yield opened
    for writer in held:
        writer.transport.abort()


async def test_connections_that_nobody_completes_keep_nobody_out(
    slack, serve, connected, session, hold
):
    served = await serve(files=FILES, **connected)
    slack.events_url = f"{served.address}/slack/events"

    for _ in range(3):
        await hold(served.address, islice(cycle(UNFINISHED.values()), MANY))
        for _ in range(10):
            # On a connection of its own, as another stranger's would be.
            alone = {"Connection": "close"}
            async with session.get(f"{served.address}/healthz", headers=alone) as answer:
                assert answer.status == 200
            # Slack waits for three seconds.
            assert (await slack.command("list", by=slack.ada)).status == 200

    [line] = [line for line in served.log if "too many connections" in line]
    assert '"limit": 768' in line


async def test_memory_is_not_on_strangers_terms(slack, serve, connected, agent, hold):
    served = await serve(files=FILES, **connected)
    program = await agent(served.address)
    ticket = await program.file()
    path = f"/api/tickets/{ticket['_id']}"
    for _ in range(COMMENTS):
        await program.post(f"{path}/comments", {"message": COMMENT})
    asked = (
        f"GET {path} HTTP/1.1\r\nHost: desk\r\nAuthorization: " + program.headers["Authorization"]
    )

    await hold(served.address, [LONG_HEADERS] * 200)
    await hold(served.address, [f"{asked}\r\n\r\n".encode()] * 40)
    for _ in range(40):
        assert (await program.get(path)).status == 200

    assert most_memory(served.process.pid) < 250


def most_memory(pid):
    """MiB that the process had at most."""
    said = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", said)[1]) / 1024

"""`make bench-peers`: ours and what others would build, in turns, on one MongoDB.

Each of ROUNDS rounds asks each endpoint of each server in turn, from 32 connections: with 1,000
different tokens, and ours with one, too. Shown are medians: requests per second as multiples of
the seed's, in brackets the same by the processor time that a server takes for a request, which
wanders less; the 99th percentiles, and memory. Any answer that is no success ends it.
"""

import argparse
import platform
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import uvloop

from bench import driver
from bench.desk import FilledDesk, filled_desk
from bench.http import Connection
from bench.peers import servers
from bench.peers.asked import READS, WRITES
from bench.peers.install import Missing
from bench.peers.load import loaded
from bench.peers.servers import Server
from bench.timing import Figures, timed

ENDPOINTS = READS | WRITES
FIRST = next(iter(ENDPOINTS))
# What is measured, but for the peers that are missing.
ONE = "ours, one token"
DRIVER = "driver"
WARM = 0.3
# Limits are counted, but nobody meets one; a thousand late tickets are announced once, not anew
# whenever they are filled in again.
_SETTINGS = dict.fromkeys(("HELPDESK_RATE_LIMIT", "HELPDESK_ANONYMOUS_RATE_LIMIT"), "9999999/day")
_SETTINGS |= {"LOG_LEVEL": "error", "HELPDESK_SCAN_SECONDS": "600"}


@dataclass(frozen=True)
class Measured:
    figures: Figures
    # Of the server's processor, for a request.
    microseconds: float


Results = defaultdict[tuple[str, str], list[Measured]]


async def measure(rounds: int, seconds: float, only: str | None) -> None:
    results: Results = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="helpdesk-bench-") as data:
        async with AsyncExitStack() as stack:
            desk = await stack.enter_async_context(
                filled_desk(Path(data), in_slack=True, **_SETTINGS)
            )
            running = [servers.ours(desk)]
            for peer in (servers.seed, servers.tuned, servers.fastapi):
                try:
                    running.append(await stack.enter_async_context(peer(desk.uri)))
                except Missing as reason:
                    print(f"Without {peer.__name__}: {reason}.", flush=True)
            for turn in range(rounds):
                for endpoint in ENDPOINTS:
                    if only is None or only in endpoint:
                        await _round(desk, running, endpoint, seconds, results)
                print(f"Round {turn + 1} of {rounds} is done.", file=sys.stderr, flush=True)
            _show(results, running, rounds, seconds)


async def _round(
    desk: FilledDesk,
    running: list[Server],
    endpoint: str,
    seconds: float,
    results: Results,
) -> None:
    ids = []
    for server in running:
        if endpoint in WRITES or endpoint == FIRST or not server.callers.ids:
            await server.refill()
        if server is running[0]:
            ids = list(server.callers.ids)
            if not results:
                # Every caller's account, and how often they may ask, is read once.
                await _everybody_known(desk, ids[0])
        for name, one in ((server.name, False), *([(ONE, True)] * (server is running[0]))):
            ask = ENDPOINTS[endpoint](server.callers, one)
            await loaded(server.port, ask, seconds=WARM)
            before = server.process.seconds
            figures = await loaded(server.port, ask, seconds=seconds)
            took = server.process.seconds - before
            count = figures.per_second * seconds
            results[endpoint, name].append(Measured(figures, took / count * 1e6))
    async for measured in _driver(desk, endpoint, ids, seconds):
        results[endpoint, DRIVER].append(measured)


async def _everybody_known(desk: FilledDesk, ticket: str) -> None:
    connection = await Connection.to(desk.port)
    for token in desk.tokens:
        await connection.ask("GET", f"/api/tickets/{ticket}", token=token)
    connection.close()


async def _driver(
    desk: FilledDesk, endpoint: str, ids: list[str], seconds: float
) -> AsyncIterator[Measured]:
    """The same operations by the bare driver, in this process."""
    async with driver.prepared(desk, endpoint, ids) as ask:
        await timed(ask, seconds=WARM)
        before = time.process_time()
        figures = await timed(ask, seconds=seconds)
        took = time.process_time() - before
        yield Measured(figures, took / (figures.per_second * seconds) * 1e6)


def _show(results: Results, running: list[Server], rounds: int, seconds: float) -> None:
    names = [running[0].name, ONE, *(server.name for server in running[1:]), DRIVER]
    print(f"\n{datetime.now(UTC):%Y-%m-%d}, {_machine()}; {rounds} rounds of {seconds:g} s\n")
    base = "seed" if "seed" in names else running[0].name
    rows = [endpoint for endpoint in ENDPOINTS if (endpoint, base) in results]

    def of(endpoint: str, name: str) -> tuple[float, float]:
        per_second = median(one.figures.per_second for one in results[endpoint, name])
        return per_second, median(one.microseconds for one in results[endpoint, name])

    print(f"Multiples of {base}'s requests per second (by processor time)\n")
    _row("", names)
    for endpoint in rows:
        usual, usual_cpu = of(endpoint, base)
        said = []
        for name in names:
            per_second, cpu = of(endpoint, name)
            said.append(f"{per_second / usual:.2f} ({usual_cpu / cpu:.2f})")
        _row(endpoint, said)

    print("\nRequests per second, lowest to highest; µs of the server's processor a request\n")
    _row("", names)
    for endpoint in rows:
        said = []
        for name in names:
            all = [one.figures.per_second for one in results[endpoint, name]]
            said.append(f"{min(all):.0f} to {max(all):.0f}; {of(endpoint, name)[1]:.0f}")
        _row(endpoint, said)

    print("\n99th percentile, ms\n")
    _row("", names)
    for endpoint in rows:
        cuts = [median(one.figures.p99 for one in results[endpoint, name]) for name in names]
        _row(endpoint, [f"{cut:.0f}" for cut in cuts])

    print("\nMemory, MB (now, at most)\n")
    for server in running:
        now, most = server.process.memory
        print(f"{server.name:12}{now:6}{most:6}")


def _row(first: str, cells: list[str]) -> None:
    print(f"{first:22}" + "".join(f"{cell:>20}" for cell in cells))


def _machine() -> str:
    lines = Path("/proc/cpuinfo").read_text().split("\n")
    model = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), "?")
    cores = sum(line.startswith("processor") for line in lines)
    return f"{cores} × {model}, Python {platform.python_version()}"


def main() -> None:
    if sys.platform != "linux":
        raise SystemExit("Only Linux tells a process's processor time in the way it is read here.")
    parser = argparse.ArgumentParser(prog="python -m bench.peers", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2, help="for each thing measured")
    parser.add_argument("--only", help="endpoints that have this in their name")
    asked = parser.parse_args()
    uvloop.run(measure(asked.rounds, asked.seconds, asked.only))


if __name__ == "__main__":
    main()

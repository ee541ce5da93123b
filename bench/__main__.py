"""`python -m bench`: fills a desk of its own, measures it and prints the figures."""

import argparse
import tempfile
from pathlib import Path

import uvloop

from bench import acks
from bench.desk import AGENTS, filled_desk
from bench.driver import driver
from bench.rest import rest


async def measure(seconds: float) -> None:
    """One line for each thing measured; the first refused request ends it with an error."""
    with tempfile.TemporaryDirectory(prefix="helpdesk-bench-") as data:
        async with filled_desk(Path(data)) as desk:
            bare = {name: figures async for name, figures in driver(desk, seconds=seconds)}
            for tokens in (AGENTS, 1):
                print(f"\nREST, {tokens} different token{'s' * (tokens > 1)}")
                print(f"{'':22}{'per second':>12}{'p50 ms':>9}{'p99 ms':>9}{'of the driver':>15}")
                async for name, figures in rest(desk, tokens=tokens, seconds=seconds):
                    share = (
                        f"{figures.per_second / bare[name].per_second:.2f}" if name in bare else ""
                    )
                    print(
                        f"{name:22}{figures.per_second:12.0f}{figures.p50:9.1f}"
                        f"{figures.p99:9.1f}{share:>15}",
                        flush=True,
                    )

    await acks.show()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3, help="for each thing measured")
    uvloop.run(measure(parser.parse_args().seconds))


if __name__ == "__main__":
    main()

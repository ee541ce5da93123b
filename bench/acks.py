"""The bot's acks: how long Slack waits for each kind of request while 50 people are at it."""

import asyncio
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path
from random import random
from statistics import quantiles

from bench.desk import program_in_slack
from bench.timing import Figures
from core.store.mongo.embedded import embedded_mongo
from localslack import Answer, LocalSlack

PEOPLE = 50
ROUNDS = 6
# Seconds at most that a person lets pass between two acts.
PAUSE = 1.0


async def acks() -> AsyncIterator[tuple[str, Figures]]:
    """From the request on its way to the desk until its answer, over HTTP, with Slack's pace."""
    with tempfile.TemporaryDirectory(prefix="helpdesk-bench-") as data:
        async with (
            embedded_mongo(Path(data)) as uri,
            program_in_slack(uri, HELPDESK_AGENTS=LocalSlack.olga.id) as (slack, _),
        ):
            took: defaultdict[str, list[float]] = defaultdict(list)
            start = time.perf_counter()
            await asyncio.gather(*(_act(slack, person, took) for person in range(PEOPLE)))
            seconds = time.perf_counter() - start
            for what, times in took.items():
                cuts = [cut * 1000 for cut in quantiles(times, n=100)]
                yield what, Figures(len(times) / seconds, p50=cuts[49], p99=cuts[98])


async def _act(slack: LocalSlack, number: int, took: defaultdict[str, list[float]]) -> None:
    async def noted(what: str, doing: Awaitable[Answer]) -> Answer:
        await asyncio.sleep(random() * PAUSE)
        answer = await doing
        assert answer.status == 200, answer
        took[what].append(answer.seconds)
        return answer

    for _ in range(ROUNDS):
        filed = await noted("/ticket new high ...", slack.command("new high VPN", by=slack.ada))
        key = filed.text.split("*")[1]
        await noted("/ticket list", slack.command("list", by=slack.olga))
        shown = await noted("/ticket status", slack.command(f"status {key}", by=slack.olga))
        await noted("a button", slack.click(shown, "claim", by=slack.olga))
        await noted("/ticket comment", slack.command(f"comment {key} looking", by=slack.olga))
        asked = await noted("/ticket new", slack.command("new", by=slack.ben))
        form = await slack.modal(by=slack.ben, after=asked)
        await noted("a sent form", slack.submit(form, by=slack.ben, title=f"Printer {number}"))

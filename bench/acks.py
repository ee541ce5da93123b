"""`python -m bench.acks`: how long Slack waits for each kind of request, 50 people being at it."""

import asyncio
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable
from itertools import chain
from pathlib import Path
from random import random
from statistics import quantiles
from typing import Any

import uvloop

from bench.desk import program_in_slack
from bench.timing import Figures
from core.store.mongo.embedded import embedded_mongo
from localslack import Answer, LocalSlack, Message

PEOPLE = 50
ROUNDS = 6
# Seconds at most that a person lets pass between two acts.
PAUSE = 1.0
Took = defaultdict[str, list[float]]


async def acks() -> AsyncIterator[tuple[str, Figures]]:
    """From the request on its way to the desk until its answer, over HTTP, with Slack's pace."""
    with tempfile.TemporaryDirectory(prefix="helpdesk-bench-") as data:
        async with (
            embedded_mongo(Path(data)) as uri,
            # What is told more often than Slack allows is warned of.
            program_in_slack(uri, HELPDESK_AGENTS=LocalSlack.olga.id, LOG_LEVEL="error") as (
                slack,
                _,
            ),
        ):
            took: Took = defaultdict(list)
            start = time.perf_counter()
            await asyncio.gather(*(_act(slack, person, took) for person in range(PEOPLE)))
            seconds = time.perf_counter() - start
            for what, times in [*took.items(), ("all of them", [*chain(*took.values())])]:
                cuts = [cut * 1000 for cut in quantiles(times, n=100)]
                yield what, Figures(len(times) / seconds, p50=cuts[49], p99=cuts[98])


async def show() -> None:
    print(f"\nAcks to Slack, {PEOPLE} people who act about twice a second each")
    print(f"{'':22}{'per second':>12}{'p50 ms':>9}{'p99 ms':>9}")
    async for name, figures in acks():
        print(
            f"{name:22}{figures.per_second:12.0f}{figures.p50:9.1f}{figures.p99:9.1f}", flush=True
        )


async def _act(slack: LocalSlack, number: int, took: Took) -> None:
    async def noted(what: str, doing: Awaitable[Answer]) -> Answer:
        await asyncio.sleep(random() * PAUSE)
        answer = await doing
        assert answer.status == 200, answer
        took[what].append(answer.seconds)
        return answer

    async def heard(what: str, said: Message, **more: Any) -> None:
        await noted(what, slack.event(_event(slack, said) | more))

    for _ in range(ROUNDS):
        filed = await noted("/ticket new high ...", slack.command("new high VPN", by=slack.ada))
        key = filed.text.split()[0]
        await noted("/ticket list", slack.command("list", by=slack.olga))
        shown = await noted("/ticket status", slack.command(f"status {key}", by=slack.olga))
        await noted("a button", slack.click(shown, "claim", by=slack.olga))
        await noted("/ticket comment", slack.command(f"comment {key} looking", by=slack.olga))
        asked = await noted("/ticket new", slack.command("new", by=slack.ben))
        form = await slack.modal(by=slack.ben, after=asked)
        await noted("a sent form", slack.submit(form, by=slack.ben, title=f"Printer {number}"))

        question = slack.say("<@U0BOT> the printer burns", by=slack.ben)
        await heard("a mention", question)
        reply = slack.say("It is on floor 3", by=slack.ben, thread_ts=question.ts)
        await heard("a reply", reply)
        slack.workspace.edit(reply, "It is on floor 4")
        await heard("an edit", reply, **_changed(slack, reply))
        verb = slack.say("<@U0BOT> resolve", by=slack.olga, thread_ts=question.ts)
        await heard("a verb", verb)
        other = slack.say("Who has lunch with me?", by=slack.ada)
        await heard("what is no ticket's", other)
        await noted("a reaction", slack.event(_reaction(slack, other)))


def _event(slack: LocalSlack, said: Message) -> dict[str, Any]:
    place = {"channel": said.channel.id, "channel_type": "channel"}
    return slack.workspace.in_full(said) | place


def _changed(slack: LocalSlack, said: Message) -> dict[str, Any]:
    now = slack.workspace.in_full(said)
    return {"subtype": "message_changed", "message": now, "ts": slack.workspace.next_ts()}


def _reaction(slack: LocalSlack, said: Message) -> dict[str, Any]:
    item = {"type": "message", "channel": said.channel.id, "ts": said.ts}
    of = {"user": slack.olga.id, "item_user": said.user}
    return {"type": "reaction_added", "reaction": "ticket", "item": item} | of


if __name__ == "__main__":
    uvloop.run(show())

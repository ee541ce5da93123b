"""Whose turn it is in a channel, of those that wait in one process."""

import asyncio

from bot.slack.poster import SlackPoster
from tests.conftest import LONGEST_WAIT


async def test_what_is_to_be_first_goes_before_what_waits_and_nobody_is_passed_twice(store, client):
    poster = SlackPoster(client, store.turns, channel="C1", limit=5, pause=0)
    went, begun = [], []

    async def go(name, *, first=False):
        begun.append(name)
        async with poster.turn("C1", first=first):
            went.append(name)

    async with asyncio.timeout(LONGEST_WAIT), asyncio.TaskGroup() as group:
        async with poster.turn("C1"):
            for name in ("alert", "board", "sample"):
                group.create_task(go(name))
            group.create_task(go("Ada's", first=True))
            while len(begun) < 4:
                await asyncio.sleep(0)
        group.create_task(go("Ben's", first=True))

    assert went[0] == "Ada's"
    assert sorted(went) == sorted(["alert", "board", "sample", "Ada's", "Ben's"])
    assert went.index("alert") < went.index("board") < went.index("sample")


async def test_what_is_about_to_wait_is_waited_for(store, client):
    poster = SlackPoster(client, store.turns, channel="C1", limit=5, pause=0)
    went, coming = [], ["Ada's"]
    poster.is_one_coming = lambda: bool(coming)

    async def go(name, *, first=False):
        if first:
            coming.clear()
        async with poster.turn("C1", first=first):
            went.append(name)

    async with asyncio.timeout(LONGEST_WAIT), asyncio.TaskGroup() as group:
        group.create_task(go("alert"))
        await asyncio.sleep(0)
        group.create_task(go("Ada's", first=True))

    assert went == ["Ada's", "alert"]

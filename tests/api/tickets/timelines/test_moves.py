"""Older history that moves: wherever a move ends, and whatever comes meanwhile, nothing is lost."""

import asyncio
import contextlib
import os
import sys
from collections import Counter

import pytest

from core.errors import Unavailable
from tests.api.tickets.timelines.conftest import TICKET, whole
from tests.conftest import LONGEST_WAIT
from tests.support.mongo import held_up
from tests.support.repository import ROOT

MOVES = """
import asyncio, sys
from core.store import open_store

async def move():
    async with open_store(sys.argv[1], appname="killed") as store:
        print("ready", flush=True)
        await store.tickets.timelines.move(sys.argv[2])

asyncio.run(move())
"""


FAILS = {"errorCode": 50}
# MongoDB did it, and says that it may not last.
DONE = {"writeConcernError": {"code": 64, "errmsg": "waiting timed out"}}


@pytest.mark.parametrize(
    ("command", "mode", "how"),
    [
        ("find", "alwaysOn", FAILS),
        ("aggregate", "alwaysOn", FAILS),
        ("aggregate", "alwaysOn", DONE),
        ("update", "alwaysOn", FAILS),
        ("update", "alwaysOn", DONE),
        ("find", {"skip": 1}, FAILS),
        ("delete", "alwaysOn", FAILS),
        ("delete", "alwaysOn", DONE),
        ("aggregate", {"skip": 1}, FAILS),
        ("update", {"skip": 1}, FAILS),
    ],
)
async def test_a_move_that_ends_at_any_step_loses_nothing_and_doubles_nothing(
    raw_client, another_store, olga, filed, grow, parts, store, database, command, mode, how
):
    await grow(6000)
    all = await whole(olga)
    failing = await another_store(appname="failing")
    data = {"failCommands": [command], "appName": "failing", **how}
    await raw_client.admin.command("configureFailPoint", "failCommand", mode=mode, data=data)
    try:
        with pytest.raises(Unavailable):
            await failing.tickets.timelines.move(filed["_id"])
    finally:
        await raw_client.admin.command("configureFailPoint", "failCommand", mode="off")

    assert await whole(olga) == all
    await store.tickets.timelines.move(filed["_id"])
    assert await whole(olga) == all
    kept, older = await parts()
    assert kept + sum(older) == 6001
    # A next move leaves no copy that nobody names.
    await grow(2000)
    await store.tickets.timelines.move(filed["_id"])
    assert await database["timelines"].count_documents({}) == len((await parts())[1])


async def test_nothing_is_kept_that_is_erased_while_it_moves(
    filed, grow, parts, store, database, monkeypatch
):
    await grow(1000)
    aggregate = type(database["tickets"]).aggregate

    async def overtaken(self, *args, **how):
        monkeypatch.undo()
        copied = await aggregate(self, *args, **how)
        erased = {"$set": {"timeline.7.token": "(erased)"}, "$inc": {"erasures": 1}}
        await database["tickets"].update_one({}, erased)
        return copied

    monkeypatch.setattr(type(database["tickets"]), "aggregate", overtaken)
    await store.tickets.timelines.move(filed["_id"])

    moved = await database["timelines"].find().to_list()
    assert [one["timeline"][7]["token"] for one in moved] == ["(erased)"]
    assert (await parts())[1:]


@pytest.mark.parametrize("command", ["aggregate", "update", "delete"])
async def test_a_process_that_is_killed_in_a_move_loses_nothing(
    raw_client, mongo_uri, olga, filed, grow, parts, store, database, command
):
    await grow(3000)
    all = await whole(olga)
    under_way = await held_up(raw_client, command, times=1, appName="killed")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", MOVES, mongo_uri, filed["_id"]),
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        await under_way()
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()

    assert process.returncode == -9
    assert await whole(olga) == all
    await store.tickets.timelines.move(filed["_id"])
    assert await whole(olga) == all
    await grow(2000)
    await store.tickets.timelines.move(filed["_id"])
    assert await database["timelines"].count_documents({}) == len((await parts())[1])


async def test_many_move_and_change_at_once(
    another_store, caller, olga, filed, grow, parts, store, database
):
    await grow(4000)
    all = await whole(olga)
    others = [await another_store(timeoutMS=LONGEST_WAIT * 1000) for _ in range(3)]

    async def changed(n):
        return await olga.post(f"{TICKET}/comments", {"message": f"{n}"})

    moved = [one.tickets.timelines.move(filed["_id"]) for one in [store, *others] * 2]
    results = await asyncio.gather(*moved, *(changed(n) for n in range(20)))

    assert any(results[:8])
    assert {answer.status for answer in results[8:]} == {201}
    after = await whole(olga)
    assert after[: len(all)] == all
    assert Counter(one["what"] for one in after[len(all) :]) == {"commented": 20}
    assert await database["timelines"].count_documents({}) == len((await parts())[1])

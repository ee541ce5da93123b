"""The desk as lines of JSON, while it goes on, and while its database does not."""

import json

import pytest
import typer

from api.export import lines
from bot.command_line import exporting
from core.alerts.rules import AlertRules
from core.desk import export as exports
from core.desk.export import Export
from tests.support.filled import MIB


@pytest.fixture
async def filed(ada, database):
    """Three tickets, of which the second has a timeline in two documents."""
    for number in range(1, 4):
        await ada.file(f"Number {number}")
    two = await database["tickets"].find_one({"number": 2})
    older = {"_id": two["_id"], "ticket": two["_id"], "start": 0, "timeline": two["timeline"]}
    await database["timelines"].insert_one(older)
    named = [{"_id": two["_id"], "entries": 1, "public": 1}]
    await database["tickets"].update_one({"number": 2}, {"$set": {"timelines": named}})


@pytest.fixture
def of_desk(store):
    return Export(store.accounts, store.tickets, staff={})


async def numbers(export, *, after_one=None):
    """What the lines are about: the numbers of tickets, else their kinds."""
    found = []
    async for line in lines(export, AlertRules()):
        read = json.loads(line)
        found.append(read.get("number", read["kind"]))
        if after_one and found[-1] == 1:
            await after_one
    return found, read


async def test_what_is_removed_meanwhile_is_not_there_half(of_desk, filed, database):
    async def removed():
        await database["timelines"].delete_many({})
        await database["tickets"].delete_one({"number": 2})

    found, last = await numbers(of_desk, after_one=removed())

    assert found == ["account", 1, 3, "end"]
    assert last == {"kind": "end", "accounts": 1, "tickets": 2}


async def test_what_is_lost_of_a_timeline_is_told_and_all_else_is_there(of_desk, filed, database):
    assert (await numbers(of_desk))[0] == ["account", 1, 2, 3, "end"]
    await database["timelines"].delete_many({})

    found, _ = await numbers(of_desk)

    assert (found, of_desk.lacking) == (["account", 1, 2, 3], ["T-2"])


async def test_no_more_is_read_at_once_than_mongodb_gives(of_desk, filed, store, database):
    await database["tickets"].update_many({}, {"$set": {"description": "x" * 7 * MIB}})

    first = await store.tickets.lists.whole(after=0, limit=100)

    assert [one.ticket.number for one in first] == [1, 2]
    assert [one.ticket.number async for one in of_desk.every_ticket()] == [1, 2, 3]


async def test_an_export_that_breaks_off_says_where(
    filed, another_store, raw_client, monkeypatch, capfdbinary
):
    monkeypatch.setattr(exports, "PORTION", 2)
    failing = await another_store(appname="failing")
    point = {"configureFailPoint": "failCommand", "mode": "off"}
    data = {"failCommands": ["find"], "appName": "failing", "errorCode": 50}

    async def until_two():
        async for line in lines(Export(failing.accounts, failing.tickets, staff={}), AlertRules()):
            yield line
            if b'"number":2,' in line:
                await raw_client.admin.command(point | {"mode": "alwaysOn", "data": data})

    try:
        with pytest.raises(typer.Exit) as ended:
            await exporting.write(until_two())
    finally:
        await raw_client.admin.command(point)

    assert ended.value.exit_code == 1
    written, said = capfdbinary.readouterr()
    kinds = [json.loads(line)["kind"] for line in written.splitlines()]
    assert kinds == ["account", "ticket", "ticket"]
    assert said.endswith(b" The export is not whole: it breaks off after line 3.\n")

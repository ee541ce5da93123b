"""What is left lies in MongoDB, and processes take it in lots: what that costs, and how it ends."""

import asyncio
from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from core.desk.people import allowances
from core.desk.people.allowances import Allowances
from core.settings.rates import Rate
from core.store.limits.lots import LotStore
from tests.api.conftest import MINUTE, Counted, asked, standing


async def test_nearly_no_request_asks_the_database_whether_it_may(
    ada, another_store, process, desk
):
    counted = Counted()
    store = await another_store(event_listeners=[counted])
    desk = replace(desk, tickets=store.tickets)
    ada = replace(ada, url=await process(desk=desk, accounts=600, lots=store.lots))
    await ada.file()
    counted.of.clear()

    await asked(ada, 300, "/api/tickets/1")

    assert counted.of["tickets"] == 300
    assert counted.of["allowances"] <= 30


async def test_who_is_refused_costs_the_database_nothing(ada, another_store, process):
    counted = Counted()
    store = await another_store(event_listeners=[counted])
    ada = replace(ada, url=await process(accounts=1, lots=store.lots))
    await asked(ada, 2)
    counted.of.clear()

    assert {answer.status for answer in await asked(ada, 20)} == {429}
    assert counted.of == {}


@pytest.mark.parametrize("count", [1, 2, 5, 40, 200])
async def test_what_many_processes_have_left_is_never_more_than_a_tenth(database, count):
    """Each draws again when it has used what it had, as often as there is something."""
    processes = [LotStore(database["allowances"]) for _ in range(count)]
    has, drawn, most = dict.fromkeys(processes, 0), 0, 600

    while True:
        for one in processes:
            lot = await one.draw("account x 1", of=most, lasts=timedelta(minutes=1))
            # One is used by whoever asked for it.
            has[one] = max(0, lot.size - 1)
            drawn += lot.size
            assert lot.left == most - drawn
            assert sum(has.values()) <= most // 10
        if lot.left == 0:
            break

    assert drawn == most


async def test_of_how_many_it_is_remembered_is_bounded(store, clock, monkeypatch, database):
    monkeypatch.setattr(allowances, "MOST", 10)
    limit = Allowances("address", Rate(30, MINUTE), store.lots, clock)

    for number in range(40):
        assert (await limit.take(f"192.0.2.{number}")).allowed

    assert len(limit._purses) == 10
    assert await database["allowances"].count_documents({}) == 40


async def test_the_database_removes_what_is_over(store, clock, database):
    limit = Allowances("address", Rate(30, MINUTE), store.lots, clock)
    await limit.take("192.0.2.1")

    indexes = await database["allowances"].index_information()
    [document] = await database["allowances"].find().to_list()

    assert indexes["until"]["expireAfterSeconds"] == 0
    now = (await database.client.admin.command("hello"))["localTime"].replace(tzinfo=UTC)
    assert 5 * MINUTE < (document["until"] - now).total_seconds() <= 6 * MINUTE


async def test_without_a_database_what_is_left_of_a_lot_is_handed_out_and_then_nothing(
    ada, another_store, process, raw_client
):
    store = await another_store(appname="no lots")
    ada = replace(ada, url=await process(accounts=60, lots=store.lots))
    [first] = await asked(ada, 1)
    failing = {"failCommands": ["findAndModify"], "appName": "no lots", "closeConnection": True}
    await raw_client.admin.command(
        "configureFailPoint", "failCommand", mode="alwaysOn", data=failing
    )
    try:
        answers = await asyncio.gather(*(ada.get("/api/tickets") for _ in range(10)))
    finally:
        await raw_client.admin.command("configureFailPoint", "failCommand", mode="off")

    assert (first.status, standing(first)[0]) == (200, 59)
    statuses = [answer.status for answer in answers]
    # Three were drawn, half a tenth.
    assert (statuses.count(200), statuses.count(503)) == (2, 8)
    assert {answer.headers["Retry-After"] for answer in answers if answer.status == 503} == {"1"}
    assert (await ada.get("/api/tickets")).status == 200

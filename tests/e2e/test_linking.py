"""Two accounts become one while processes come and go."""

import asyncio
import re
from dataclasses import replace

import pytest
from bson import ObjectId

from core.people.accounts import Role
from tests.conftest import LONG_AGO, LONGEST_WAIT, SECRET, Caller, Tokens

EACH = 300


@pytest.fixture
async def account(store, session, password_hash):
    """Somebody with an address, before any process runs."""
    account = await store.accounts.add(
        name="Ada Lovelace", email="ada@example.com", password_hash=password_hash, role=Role.USER
    )
    headers = {"Authorization": f"Bearer {Tokens(SECRET).issue(account)}"}
    return Caller(session, "", account.id, account.email, headers)


async def code_for(slack):
    answer = await slack.command("link", by=slack.ada)
    return re.search(r"```([^`]+)```", answer.text)[1]


async def of_each(database, count):
    """So many tickets of everybody who has filed one. Nothing is owed for the copies."""
    number = (await database["tickets"].find_one(sort={"number": -1}))["number"]
    async for first in database["tickets"].find():
        more = range(number + 1, number + count)
        copy = {
            name: first[name] for name in first.keys() - {"deliveries", "delivery", "idempotency"}
        }
        await database["tickets"].insert_many(
            copy | {"_id": ObjectId(), "number": number, "deliveries": [], "delivery": {}}
            for number in more
        )
        number = more[-1]
    await database["counters"].update_one({}, {"$set": {"last": number}})


async def all_numbers(caller):
    numbers, path = [], "/api/tickets?limit=100"
    while path:
        body = (await caller.get(path)).body
        numbers += [row["number"] for row in body["items"]]
        cursor = body["next_cursor"]
        path = cursor and f"/api/tickets?limit=100&cursor={cursor}"
    return numbers


async def test_there_is_one_list_of_all_also_when_processes_are_killed_meanwhile(
    slack, serve, connected, account, database, raw_client
):
    """At both doors, of two processes: before, after and amid the rewriting of tickets."""

    async def see_all(*processes):
        numbers = {row["number"] async for row in database["tickets"].find({}, {"number": 1})}
        for process in processes:
            slack.events_url = f"{process.address}/slack/events"
            listed = await slack.command("list mine", by=slack.ada)
            assert f"of {len(numbers)}" in listed.text, listed.text
            rows = await all_numbers(replace(account, url=process.address))
            assert (len(rows), {*rows}) == (len(numbers), numbers)

    async def rewritten():
        return await database["tickets"].count_documents(
            {"requester._id": ObjectId(account.id), "requester.slack_id": slack.ada.id}
        )

    one, other = await asyncio.gather(serve(**connected), serve(**connected))
    slack.events_url = f"{one.address}/slack/events"
    await slack.command("new low VPN is down", by=slack.ada)
    ada = replace(account, url=other.address)
    await ada.file("Printer is on fire", priority="low")
    await of_each(database, EACH)
    # The other process has seen both, too.
    slack.events_url = f"{other.address}/slack/events"
    await slack.command("status", by=slack.ada)
    code = await code_for(slack)
    assert (await ada.post("/api/auth/link", {"code": code})).status == 200
    await see_all(other)
    async with asyncio.timeout(LONGEST_WAIT):
        while len(await all_numbers(replace(account, url=one.address))) < 2 * EACH:
            await asyncio.sleep(0.2)
    await see_all(one, other)

    slow = {"failCommands": ["update"], "blockConnection": True, "blockTimeMS": 400}
    slow["appName"] = "helpdesk"
    await raw_client.admin.command("configureFailPoint", "failCommand", mode="alwaysOn", data=slow)
    due = {"rewrite_at": {"$exists": True}}
    try:
        await database["accounts"].update_many(due, {"$set": {"rewrite_at": LONG_AGO}})
        async with asyncio.timeout(LONGEST_WAIT):
            while not await rewritten():
                await asyncio.sleep(0.02)
        for process in (one, other):
            process.process.kill()
            await process.process.wait()
    finally:
        await raw_client.admin.command("configureFailPoint", "failCommand", mode="off")
    assert 0 < await rewritten() < 2 * EACH
    assert await database["accounts"].count_documents(due) == 1

    third, fourth = await asyncio.gather(serve(**connected), serve(**connected))
    await see_all(third, fourth)
    # As if the lease of who was killed were over.
    await database["accounts"].update_many(due, {"$set": {"rewrite_at": LONG_AGO}})
    async with asyncio.timeout(LONGEST_WAIT):
        while await database["accounts"].count_documents(due):
            await asyncio.sleep(0.05)

    assert await rewritten() == 2 * EACH
    await see_all(third, fourth)


async def test_of_two_processes_that_get_a_code_at_once_one_takes_it(
    slack, serve, connected, account, database, store, session, password_hash
):
    one, other = await asyncio.gather(serve(**connected), serve(**connected))
    slack.events_url = f"{one.address}/slack/events"
    second = await store.accounts.add(
        name="Zoe", email="zoe@example.com", password_hash=password_hash, role=Role.USER
    )
    zoe = Caller(
        session, "", second.id, "", {"Authorization": f"Bearer {Tokens(SECRET).issue(second)}"}
    )
    code = await code_for(slack)

    answers = await asyncio.gather(
        *(
            replace(caller, url=process.address).post("/api/auth/link", {"code": code})
            for caller in (account, zoe)
            for process in (one, other)
        )
    )

    assert sorted(answer.status for answer in answers).count(200) == 1
    assert {answer.status for answer in answers} <= {200, 404, 409}
    assert await database["accounts"].count_documents({"linked_from": {"$exists": True}}) == 1
    assert await database["accounts"].count_documents({"slack_id": slack.ada.id}) == 1

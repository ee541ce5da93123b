"""A database that does not answer is a 503 that says when to come back; nothing is half done."""

import asyncio
import socket
from contextlib import asynccontextmanager
from dataclasses import replace

import aiohttp
import pytest

from core.desk.people.people import People
from tests.conftest import LONGEST_WAIT

KEY = {"Idempotency-Key": "abc123"}


@pytest.fixture
async def away(ada, desk, passwords, serve, another_store):
    """Ada at a desk whose database listens nowhere."""
    with socket.socket() as taken:  # bound, but never listening
        taken.bind(("127.0.0.1", 0))
        uri = f"mongodb://127.0.0.1:{taken.getsockname()[1]}/helpdesk"
        store = await another_store(uri, serverSelectionTimeoutMS=100, timeoutMS=100)
        people = People(store.accounts, passwords, staff={}, min_password=6)
        yield replace(ada, url=await serve(replace(desk, tickets=store.tickets, people=people)))


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/auth/login", {"email": "a@b", "password": "123456"}),
        ("POST", "/api/auth/register", {"name": "A", "email": "a@b", "password": "123456"}),
        ("GET", "/api/auth/me", None),
        ("GET", "/api/tickets", None),
        ("POST", "/api/tickets", {"title": "x"}),
        ("GET", "/api/tickets/1", None),
        ("PATCH", "/api/tickets/1", {"title": "x"}),
        ("POST", "/api/tickets/1/comments", {"message": "x"}),
    ],
)
async def test_without_a_database_everything_says_when_to_come_back(away, method, path, body):
    answer = await away.send(method, path, json=body)

    assert (answer.status, answer.body["error"]["code"]) == (503, "UNAVAILABLE")
    assert int(answer.headers["Retry-After"]) >= 1


async def test_without_a_database_what_needs_none_works(away):
    assert (await away.get("/healthz")).status == 200


@pytest.fixture
async def cut(ada, desk, serve, another_store, raw_client):
    """Ada over a connection to MongoDB that can be cut, and nobody else's with it."""
    patient = await another_store(appname="cut", timeoutMS=LONGEST_WAIT * 1000)
    hasty = await another_store(appname="cut", timeoutMS=1000)
    callers = [
        replace(ada, url=await serve(replace(desk, tickets=store.tickets)))
        for store in (patient, hasty)
    ]

    @asynccontextmanager
    async def failing(command, mode, **how):
        aim = {"failCommands": [command], "appName": "cut", **how}
        await raw_client.admin.command("configureFailPoint", "failCommand", mode=mode, data=aim)
        try:
            # Who waits for what never comes need not wait for long.
            yield callers[mode == "alwaysOn"]
        finally:
            await raw_client.admin.command("configureFailPoint", "failCommand", mode="off")

    return failing


async def test_a_connection_cut_once_is_not_noticed(cut, database):
    # Case 5.
    async with cut("insert", {"times": 1}, closeConnection=True) as caller:
        answer = await caller.post("/api/tickets", {"title": "x"}, headers=KEY)

    assert answer.status == 201
    assert await database["tickets"].count_documents({}) == 1


async def test_a_connection_cut_twice_makes_no_second_ticket(cut, database):
    # Case 5: the driver may or may not get through before its time is up.
    async with cut("insert", {"times": 2}, closeConnection=True) as caller:
        first = await caller.post("/api/tickets", {"title": "x"}, headers=KEY)
    again = await caller.post("/api/tickets", {"title": "x"}, headers=KEY)

    assert (first.status, again.status) in [(201, 409), (503, 201), (503, 409)]
    assert await database["tickets"].count_documents({}) == 1


async def test_a_connection_that_stays_cut_is_a_503_after_which_the_same_key_makes_one(
    ada, cut, database
):
    # Case 5.
    async with cut("insert", "alwaysOn", closeConnection=True) as caller:
        refused = await caller.post("/api/tickets", {"title": "x"}, headers=KEY)
    answer = await ada.post("/api/tickets", {"title": "x"}, headers=KEY)

    assert (refused.status, refused.headers["Retry-After"]) == (503, "1")
    assert answer.status == 201
    assert await database["tickets"].count_documents({}) == 1


async def test_a_comment_whose_connection_stays_cut_is_made_once_with_the_same_key(
    ada, cut, database
):
    # Case 5.
    async with cut("none", "off") as caller:
        ticket = await caller.file()
    path = f"/api/tickets/{ticket['_id']}/comments"

    async with cut("findAndModify", "alwaysOn", closeConnection=True) as caller:
        refused = await caller.post(path, {"message": "x"}, headers=KEY)
    answer = await ada.post(path, {"message": "x"}, headers=KEY)

    document = await database["tickets"].find_one()
    assert (refused.status, answer.status) == (503, 201)
    assert len(document["comments"]) == 1


async def test_an_answer_cut_off_after_the_insert_makes_no_second_ticket(cut, raw_client, database):
    # Case 5: the server ends the connection once the write is done.
    async with cut("none", "off") as caller:
        await caller.file("the number's counter is the first write")
        await raw_client.admin.command(
            "configureFailPoint", "onPrimaryTransactionalWrite", mode={"skip": 1}
        )
        try:
            first = await caller.post("/api/tickets", {"title": "x"}, headers=KEY)
        finally:
            await raw_client.admin.command(
                "configureFailPoint", "onPrimaryTransactionalWrite", mode="off"
            )
        again = await caller.post("/api/tickets", {"title": "x"}, headers=KEY)

    assert first.status in (201, 503)
    assert again.status == 409
    assert await database["tickets"].count_documents({"title": "x"}) == 1


@pytest.mark.parametrize(
    "error",
    [
        {"errorCode": 91},  # ShutdownInProgress
        {"errorCode": 10107, "errorLabels": ["RetryableWriteError"]},  # NotWritablePrimary
        {"errorCode": 50},  # MaxTimeMSExpired
        {"errorCode": 13},  # Unauthorized
        {"writeConcernError": {"code": 64, "errmsg": "waiting for replication timed out"}},
    ],
    ids=str,
)
async def test_whatever_the_database_complains_of_is_a_503(cut, error):
    async with cut("insert", "alwaysOn", **error) as caller:
        answer = await caller.post("/api/tickets", {"title": "x"}, headers=KEY)

    assert (answer.status, answer.body["error"]["code"]) == (503, "UNAVAILABLE")
    assert answer.headers["Retry-After"]


async def test_a_write_that_no_majority_confirmed_in_time_is_found_again_by_its_key(cut, database):
    unsure = {"code": 64, "errmsg": "waiting for replication timed out"}
    async with cut("insert", {"times": 1}, writeConcernError=unsure) as caller:
        refused = await caller.post("/api/tickets", {"title": "x"}, headers=KEY)

    again = await caller.post("/api/tickets", {"title": "x"}, headers=KEY)

    assert (refused.status, again.status) == (503, 409)
    assert await database["tickets"].count_documents({}) == 1


async def test_who_finds_all_connections_busy_is_told_so_before_those_are_free(
    ada, desk, serve, another_store, raw_client
):
    # Case 38.
    store = await another_store(appname="crowd", maxPoolSize=5)
    url = await serve(replace(desk, tickets=store.tickets))
    await replace(ada, url=url).get("/api/tickets")
    slow = {"failCommands": ["find"], "blockConnection": True, "blockTimeMS": 3000}
    aim = slow | {"appName": "crowd"}
    statuses = []  # in the order in which they came

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        caller = replace(ada, url=url, session=session)

        async def ask():
            answer = await caller.get("/api/tickets")
            statuses.append(answer.status)
            return answer

        await raw_client.admin.command(
            "configureFailPoint", "failCommand", mode="alwaysOn", data=aim
        )
        try:
            answers = await asyncio.gather(*(ask() for _ in range(200)))
        finally:
            await raw_client.admin.command("configureFailPoint", "failCommand", mode="off")
        after = await caller.get("/api/tickets")

    refused = [answer for answer in answers if answer.status != 200]
    assert len(refused) == 195
    assert {(answer.status, answer.headers["Retry-After"]) for answer in refused} == {(503, "1")}
    assert statuses == [503] * 195 + [200] * 5
    assert after.status == 200

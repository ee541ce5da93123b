"""An answer of MongoDB's that does not come is waited for as long as was said, and no longer."""

import asyncio
from contextlib import asynccontextmanager

import pymongo
import pytest
from pymongo import AsyncMongoClient
from pymongo.errors import AutoReconnect, NetworkTimeout

from core.store.connection import OPTIONS
from core.store.mongo.pool import PromptConnection, PromptPool


@pytest.fixture
async def client(mongo_uri):
    async with AsyncMongoClient(
        mongo_uri, _pool_class=PromptPool, **OPTIONS | {"appname": "waiting"}
    ) as client:
        await client.admin.command("ping")
        yield client


@pytest.fixture
def silent(raw_client):
    """MongoDB takes four seconds for an answer: longer than anybody here waits."""

    @asynccontextmanager
    async def silent():
        how = {"failCommands": ["count"], "blockConnection": True, "blockTimeMS": 4_000}
        aim = how | {"appName": "waiting"}
        await raw_client.admin.command(
            "configureFailPoint", "failCommand", mode="alwaysOn", data=aim
        )
        try:
            yield
        finally:
            await raw_client.admin.command("configureFailPoint", "failCommand", mode="off")

    return silent


def pool(client):
    [server] = client._topology._servers.values()
    return server.pool


async def test_the_wait_ends_with_the_time_limit_and_the_next_has_a_connection(client, silent):
    async with silent():
        with pytest.raises(NetworkTimeout), pymongo.timeout(0.3):
            await client.admin.command("count", "x")

    assert (await client.admin.command("ping"))["ok"] == 1


async def test_an_operation_in_flight_ends_when_its_server_is_given_up(client, silent):
    async with silent():
        asked = asyncio.create_task(client.admin.command("count", "x"))
        while not pool(client).busy:
            await asyncio.sleep(0.01)
        await pool(client).reset(interrupt_connections=True)

        with pytest.raises(AutoReconnect, match="cancelled"):
            await asked
    assert not pool(client).busy


async def test_who_gives_up_waiting_leaves_no_answer_for_the_next(client, silent):
    async with silent():
        asked = asyncio.create_task(client.admin.command("count", "x"))
        while not pool(client).busy:
            await asyncio.sleep(0.01)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked

    assert "n" not in await client.admin.command("ping")


async def test_an_answer_that_comes_just_as_the_time_is_up_holds_and_the_next_comes_too(client):
    [connection] = pool(client).conns
    wire = connection.conn.get_conn
    take = wire.buffer_updated

    def take_and_time_out(count):
        take(count)
        if wire._done_messages:
            # What the timer does, before whoever waits for the answer goes on.
            wire.close(TimeoutError("timed out"))

    wire.buffer_updated = take_and_time_out
    assert (await client.admin.command("ping"))["ok"] == 1

    # A command is not tried again: on the closed one it would fail.
    assert (await client.admin.command("ping"))["ok"] == 1
    assert wire._connection_lost


async def test_the_connections_are_ours(client):
    assert {type(connection) for connection in pool(client).conns} == {PromptConnection}

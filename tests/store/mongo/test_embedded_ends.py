"""How our own MongoDB ends, what a kill leaves, and who shares it."""

import asyncio
import fcntl
import os
import signal
import sys
from asyncio.subprocess import PIPE

import pytest

from core.store.mongo.embedded import NoMongo, embedded_mongo, installed_mongod
from tests.store.mongo.test_embedded import (
    MIB,
    address_of,
    another_process,
    ended,
    server_pid,
    write,
    written,
)


async def test_it_stops_cleanly_and_leaves_neither_lock_nor_socket(tmp_path):
    async with embedded_mongo(tmp_path):
        pass

    assert '"exitCode":0' in (tmp_path / "mongod.log").read_text().splitlines()[-1]
    assert (tmp_path / "mongo" / "mongod.lock").read_text() == ""
    assert not (tmp_path / "mongod.sock").exists()


async def test_it_stops_when_its_user_fails(tmp_path):
    with pytest.raises(ZeroDivisionError):
        async with embedded_mongo(tmp_path):
            raise ZeroDivisionError

    await ended(tmp_path)


async def test_it_stops_when_its_user_is_cancelled(tmp_path):
    with pytest.raises(TimeoutError):
        async with embedded_mongo(tmp_path), asyncio.timeout(0):
            await asyncio.Event().wait()

    await ended(tmp_path)


async def test_a_killed_server_loses_nothing_that_was_acknowledged(tmp_path):
    larger_than_a_file_of_the_journal = os.urandom(15 * MIB)
    async with embedded_mongo(tmp_path) as uri:
        await write(uri, "acknowledged")
        await write(uri, larger_than_a_file_of_the_journal)
        os.kill(server_pid(tmp_path), signal.SIGKILL)

    async with embedded_mongo(tmp_path) as uri:
        assert await written(uri) == ["acknowledged", larger_than_a_file_of_the_journal]


async def test_a_killed_starter_does_not_keep_the_next_from_starting(tmp_path):
    async with another_process(tmp_path) as starter:
        await write(await address_of(starter), "acknowledged")
        starter.kill()
        await starter.wait()

        async with embedded_mongo(tmp_path) as uri:
            assert await written(uri) == ["acknowledged"]

    await ended(tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
async def test_it_never_outlives_a_killed_starter(tmp_path):
    async with another_process(tmp_path) as starter:
        await address_of(starter)

        starter.kill()

        await ended(tmp_path)


async def test_a_server_left_behind_is_ended_for_the_next(tmp_path):
    folder = tmp_path / "mongo"
    folder.mkdir()
    leftover = await asyncio.create_subprocess_exec(
        *(installed_mongod(), "--dbpath", str(folder), "--port", "0", "--nounixsocket"), stdout=PIPE
    )
    while b"Waiting for connections" not in await leftover.stdout.readline():
        pass

    async with embedded_mongo(tmp_path) as uri:
        assert await leftover.wait() == 0
        await write(uri, "first")


async def test_a_stranger_named_in_a_stale_lock_is_left_alone(tmp_path):
    stranger = await asyncio.create_subprocess_exec("cat", stdin=PIPE)
    (tmp_path / "mongo").mkdir()
    lock = (tmp_path / "mongo" / "mongod.lock").open("w")
    print(stranger.pid, file=lock, flush=True)
    fcntl.flock(lock, fcntl.LOCK_EX)

    with lock, pytest.raises(NoMongo, match="stop it first"):
        async with embedded_mongo(tmp_path):
            pass

    stranger.stdin.close()
    assert await stranger.wait() == 0


async def test_who_comes_second_gets_the_same_address_and_stops_nothing(tmp_path):
    async with embedded_mongo(tmp_path) as uri:
        async with another_process(tmp_path) as second:
            assert await address_of(second) == uri

        await write(uri, "still here")


async def test_two_that_start_at_the_same_instant_share_one_server(tmp_path):
    async with another_process(tmp_path) as one, another_process(tmp_path) as other:
        first, second = await asyncio.gather(address_of(one), address_of(other))

        assert first == second
        await write(first, "by both")

    await ended(tmp_path)


async def test_who_joined_becomes_the_starter_at_the_next_start(tmp_path):
    async with another_process(tmp_path) as starter:
        await address_of(starter)
        async with embedded_mongo(tmp_path):
            starter.stdin.close()
            await starter.wait()

    async with embedded_mongo(tmp_path) as uri:
        await write(uri, "again")

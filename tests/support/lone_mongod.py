"""A MongoDB that is no replica set."""

import asyncio
import subprocess
from contextlib import asynccontextmanager

from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

from core.store.mongo.embedded import installed_mongod
from tests.conftest import LONGEST_WAIT


@asynccontextmanager
async def lone_mongod(folder):
    """A MongoDB as many start their first one."""
    folder.mkdir()
    socket = folder / "m.sock"
    process = await asyncio.create_subprocess_exec(
        *(installed_mongod(), "--dbpath", str(folder), "--bind_ip", str(socket)),
        *("--nounixsocket", "--quiet", "--wiredTigerCacheSizeGB", "0.25"),
        stdout=subprocess.DEVNULL,
    )
    uri = f"mongodb://{str(socket).replace('/', '%2F')}/helpdesk"
    try:
        async with asyncio.timeout(LONGEST_WAIT), AsyncMongoClient(uri) as client:
            while True:
                try:
                    await client.admin.command("ping")
                    break
                except PyMongoError:
                    await asyncio.sleep(0.1)
        yield uri
    finally:
        process.terminate()
        await process.wait()

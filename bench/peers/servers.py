"""Ours and the others, each a process and a database with 10,000 tickets of its own shape."""

import asyncio
import os
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import time
from typing import Any

import jwt
from bson import ObjectId
from pymongo import AsyncMongoClient

from bench.desk import TICKETS, FilledDesk
from bench.http import Connection
from bench.peers import install
from bench.peers.asked import Callers
from bench.process import Process
from bench.rest import DOWN

_SECRET = "a-secret-of-the-peers-of-more-than-32-bytes"
PATIENCE = 60


@dataclass
class Server:
    name: str
    port: int
    process: Process
    callers: Callers
    # Drops what was written, and gives the ids of fresh tickets.
    refilled: Callable[[], Awaitable[list[str]]]

    async def refill(self) -> None:
        self.callers.fresh(await self.refilled())


def ours(desk: FilledDesk) -> Server:
    process = Process.listening_on(desk.port)
    return Server("ours", desk.port, process, Callers(desk.tokens), desk.refill)


@asynccontextmanager
async def seed(uri: str) -> AsyncIterator[Server]:
    async with _express(uri, "seed", FAST="0") as server:
        yield server


@asynccontextmanager
async def tuned(uri: str) -> AsyncIterator[Server]:
    async with _express(uri, "tuned", FAST="1") as server:
        yield server


@asynccontextmanager
async def fastapi(uri: str) -> AsyncIterator[Server]:
    port = _free_port()
    command = [str(install.fastapi()), "-m", "uvicorn", "bench.peers.fastapi_app:app"]
    command += ["--port", str(port), "--no-access-log", "--log-level", "warning"]
    root = Path(__file__).parents[2]
    async with _peer("FastAPI", command, root, uri, port, {}) as server:
        yield server


@asynccontextmanager
async def _express(uri: str, name: str, **settings: str) -> AsyncIterator[Server]:
    port, folder = _free_port(), install.express()
    async with _peer(name, ["node", "server.js"], folder, uri, port, settings) as server:
        yield server


@asynccontextmanager
async def _peer(
    name: str, command: list[str], folder: Path, uri: str, port: int, settings: Mapping[str, str]
) -> AsyncIterator[Server]:
    own = re.sub(r"/helpdesk\b(?=[^/]*$)", f"/{name.lower()}", uri)
    settings = {"PORT": str(port), "MONGO_URI": own, "JWT_SECRET": _SECRET, **settings}
    program = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env={**os.environ, **settings, "NODE_ENV": "production"},
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        await _ready(name, program, port)
        callers = Callers([_token() for _ in range(1_000)])
        yield Server(name, port, Process.listening_on(port), callers, lambda: _refill(own))
    finally:
        if program.returncode is None:
            program.terminate()
        await program.wait()


async def _ready(name: str, program: asyncio.subprocess.Process, port: int) -> None:
    for _ in range(PATIENCE * 20):
        if program.returncode is not None:
            break
        try:
            connection = await Connection.to(port)
        except OSError:
            await asyncio.sleep(0.05)
            continue
        await connection.ask("GET", "/bare")
        return connection.close()
    raise install.Missing(f"{name} did not start")


async def _refill(uri: str) -> list[str]:
    """Their collections keep their indexes: dropping one makes them anew, empty."""
    async with AsyncMongoClient[dict[str, Any]](uri) as client:
        database = client.get_default_database()
        for name in ("tickets", "idempotencykeys", "IdempotencyKey"):
            indexes = await database[name].index_information()
            await database.drop_collection(name)
            for index, is_like in indexes.items():
                if index != "_id_":
                    keys = is_like.pop("key")
                    is_like = {key: value for key, value in is_like.items() if key != "v"}
                    await database[name].create_index(keys, name=index, **is_like)
        filled = [_document(number) for number in range(1, TICKETS + 1)]
        await database["tickets"].insert_many(filled, ordered=False)
    return [str(document["_id"]) for document in filled]


def _document(number: int) -> dict[str, Any]:
    """A tenth of them are late."""
    at = datetime.now(UTC) - timedelta(days=3 if number % 10 == 0 else 0)
    return DOWN | {
        "_id": ObjectId(),
        "status": "open",
        "assignee": None,
        "createdBy": ObjectId(),
        "sla_due": at + timedelta(hours=4),
        "version": 1,
        "comments": [],
        "createdAt": at,
        "updatedAt": at,
    }


def _token() -> str:
    claims = {"id": str(ObjectId()), "role": "agent", "exp": int(time()) + 24 * 3600}
    return jwt.encode(claims, _SECRET, algorithm="HS256")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])

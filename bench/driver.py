"""The same operations by the bare driver: what is left of it says what the desk adds."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import count
from typing import Any

from bson import ObjectId
from pymongo import AsyncMongoClient, ReturnDocument
from pymongo.asynchronous.collection import AsyncCollection

from bench.desk import FilledDesk
from bench.timing import Figures, timed
from core.store.connection import OPTIONS

Ask = Callable[[int], Awaitable[None]]
Tickets = AsyncCollection[dict[str, Any]]
_IN_LISTS = dict.fromkeys(
    (
        *("number", "title", "priority", "status", "requester", "assignee"),
        *("sla_due", "version", "created_at", "updated_at"),
    ),
    True,
)
_WHOLE = _IN_LISTS | {"description": True, "comments": True}


async def driver(desk: FilledDesk, *, seconds: float) -> AsyncIterator[tuple[str, Figures]]:
    for name in DONE:
        async with prepared(desk, name, await desk.refill()) as ask:
            await timed(ask, seconds=seconds / 5)
            yield name, await timed(ask, seconds=seconds)


@asynccontextmanager
async def prepared(desk: FilledDesk, name: str, ids: Sequence[str]) -> AsyncIterator[Ask]:
    """What does it to these tickets of the desk."""
    async with AsyncMongoClient[dict[str, Any]](desk.uri, **OPTIONS) as client:
        tickets = client.get_default_database()["tickets"]
        yield DONE[name](tickets, [ObjectId(ticket) for ticket in ids])


def _get(tickets: Tickets, ids: list[ObjectId]) -> Ask:
    turns = count()

    async def ask(asker: int) -> None:
        assert await tickets.find_one({"_id": ids[next(turns) % len(ids)]}, _WHOLE)

    return ask


def _list(tickets: Tickets, ids: list[ObjectId]) -> Ask:
    async def ask(asker: int) -> None:
        cursor = tickets.find({}, _IN_LISTS).sort({"number": -1}).limit(21)
        assert len(await cursor.to_list()) == 21

    return ask


def _breached(tickets: Tickets, ids: list[ObjectId]) -> Ask:
    async def ask(asker: int) -> None:
        late = {"breaches_at": {"$lt": datetime.now(UTC)}}
        order = {"breaches_at": 1, "number": 1}
        assert len(await tickets.find(late, _IN_LISTS).sort(order).limit(21).to_list()) == 21

    return ask


def _patch(tickets: Tickets, ids: list[ObjectId]) -> Ask:
    turns = count()

    async def ask(asker: int) -> None:
        found = await tickets.find_one({"_id": ids[next(turns) % len(ids)]}, _WHOLE)
        assert found is not None
        which = {"_id": found["_id"], "version": found["version"]}
        fields = {"status": "in_progress", "updated_at": datetime.now(UTC)}
        entry = {"at": fields["updated_at"], "what": "changed"}
        change = {"$set": fields, "$inc": {"version": 1}, "$push": {"timeline": entry}}
        assert (await tickets.update_one(which, change)).matched_count == 1

    return ask


def _comment(tickets: Tickets, ids: list[ObjectId]) -> Ask:
    turns = count()

    async def ask(asker: int) -> None:
        which = {"_id": ids[next(turns) % len(ids)]}
        said = {
            "_id": ObjectId(),
            "message": "We are working on this issue.",
            "author": {"_id": ObjectId(), "name": "Agent", "slack_id": None},
            "created_at": datetime.now(UTC),
        }
        change = {"$push": {"comments": said, "timeline": {"what": "commented"}}}
        assert await tickets.find_one_and_update(
            which, change, projection=_WHOLE, return_document=ReturnDocument.AFTER
        )

    return ask


def _create(tickets: Tickets, ids: list[ObjectId]) -> Ask:
    numbers = count(time.time_ns() // 1_000)
    found: dict[str, Any] = {}

    async def ask(asker: int) -> None:
        if not found:
            found.update(await tickets.find_one({"_id": ids[0]}) or {})
        number = next(numbers)
        key = {"key": f"rest:bench-{number}", "body": "0" * 64}
        new = found | {"_id": ObjectId(), "number": number, "idempotency": key}
        await tickets.insert_one(new)

    return ask


DONE: dict[str, Callable[[Tickets, list[ObjectId]], Ask]] = {
    "GET one": _get,
    "GET list of 20": _list,
    "GET status=breached": _breached,
    "PATCH with version": _patch,
    "POST comment": _comment,
    "POST ticket with key": _create,
}

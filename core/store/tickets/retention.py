"""Tickets that were closed long ago, and are to be kept no longer."""

from collections.abc import Sequence
from datetime import datetime

from pymongo import ReplaceOne

from core.store.errors import reaches_mongo
from core.store.mapping import Document
from core.store.mongo.indexes import Database
from core.store.tickets.belongings import NAMED_BY, belonging
from core.tickets import Status


class RetentionStore:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._tickets = database["tickets"]
        self._removals = database["removals"]

    @reaches_mongo
    async def remove(self, *, closed_before: datetime, limit: int) -> int:
        """Removes so many of those that were closed by then and are so still, the first closed
        first. Gives how many went.

        Whoever reopens one meanwhile keeps it whole, or comes too late for it. What is broken off
        goes on with the next call, in any process: nothing of a ticket that went stays for good.
        """
        which = closed(closed_before)
        found = self._tickets.find(which, NAMED_BY).sort({"closed_at": 1}).limit(limit)
        gone = await self._take(await found.to_list(), which)
        await self.clear()
        return gone

    async def _take(self, tickets: Sequence[Document], which: Document) -> int:
        """Its one document decides of a ticket; what belongs to it is written down before."""
        if not tickets:
            return 0
        await self._removals.bulk_write(
            [ReplaceOne({"_id": one["_id"]}, one, upsert=True) for one in tickets], ordered=False
        )
        these = {"_id": {"$in": [one["_id"] for one in tickets]}}
        return (await self._tickets.delete_many(which | these)).deleted_count

    @reaches_mongo
    async def clear(self) -> None:
        """Removes what belongs to tickets that are gone, by whichever call."""
        begun = await self._removals.find().sort({"_id": 1}).to_list()
        if not begun:
            return
        all_of_them = {"_id": {"$in": [one["_id"] for one in begun]}}
        # One that was reopened is written down until it goes.
        there = {row["_id"] async for row in self._tickets.find(all_of_them, {"_id": 1})}
        gone = [one for one in begun if one["_id"] not in there]
        if not gone:
            return
        for collection, its in belonging(gone).items():
            await self._database[collection].delete_many(its)
        await self._removals.delete_many({"_id": {"$in": [one["_id"] for one in gone]}})


def closed(before: datetime) -> Document:
    return {"closed_at": {"$lte": before}, "status": Status.CLOSED.value}

"""Tickets that were closed long ago, and are to be kept no longer."""

from datetime import datetime

from pymongo.asynchronous.client_session import AsyncClientSession

from core.store.errors import reaches_mongo
from core.store.mapping import Document
from core.store.mongo.indexes import Database
from core.store.tickets.belongings import NAMED_BY, belonging
from core.tickets import Status


class RetentionStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    @reaches_mongo
    async def remove(self, *, closed_before: datetime, limit: int) -> int:
        """Removes so many of those that were closed by then and are so still, the first closed
        first, each with all that belongs to it or not at all. Gives how many went."""

        async def removed(session: AsyncClientSession) -> int:
            # All in one: whoever reopens one meanwhile keeps it, or comes too late for it.
            which = closed(closed_before)
            found = self._database["tickets"].find(which, NAMED_BY, session=session)
            tickets = await found.sort({"closed_at": 1}).limit(limit).to_list()
            if not tickets:
                return 0
            for collection, its in belonging(tickets).items():
                await self._database[collection].delete_many(its, session=session)
            these = {"_id": {"$in": [one["_id"] for one in tickets]}}
            gone = await self._database["tickets"].delete_many(these, session=session)
            return gone.deleted_count

        async with self._database.client.start_session() as session:
            return await session.with_transaction(removed)


def closed(before: datetime) -> Document:
    return {"closed_at": {"$lte": before}, "status": Status.CLOSED.value}

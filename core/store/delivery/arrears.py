"""What Slack has been owed for too long: the same to every process, whichever of them tried."""

from datetime import datetime
from typing import NamedTuple

from pymongo.asynchronous.collection import AsyncCollection

from core.store.delivery import entries
from core.store.errors import reaches_mongo
from core.store.mapping import Document

# Alerts that are counted at most.
COUNTED = 1000


class Overdue(NamedTuple):
    """Alerts that were to ring before some time, and how many of them may have done."""

    alerts: int
    doubtful: int


class ArrearsStore:
    def __init__(self, tickets: AsyncCollection[Document]) -> None:
        self._tickets = tickets

    @reaches_mongo
    async def overdue(self, before: datetime) -> Overdue:
        """Of alerts that were to ring before this time and are owed still, a thousand at most."""
        owed = {"kind": "alert", "due": {"$gt": entries.UNPLANNED, "$lt": before}}
        which = {"delivery.due": {"$exists": True}, "deliveries": {"$elemMatch": owed}}
        tried = {"$and": [entries.TO_RING, {"$lt": ["$$one.due", before]}, entries.TRIED]}
        doubtful = {"$cond": [entries.any_of(entries.ALL, tried), 1, 0]}
        counts = {"_id": None, "alerts": {"$sum": 1}, "doubtful": {"$sum": doubtful}}
        stages: list[Document] = [{"$match": which}, {"$limit": COUNTED}, {"$group": counts}]
        rows = await (await self._tickets.aggregate(stages)).to_list()
        return Overdue(rows[0]["alerts"], rows[0]["doubtful"]) if rows else Overdue(0, 0)

    @reaches_mongo
    async def anything(self, *, at: datetime) -> bool:
        """Whether Slack is owed a message of any kind that is due."""
        owed = {"kind": {"$in": list(entries.KINDS)}, "due": {"$gte": entries.AT_ONCE, "$lt": at}}
        which = {"delivery.due": {"$exists": True}, "deliveries": {"$elemMatch": owed}}
        return await self._tickets.find_one(which, {"_id": 1}) is not None

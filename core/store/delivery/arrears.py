"""What Slack has been owed for too long: the same to every process, whichever of them tried."""

from datetime import UTC, datetime
from typing import NamedTuple

from pymongo.asynchronous.collection import AsyncCollection

from core.store.errors import reaches_mongo
from core.store.mapping import Document

# Alerts that are counted at most.
COUNTED = 1000
_NEVER_PLANNED = datetime.fromtimestamp(0, UTC)


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
        which = {
            "alert.owed": True,
            "alert.at": {"$gt": _NEVER_PLANNED, "$lt": before},
            # What rang is owed until the next scan has planned what follows.
            "$expr": {"$not": {"$in": ["$alert.ring", {"$ifNull": ["$alert.announced", []]}]}},
        }
        doubtful = {"$cond": [{"$eq": [{"$type": "$alert.first_try"}, "date"]}, 1, 0]}
        counts = {"_id": None, "alerts": {"$sum": 1}, "doubtful": {"$sum": doubtful}}
        stages: list[Document] = [{"$match": which}, {"$limit": COUNTED}, {"$group": counts}]
        rows = await (await self._tickets.aggregate(stages)).to_list()
        return Overdue(rows[0]["alerts"], rows[0]["doubtful"]) if rows else Overdue(0, 0)

    @reaches_mongo
    async def anything(self, *, at: datetime) -> bool:
        """Whether Slack is owed a message of any kind that is due."""
        due = {"alert.owed": True, "alert.at": {"$lt": at}}
        owed = {"$or": [due, {"card.owed": True}, {"receipt.owed": True}]}
        return await self._tickets.find_one(owed, {"_id": 1}) is not None

"""What Slack has been owed for too long: the same to every process, whichever of them tried."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from pymongo.asynchronous.collection import AsyncCollection

from core.store.delivery import entries
from core.store.delivery.boards import behind, late, soon
from core.store.errors import reaches_mongo
from core.store.mapping import Document
from core.store.waits import ending, unanswered, waited

# Alerts that are counted at most.
COUNTED = 1000


# Tickets of which it is measured what they owe, at most.
MEASURED = 10_000


class Owed(NamedTuple):
    """Messages of a kind that are due: how many, and since when the oldest is."""

    messages: int
    oldest: datetime | None


class Overdue(NamedTuple):
    """Alerts that were to ring before some time, and how many of them may have done."""

    alerts: int
    doubtful: int


class ArrearsStore:
    def __init__(
        self, tickets: AsyncCollection[Document], boards: AsyncCollection[Document]
    ) -> None:
        self._tickets = tickets
        self._boards = boards

    @reaches_mongo
    async def overdue(self, before: datetime) -> Overdue:
        """Of alerts that were to ring before this time and are owed still, a thousand at most."""
        which = entries.owing(["alert"], {"$gt": entries.UNPLANNED, "$lt": before})
        tried = {"$and": [entries.TO_RING, {"$lt": ["$$one.due", before]}, entries.TRIED]}
        doubtful = {"$cond": [entries.any_of(entries.ALL, tried), 1, 0]}
        counts = {"_id": None, "alerts": {"$sum": 1}, "doubtful": {"$sum": doubtful}}
        stages: list[Document] = [{"$match": which}, {"$limit": COUNTED}, {"$group": counts}]
        rows = await (await self._tickets.aggregate(stages)).to_list()
        return Overdue(rows[0]["alerts"], rows[0]["doubtful"]) if rows else Overdue(0, 0)

    @reaches_mongo
    async def by_kind(self, *, at: datetime) -> Mapping[entries.Kind, Owed]:
        """What is due, of ten thousand tickets at most. What is owed at once is so since its ticket
        changed; an alert that is still to be planned is no message yet."""
        due = {"$gte": entries.AT_ONCE, "$lt": at, "$ne": entries.UNPLANNED}
        planned = {"$gt": ["$deliveries.due", entries.UNPLANNED]}
        since = {"$cond": [planned, "$deliveries.due", "$updated_at"]}
        counts = {"_id": "$deliveries.kind", "count": {"$sum": 1}, "oldest": {"$min": since}}
        stages: list[Document] = [
            {"$match": _due(at)},
            {"$limit": MEASURED},
            {"$project": {"deliveries.kind": 1, "deliveries.due": 1, "updated_at": 1}},
            {"$unwind": "$deliveries"},
            {"$match": {"deliveries.due": due}},
            {"$group": counts},
        ]
        rows = await (await self._tickets.aggregate(stages)).to_list()
        found = {row["_id"]: Owed(row["count"], row["oldest"]) for row in rows}
        return {kind: found.get(kind, Owed(0, None)) for kind in entries.KINDS}

    @reaches_mongo
    async def anything(self, *, at: datetime) -> bool:
        """Whether Slack is owed a message of any kind that is due."""
        return await self._tickets.find_one(_due(at), {"_id": 1}) is not None

    @reaches_mongo
    async def nothing_to_do(
        self, channel: str, *, at: datetime, remind: datetime | None = None
    ) -> bool:
        """Whether nothing is due, late or watched, nothing has waited until now, and the channel's
        board says so: what a look of all jobs together would find, for the price of two looks at
        indexes. Whoever was asked before `remind` is to be reminded, if that is given."""
        watched = {"alert.watch.until": {"$exists": True}}
        some = {"$or": [_due(at), watched, late(at), soon(at), waited(at)]}
        if remind is not None:
            some["$or"] += [unanswered(remind), ending(at)]
        if await self._tickets.find_one(some, {"_id": 1}):
            return False
        return await self._boards.find_one(behind(channel), {"_id": 1}) is None


def _due(at: datetime) -> Document:
    return entries.owing(entries.KINDS, {"$gte": entries.AT_ONCE, "$lt": at})

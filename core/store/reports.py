"""What is read of many tickets at once, without loading what only one of them is asked for."""

from datetime import datetime
from typing import Any

from pymongo.asynchronous.collection import AsyncCollection

from core.reports.workload import Share, Workload
from core.store import mapping
from core.store.errors import reaches_mongo
from core.store.mapping import Document
from core.store.mongo.indexes import Indexes
from core.store.projections import IN_LISTS
from core.tickets import Status, TicketSummary, TrackedTicket

_UNFINISHED: Document = {
    "status": {"$in": [status.value for status in Status if not status.finished]}
}


class ReportStore:
    def __init__(self, tickets: AsyncCollection[Document], indexes: Indexes) -> None:
        self._tickets = tickets
        self._indexes = indexes

    @reaches_mongo
    async def filed_within(
        self, since: datetime, until: datetime, *, after: TicketSummary | None, limit: int
    ) -> list[TrackedTicket]:
        """Tickets of a period without their texts, the newest first, from after that one on."""
        where: Document = {"created_at": {"$gte": since, "$lt": until}}
        if after is not None:
            where["created_at"] = {"$gte": since, "$lte": after.created_at}
            earlier = {"created_at": {"$lt": after.created_at}}
            where["$or"] = [earlier, {"number": {"$lt": after.number}}]

        async def ask(hint: str | None) -> list[Document]:
            found = self._tickets.find(
                where, IN_LISTS | {"pauses": True, "helpful": True}, hint=hint
            )
            return await found.sort({"created_at": -1, "number": -1}).limit(limit).to_list()

        rows = await self._indexes.hinted("tickets", "created_at", ask)
        return [mapping.tracked(document) for document in rows]

    @reaches_mongo
    async def standing(self, *, at: datetime, most: int, oldest: int) -> Workload:
        """Of at most so many unfinished tickets, the latest, and which are the oldest of all."""
        cursor = await self._tickets.aggregate(_by_assignee(at, most))
        shares = _by_person(await cursor.to_list())
        shares.sort(key=lambda share: (-share.late, -share.unfinished))
        found = self._tickets.find(_UNFINISHED, IN_LISTS).sort({"number": 1}).limit(oldest)
        summaries = [mapping.summary(document) for document in await found.to_list()]
        return Workload(shares, summaries, sum(share.unfinished for share in shares) < most)


def _by_assignee(at: datetime, most: int) -> list[dict[str, Any]]:
    # What stands still has no such time; in MongoDB's order that is less than any.
    late = {"$and": [{"$gt": ["$breaches_at", None]}, {"$lt": ["$breaches_at", at]}]}
    return [
        {"$match": _UNFINISHED},
        {"$sort": {"number": -1}},
        {"$limit": most},
        {"$project": {"assignee": 1, "late": {"$cond": [late, 1, 0]}}},
        {
            "$group": {
                "_id": "$assignee._id",
                "person": {"$first": "$assignee"},
                "unfinished": {"$sum": 1},
                "late": {"$sum": "$late"},
            }
        },
    ]


def _by_person(rows: list[Document]) -> list[Share]:
    """Two accounts may be one by now."""
    shares: dict[str | None, Share] = {}
    for row in rows:
        person = mapping.person(row["person"]) if row["person"] else None
        share, id = Share(person, row["unfinished"], row["late"]), person and person.id
        if one := shares.get(id):
            share = Share(person, one.unfinished + share.unfinished, one.late + share.late)
        shares[id] = share
    return list(shares.values())

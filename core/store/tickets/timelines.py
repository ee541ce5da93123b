"""What happened to a ticket: the latest of it in its document, and what is older in others.

A timeline only grows at its end. Once it is long, its oldest entries are copied into a document of
their own, and then one write of the ticket takes them out and names that document. What no ticket
names is not there: whoever is interrupted between the two leaves a copy of what the ticket still
has itself, and the next move removes it. Of two who move at once, the ticket names one's copy.
"""

from typing import Any, Literal

from bson import ObjectId
from pymongo.asynchronous.collection import AsyncCollection

from core.people.accounts import Person
from core.store import mapping
from core.store.errors import reaches_mongo
from core.store.mapping import Document
from core.store.projections import IS_LONG, OLDER
from core.tickets import Ticket, TimelineEntry

Collection = AsyncCollection[Document]

_ALL: Document = {"$ifNull": ["$timeline", []]}
# What is only for agents: notes, what became of them, and of their alerts. Whether what was edited
# long ago is a note, nobody knows any more.
_EDITED: Document = {"$in": ["$$this.what", ["edited", "withdrawn"]]}
_OF_AGENTS: Document = {"$in": ["$$this.what", ["noted", "acknowledged", "snoozed"]]}
_NOT_PUBLIC: Document = {
    "$or": [_OF_AGENTS, {"$and": [_EDITED, {"$ne": ["$$this.internal", False]}]}]
}


def _public(entries: Any) -> Document:
    """Documents of older entries are counted by this: another rule has to count them anew."""
    return {"$filter": {"input": entries, "cond": {"$not": [_NOT_PUBLIC]}}}


class Timelines:
    def __init__(self, tickets: Collection, older: Collection) -> None:
        self._tickets = tickets
        self._older = older

    @reaches_mongo
    async def page(
        self, reference: str, *, start: int, limit: int, internal: bool
    ) -> tuple[Person, list[TimelineEntry]] | None:
        """Whose ticket it is, and so many entries from the one with this index on, the oldest
        first; None if there is no such ticket."""
        which = mapping.which_ticket(reference)
        counted: Literal["entries", "public"] = "entries" if internal else "public"
        those = _ALL if internal else _public(_ALL)
        first = {"$max": [0, {"$subtract": [start, {"$sum": f"$timelines.{counted}"}]}]}
        wanted = {"requester": 1, "timelines": 1, "timeline": {"$slice": [those, first, limit]}}
        found = which and await self._tickets.find_one(which, wanted)
        if not found:
            return None
        rows: list[Document] = []
        passed = 0
        for one in found.get("timelines", ()):
            begin, end = max(start - passed, 0), min(start + limit - passed, one[counted])
            passed += one[counted]
            if begin < end:
                part = {"timeline": {"$slice": [those, begin, end - begin]}}
                older = await self._older.find_one({"_id": one["_id"]}, part)
                rows += older["timeline"] if older else ()
        rows = [*rows, *found["timeline"]][:limit]
        return mapping.person(found["requester"]), [mapping.timeline_entry(row) for row in rows]

    @reaches_mongo
    async def older(self, id: str) -> list[TimelineEntry] | None:
        """The entries that a document of older ones holds; None if there is no such document."""
        found = await self._older.find_one({"_id": ObjectId(id)}, {"timeline": 1})
        return [mapping.timeline_entry(row) for row in found["timeline"]] if found else None

    @reaches_mongo
    async def was_changed_with(self, key: str, ticket_id: str) -> bool:
        """The ticket comes first: what moves meanwhile is in the other before it leaves the one."""
        fields: Document = {"timeline": {"$elemMatch": {"key": key}}, "timelines.entries": 1}
        found = await self._tickets.find_one({"_id": ObjectId(ticket_id)}, fields)
        if found is None or "timeline" in found:
            return found is not None
        return "timelines" in found and await self._has_older(key, ticket_id)

    async def lack(self, key: str, ticket: Ticket) -> Document | None:
        """The filter for the ticket if nothing was done with this key, as its timeline was parted
        when it was read; None if something was."""
        if ticket.older_timelines and await self._has_older(key, ticket.id):
            return None
        return as_parted(ticket.older_timelines) | {"timeline.key": {"$ne": key}}

    async def _has_older(self, key: str, ticket_id: str) -> bool:
        which = {"ticket": ObjectId(ticket_id), "timeline.key": key}
        return await self._older.find_one(which, {"_id": 1}) is not None

    @reaches_mongo
    async def move(self, ticket_id: str) -> bool:
        """Moves the oldest entries as long as the timeline is long; False if it was not."""
        id, was_long = ObjectId(ticket_id), False
        fields: Document = {"entries": {"$size": _ALL}, "older": OLDER, "erasures": 1}
        fields["start"] = {"$sum": _ENTRIES}
        while found := await self._tickets.find_one({"_id": id, "$expr": IS_LONG}, fields):
            was_long = True
            # A quarter stays, so that there is not always something to move.
            count = found["entries"] - found["entries"] // 4
            # Nothing is copied that somebody erases meanwhile.
            as_read = {"erasures": found.get("erasures")} | as_parted(found["older"])
            await self._move({"_id": id} | as_read, count, start=found["start"])
        return was_long

    async def _move(self, which: Document, count: int, *, start: int) -> None:
        copy, oldest = ObjectId(), {"$slice": ["$timeline", count]}
        stages: list[Document] = [
            {"$match": which},
            {"$project": {"_id": copy, "ticket": "$_id", "start": {"$literal": start},
                          "timeline": oldest}},
            {"$merge": {"into": self._older.name, "whenMatched": "fail"}},
        ]  # fmt: skip
        await self._tickets.aggregate(stages)
        counts = {"entries": count, "public": {"$size": _public(oldest)}}
        named = {"$ifNull": ["$timelines", []]}
        fields = {
            "filed_by": {"$ifNull": ["$filed_by", {"$first": "$timeline.by"}]},
            "timelines": {"$concatArrays": [named, [{"_id": copy} | counts]]},
            "timeline": {"$slice": ["$timeline", count, {"$size": "$timeline"}]},
        }
        await self._tickets.update_one(which, [{"$set": fields}])
        await self._remove_unnamed(which["_id"])

    async def _remove_unnamed(self, id: ObjectId) -> None:
        """Of what others are still at, nothing: they copy from where the named ones end. Who began
        before that will not be named any more."""
        found = await self._tickets.find_one({"_id": id}, {"timelines": 1})
        named = found.get("timelines", []) if found else []
        unnamed: Document = {"ticket": id, "_id": {"$nin": [one["_id"] for one in named]}}
        if found is not None:
            unnamed["start"] = {"$lt": sum(one["entries"] for one in named)}
        await self._older.delete_many(unnamed)


_ENTRIES = "$timelines.entries"


def as_parted(older: int) -> Document:
    """The filter for a ticket with so many documents of older entries."""
    return {"timelines": {"$size": older} if older else {"$exists": False}}

"""Tickets whose documents have no room left for what Slack is owed about them.

None comes to that any more (core/tickets/room.py), but older versions filled some to the last
byte. Nobody claims what such a ticket owes, so that it keeps no other from ringing. It is put
aside: the time at which it is looked at next lies a while ahead, in the place of the one before,
which takes no byte; and a document of another collection names it, for /readyz to say.
"""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from pymongo import UpdateOne
from pymongo.asynchronous.collection import AsyncCollection

from core.store.delivery.entries import AT_ONCE, KINDS, owing
from core.store.errors import reaches_mongo
from core.store.mapping import Document
from core.store.room import has_room
from core.store.tickets.timelines import Timelines

# How long nobody looks at one that was put aside, and how long it counts as such unless it is
# put aside again.
_ASIDE = timedelta(minutes=5)
_NAMED = 2 * _ASIDE
_AT_MOST = 100


class Full(NamedTuple):
    """A ticket that Slack cannot be told about."""

    number: int

    @property
    def key(self) -> str:
        return f"T-{self.number}"


class FullStore:
    def __init__(
        self,
        tickets: AsyncCollection[Document],
        full: AsyncCollection[Document],
        timelines: Timelines,
    ) -> None:
        self._tickets = tickets
        self._full = full
        self._timelines = timelines

    @reaches_mongo
    async def put_aside(self, *, at: datetime) -> None:
        """Puts aside what is owed by now and has no room, so that it is not read at every scan;
        where a long timeline took the room, makes some."""
        due = {"$gte": AT_ONCE, "$lt": at}
        which = owing(KINDS, due) | {"$expr": {"$not": [has_room()]}}
        found = self._tickets.find(which, {"number": 1}).limit(_AT_MOST)
        full = await found.to_list()
        if rows := [row for row in full if not await self._timelines.move(str(row["_id"]))]:
            await self._full.bulk_write([_naming(row) for row in rows], ordered=False)
            ids = {"_id": {"$in": [row["_id"] for row in rows]}}
            await self._tickets.update_many(
                ids,
                {"$set": {"deliveries.$[due].due": at + _ASIDE}},
                array_filters=[{"due.due": due}],
            )
        # What was put aside a while ago and is no alert that is planned for a time of its own.
        late, no_alert = {"$gt": AT_ONCE, "$lt": at}, {"late.kind": {"$ne": "alert"}}
        others = [kind for kind in KINDS if kind != "alert"]
        await self._tickets.update_many(
            owing(others, late) | {"$expr": has_room()},
            {"$set": {"deliveries.$[late].due": AT_ONCE}},
            array_filters=[{"late.due": late, "$or": [no_alert, {"late.ts": {"$gt": ""}}]}],
        )

    @reaches_mongo
    async def named(self, *, most: int) -> list[Full]:
        """Those that are put aside now."""
        found = self._full.find({"until": {"$gt": datetime.now(UTC)}}, limit=most)
        rows = await found.sort({"until": 1}).to_list()
        return [Full(row["number"]) for row in rows]


def _naming(row: Document) -> UpdateOne:
    until = {"$add": ["$$NOW", round(_NAMED.total_seconds() * 1000)]}
    fields = {"number": row["number"], "until": until}
    return UpdateOne({"_id": row["_id"]}, [{"$set": fields}], upsert=True)

"""Alerts that may be in the channel twice, and which copy of each stays.

A repeat can only come about where an alert was tried again after a try whose outcome was
unknown; outbox.py notes that with the second try. Which copy stays is decided once, in the
ticket's document, so that of any number of processes none ever deletes what another keeps.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from bson import ObjectId
from pymongo import ReturnDocument
from pymongo.asynchronous.collection import AsyncCollection

from core.store.delivery.entries import (
    ALL,
    CLAIMED,
    TO_RING,
    Expression,
    after_comment,
    among,
    any_of,
    each,
    later,
    owed,
    where,
)
from core.store.delivery.leases import Leases
from core.store.errors import reaches_mongo
from core.store.mapping import Document, object_id
from core.store.room import has_room

# How long after the latest try a frozen process may still wake and post what it was about to.
WATCHED = timedelta(minutes=15)
# How long after its end a watch goes on at most, where a channel cannot be read.
GIVEN_UP = timedelta(hours=1)
_AT_MOST = 500
_SWEEP = "sweep"


class Watched(NamedTuple):
    """These tickets' alerts may be there twice, in messages since then.

    They `name` the messages (by ts) that they follow, and those which stay by what was decided.
    Of those that are `over` no copy will come any more that is not there now.
    """

    tickets: frozenset[str]
    since: datetime
    named: frozenset[str]
    over: frozenset[str] = frozenset()


class DuplicateStore:
    def __init__(
        self, tickets: AsyncCollection[Document], turns: AsyncCollection[Document]
    ) -> None:
        self._tickets = tickets
        self._sweeps = Leases(turns)

    @reaches_mongo
    async def claim(self, *, pause: timedelta) -> Watched | None:
        """What is to be looked at now; nobody else looks for the time of `pause`.

        An alert that is just being posted is left for later: which copy its ticket names is
        not settled yet.
        """
        unsettled = {"$and": [{"$gt": ["$delivery.until", "$$NOW"]}, CLAIMED, TO_RING]}
        settled = {"$and": [{"$not": [any_of(ALL, unsettled)]}, has_room()]}
        which = {"alert.watch.until": {"$exists": True}, "$expr": settled}
        fields = {
            "alert": 1,
            "deliveries.ts": 1,
            "over": {"$lte": ["$alert.watch.until", "$$NOW"]},
        }
        found = await self._tickets.find(which, fields).to_list(_AT_MOST)
        if not found or not await self._sweeps.take(_SWEEP, lease=pause):
            return None
        since = min(document["alert"]["watch"]["since"] for document in found)
        named = {
            one["ts"]
            for document in found
            for one in (*document.get("deliveries", ()), *document["alert"].get("kept", ()))
            if one.get("ts")
        }
        over = frozenset(str(document["_id"]) for document in found if document["over"])
        tickets = frozenset(str(document["_id"]) for document in found)
        return Watched(tickets, since, frozenset(named), over)

    @reaches_mongo
    async def looked_at(self, watched: Watched, *, complete: bool = True) -> None:
        """Those that were watched for long enough need not be looked at again.

        After a look that was not `complete` they are, but not for ever.
        """
        until: Expression = "$alert.watch.until"
        if not complete:
            until = {"$add": [until, round(GIVEN_UP.total_seconds() * 1000)]}
        # One that was tried again meanwhile is watched anew.
        over = {"$lte": [until, "$$NOW"]}
        which = {"_id": {"$in": [ObjectId(ticket) for ticket in watched.over]}, "$expr": over}
        await self._tickets.update_many(which, {"$unset": {"alert.watch": ""}})

    @reaches_mongo
    async def kept(self, alert: str, *, ticket: str, ts: str) -> str | None:
        """The ts of the copy that stays: what the first who asks proposes, the same ever after.

        None if there is no such ticket here.
        """
        if (id := object_id(ticket)) is None:
            return None
        decision = {"alert": alert, "ts": ts}
        before = {"$ifNull": ["$alert.kept", []]}
        decided = {"$in": [alert, {"$ifNull": ["$alert.kept.alert", []]}]}
        kept = {"$cond": [decided, before, {"$concatArrays": [before, [decision]]}]}
        document = await self._tickets.find_one_and_update(
            {"_id": id},
            [{"$set": {"alert.kept": kept}}],
            projection={"alert.kept": 1},
            return_document=ReturnDocument.AFTER,
        )
        if document is None:
            return None
        decisions = document["alert"]["kept"]
        return next(str(each["ts"]) for each in decisions if each["alert"] == alert)

    @reaches_mongo
    async def follow(self, ts: str | None, *, ticket: str, rather_than: str) -> None:
        """A ticket that named a copy names this one from here on, if any, which is brought up to
        date: what it says is not known."""
        this = {"$eq": ["$$one.ts", rather_than]}
        if ts is None:
            deliveries = among(ALL, {"$not": [this]})
        else:
            deliveries = each(after_comment(), where(this, {"ts": ts, "says": None}))
        which = {"_id": object_id(ticket), "deliveries.ts": rather_than}
        await self._tickets.update_one(which, owed(deliveries))


def watch() -> Expression:
    """What a second try of the claimed alert notes, over the ticket's document."""
    claimed = {"$first": among(ALL, CLAIMED)}
    first_try = {"$let": {"vars": {"claimed": claimed}, "in": "$$claimed.first_try"}}
    noted = {
        "since": {"$ifNull": ["$alert.watch.since", first_try]},
        "until": later(WATCHED),
    }
    again = {"$ne": [{"$ifNull": [first_try, None]}, None]}
    return {"$cond": [again, noted, {"$ifNull": ["$alert.watch", "$$REMOVE"]}]}

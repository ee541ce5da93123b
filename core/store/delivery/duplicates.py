"""Alerts that may be in the channel twice, and which copy of each stays.

A repeat can only come about where an alert was tried again after a try whose outcome was
unknown; outbox.py notes that with the second try. Which copy stays is decided once, in the
ticket's document, so that of any number of processes none ever deletes what another keeps.
"""

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from bson import ObjectId
from pymongo import ReturnDocument
from pymongo.asynchronous.collection import AsyncCollection

from core.store.errors import reaches_mongo
from core.store.full import has_room
from core.store.mapping import Document, object_id

# How long after the latest try a frozen process may still wake and post what it was about to.
WATCHED = timedelta(minutes=15)
# How long after its end a watch goes on at most, where a channel cannot be read.
GIVEN_UP = timedelta(hours=1)
_AT_MOST = 500


class Watched(NamedTuple):
    """These tickets' alerts may be there twice, in messages since then.

    They `name` the messages (by ts) that they follow, and those which stay by what was decided.
    """

    tickets: frozenset[str]
    since: datetime
    named: frozenset[str]


class DuplicateStore:
    def __init__(self, tickets: AsyncCollection[Document]) -> None:
        self._tickets = tickets

    @reaches_mongo
    async def claim(self, *, pause: timedelta) -> Watched | None:
        """What is to be looked at now; nobody else looks at it for the time of `pause`.

        An alert that is just being posted is left for later: which copy its ticket names is
        not settled yet.
        """
        claim = secrets.token_hex(8)
        settled = {"$lte": ["$alert.free_at", "$$NOW"]}
        unclaimed = {"$eq": ["$alert.claim", None]}
        due = {"$lte": ["$alert.watch.free_at", "$$NOW"]}
        which = {
            "alert.watch.free_at": {"$exists": True},
            "$expr": {"$and": [due, {"$or": [settled, unclaimed]}, has_room()]},
        }
        ids = [row["_id"] for row in await self._tickets.find(which, {"_id": 1}).to_list(_AT_MOST)]
        if not ids:
            return None
        fields = {
            "alert.watch.claim": claim,
            "alert.watch.free_at": {"$add": ["$$NOW", _milliseconds(pause)]},
            # The look that follows may be the last.
            "alert.watch.over": {"$lte": ["$alert.watch.until", "$$NOW"]},
        }
        await self._tickets.update_many(which | {"_id": {"$in": ids}}, [{"$set": fields}])
        ours = self._tickets.find({"_id": {"$in": ids}, "alert.watch.claim": claim}, {"alert": 1})
        found = await ours.to_list()
        if not found:
            return None
        since = min(document["alert"]["watch"]["since"] for document in found)
        tickets = frozenset(str(document["_id"]) for document in found)
        named = frozenset(
            one["ts"]
            for document in found
            for field in ("messages", "kept")
            for one in document["alert"].get(field, ())
        )
        return Watched(tickets, since, named)

    @reaches_mongo
    async def looked_at(self, watched: Watched, *, complete: bool = True) -> None:
        """Those that were watched for long enough need not be looked at again.

        After a look that was not `complete` they are, but not for ever.
        """
        ids = [ObjectId(ticket) for ticket in watched.tickets]
        over: Document = {"_id": {"$in": ids}, "alert.watch.over": True}
        if not complete:
            given_up = {"$add": ["$alert.watch.until", _milliseconds(GIVEN_UP)]}
            over["$expr"] = {"$lte": [given_up, "$$NOW"]}
        await self._tickets.update_many(over, {"$unset": {"alert.watch": ""}})

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
        named = {"_id": object_id(ticket), "alert.messages.ts": rather_than}
        change: Document = {"$pull": {"alert.messages": {"ts": rather_than}}}
        if ts is not None:
            fields = {"alert.messages.$.ts": ts, "alert.messages.$.says": None, "card.owed": True}
            change = {"$set": fields, "$inc": {"revision": 1}}
        await self._tickets.update_one(named, change)


def watch(lease: timedelta) -> Document:
    """What a second try notes, as an expression over the ticket's document."""
    noted = {
        "since": {"$ifNull": ["$alert.watch.since", "$alert.first_try"]},
        "until": {"$add": ["$$NOW", _milliseconds(WATCHED)]},
        "free_at": {"$add": ["$$NOW", _milliseconds(lease)]},
    }
    again = {"$ne": [{"$ifNull": ["$alert.first_try", None]}, None]}
    return {"$cond": [again, noted, {"$ifNull": ["$alert.watch", "$$REMOVE"]}]}


def _milliseconds(time: timedelta) -> int:
    return round(time.total_seconds() * 1000)

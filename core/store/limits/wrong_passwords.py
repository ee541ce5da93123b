"""When wrong passwords came, by what they count against, of all processes together."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import DuplicateKeyError

from core.store.errors import reaches_mongo
from core.store.mapping import Document

# What a document outlives its times by: a process whose clock is late asks about it still.
_LATE = timedelta(minutes=5)


class WrongPasswordStore:
    def __init__(self, wrong: AsyncCollection[Document]) -> None:
        self._wrong = wrong

    @reaches_mongo
    async def since(self, at: datetime, keys: Collection[str]) -> Mapping[str, list[datetime]]:
        """When those came that count against each, the oldest first."""
        found = self._wrong.find({"_id": {"$in": list(keys)}})
        rows = {row["_id"]: row["at"] for row in await found.to_list()}
        return {key: [one for one in rows.get(key, ()) if one > at] for key in keys}

    @reaches_mongo
    async def add(
        self, key: str, at: datetime, *, most: int, within: timedelta
    ) -> list[datetime] | None:
        """One more; but if there were as many within that time before it, those, the oldest first:
        of two that come at once only one is the last."""
        over = round((within + _LATE).total_seconds() * 1000)
        came = {"$ifNull": ["$at", []]}
        recent = {"$filter": {"input": came, "cond": {"$gt": ["$$this", at - within]}}}
        one_more = {"$concatArrays": ["$at", [at]]}
        change: list[Document] = [
            {"$set": {"at": recent}},
            {"$set": {"at": {"$cond": [{"$lt": [{"$size": "$at"}, most]}, one_more, "$at"]}}},
            {"$set": {"until": {"$add": ["$$NOW", over]}}},
        ]
        try:
            before = await self._wrong.find_one_and_update({"_id": key}, change, upsert=True)
        except DuplicateKeyError:
            # Somebody else was the first at the same moment.
            before = await self._wrong.find_one_and_update({"_id": key}, change, upsert=True)
        known = [one for one in (before or {}).get("at", ()) if one > at - within]
        return known if len(known) >= most else None

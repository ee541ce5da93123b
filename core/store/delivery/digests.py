"""Which daily digests were posted: a document for each day and channel, whose `_id` is the claim.

Whoever makes the document posts, and nobody else does: a digest is posted at most once. Only
one that Slack certainly refused becomes free again.
"""

from datetime import date, timedelta

from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import DuplicateKeyError

from core.store.errors import reaches_mongo
from core.store.mapping import Document


class DigestStore:
    def __init__(self, digests: AsyncCollection[Document]) -> None:
        self._digests = digests

    @reaches_mongo
    async def is_free(self, day: date, channel: str) -> bool:
        """Whether it is worth making the digest; only `claim` says whether it may be posted."""
        # The server's time, for those of the processes may differ.
        waits = {"$expr": {"$gt": ["$free_at", "$$NOW"]}}
        taken = {"$or": [{"free_at": {"$exists": False}}, waits]}
        return await self._digests.find_one({"_id": _name(day, channel)} | taken) is None

    @reaches_mongo
    async def is_settled(self, day: date, channel: str) -> bool:
        """Whether somebody posts it or did, so that there is nothing to wait for."""
        settled = {"_id": _name(day, channel), "free_at": {"$exists": False}}
        return await self._digests.find_one(settled) is not None

    @reaches_mongo
    async def claim(self, day: date, channel: str) -> bool:
        """Whether this process is to post it, and no other any more."""
        name = _name(day, channel)
        try:
            await self._digests.insert_one({"_id": name})
            return True
        except DuplicateKeyError:
            since = {"$expr": {"$lte": ["$free_at", "$$NOW"]}, "free_at": {"$exists": True}}
            taken = await self._digests.update_one(
                {"_id": name} | since, {"$unset": {"free_at": ""}}
            )
            return taken.modified_count == 1

    @reaches_mongo
    async def posted(self, day: date, channel: str, *, ts: str) -> None:
        await self._digests.update_one({"_id": _name(day, channel)}, {"$set": {"ts": ts}})

    @reaches_mongo
    async def refused(self, day: date, channel: str, *, wait: timedelta) -> None:
        """It was certainly not posted, and may be tried again after a while."""
        later = {"$add": ["$$NOW", wait // timedelta(milliseconds=1)]}
        await self._digests.update_one({"_id": _name(day, channel)}, [{"$set": {"free_at": later}}])


def _name(day: date, channel: str) -> str:
    return f"{channel}:{day.isoformat()}"

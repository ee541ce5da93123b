"""Which daily digests were posted: a document for each day and channel.

A digest is tried at most once: one of which nobody knows whether Slack has it is not tried again.
Only one that Slack certainly refused, or that nobody had begun to post, is.
"""

from datetime import date, timedelta
from typing import NamedTuple

from pymongo.asynchronous.collection import AsyncCollection

from core.store.delivery.leases import Leases
from core.store.errors import reaches_mongo
from core.store.mapping import Document


class Digest(NamedTuple):
    """A day's digest in a channel, claimed by this process."""

    id: str
    lease: str


class DigestStore:
    def __init__(self, digests: AsyncCollection[Document]) -> None:
        self._digests = digests
        self._leases = Leases(digests)

    @reaches_mongo
    async def is_settled(self, day: date, channel: str) -> bool:
        """Whether somebody posts it or did, so that there is nothing to wait for."""
        settled = {"_id": _name(day, channel), "begun": True}
        return await self._digests.find_one(settled, {"_id": 1}) is not None

    @reaches_mongo
    async def claim(self, day: date, channel: str, *, lease: timedelta) -> Digest | None:
        """None if it is settled, somebody else has it, or Slack refused it a while ago."""
        held = await self._leases.take(_name(day, channel), lease=lease)
        if held is None or held.document.get("begun"):
            return None
        return Digest(held.id, held.lease)

    @reaches_mongo
    async def begin(self, digest: Digest, *, within: timedelta) -> bool:
        """Notes the try before it is made; False if less of the lease is left than it may take."""
        return await self._leases.write(digest.id, digest.lease, {"begun": True}, within=within)

    @reaches_mongo
    async def posted(self, digest: Digest, *, ts: str) -> None:
        await self._leases.let_go(digest.id, digest.lease, wait=timedelta(), fields={"ts": ts})

    @reaches_mongo
    async def refused(self, digest: Digest, *, wait: timedelta) -> None:
        """It was certainly not posted, and may be tried again after a while."""
        fields = {"begun": False}
        await self._leases.let_go(digest.id, digest.lease, wait=wait, fields=fields)


def _name(day: date, channel: str) -> str:
    return f"{channel}:{day.isoformat()}"

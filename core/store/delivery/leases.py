"""Documents that one process at a time holds: a channel's board, a day's digest, the sweep.

The same lease as a ticket's, by the same clock: every write names it, so that a process that
lost it changes nothing any more.
"""

import secrets
from datetime import timedelta
from typing import NamedTuple

from pymongo import ReturnDocument
from pymongo.asynchronous.collection import AsyncCollection

from core.store.delivery.entries import later
from core.store.mapping import Document


class HeldDocument(NamedTuple):
    id: str
    lease: str
    document: Document


class Leases:
    def __init__(self, documents: AsyncCollection[Document]) -> None:
        self._documents = documents

    async def take(self, id: str, *, lease: timedelta, make: bool = True) -> HeldDocument | None:
        """The document, to `make` if there is none; None as long as somebody else has it, or it
        was let go of for a while."""
        token = secrets.token_hex(8)
        free = {"$lte": ["$delivery.until", "$$NOW"]}
        ours = {"lease": token, "until": later(lease)}
        document = await self._documents.find_one_and_update(
            {"_id": id},
            [{"$set": {"delivery": {"$cond": [free, ours, "$delivery"]}}}],
            upsert=make,
            return_document=ReturnDocument.AFTER,
        )
        if document is None or document["delivery"].get("lease") != token:
            return None
        return HeldDocument(id, token, document)

    async def read(self, id: str) -> Document | None:
        return await self._documents.find_one({"_id": id})

    async def write(
        self, id: str, lease: str, fields: Document, *, within: timedelta = timedelta()
    ) -> bool:
        """False if the lease is lost, or has no more left than `within`."""
        which: Document = {"_id": id, "delivery.lease": lease}
        if within:
            which["$expr"] = {"$gt": ["$delivery.until", later(within)]}
        written = await self._documents.update_one(which, [{"$set": fields}])
        return written.matched_count == 1

    async def let_go(
        self, id: str, lease: str, *, wait: timedelta, fields: Document | None = None
    ) -> None:
        """Nobody takes it for so long; these fields are written along."""
        delivery = {"delivery.lease": "$$REMOVE", "delivery.until": later(wait)}
        await self.write(id, lease, (fields or {}) | delivery)

"""Who was offered to have a ticket opened, and for how long nobody asks them again.

A document for a person in a channel, and for a message where each is asked about once, which holds
nothing of what they said; all processes share it, and the server's clock.
"""

import secrets
from datetime import timedelta

from pymongo import ReturnDocument
from pymongo.asynchronous.collection import AsyncCollection

from core.store.delivery.entries import later
from core.store.errors import reaches_mongo
from core.store.mapping import Document

QUIET = timedelta(hours=3)


class OfferStore:
    def __init__(self, offers: AsyncCollection[Document]) -> None:
        self._offers = offers

    @reaches_mongo
    async def claim(self, channel: str, whom: str) -> bool:
        """Whether it is to be offered to them, or for this message, now: then nobody does for a
        while."""
        token = secrets.token_hex(8)
        over = {"$lte": ["$until", "$$NOW"]}
        fields = {
            "until": {"$cond": [over, later(QUIET), "$until"]},
            "offer": {"$cond": [over, token, "$offer"]},
        }
        document = await self._offers.find_one_and_update(
            {"_id": f"{channel} {whom}"},
            [{"$set": fields}],
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        return document is not None and document["offer"] == token

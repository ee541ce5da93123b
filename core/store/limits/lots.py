"""How much of what somebody may ask for in a window was handed out, in lots, to all processes.

A document a window and subject. A process that was given a lot hands it out by itself; what it has
left when others are told that there is no more is lost to them. The lots that all of them were
given last come to a tenth of the whole at most, but for lots of one, which are used at once: so
that is the most that can be lost, whoever stops or is asked no more.
"""

import secrets
from datetime import timedelta
from typing import NamedTuple

from pymongo import ReturnDocument
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import DuplicateKeyError

from core.store.errors import reaches_mongo
from core.store.mapping import Document

# What a document outlives its window by: a process whose clock is late asks about it still.
_LATE = timedelta(minutes=5)


class Lot(NamedTuple):
    """How much was given, and how much there was left for others then."""

    size: int
    left: int


class LotStore:
    def __init__(self, allowances: AsyncCollection[Document]) -> None:
        self._allowances = allowances
        self._process = secrets.token_hex(8)

    @reaches_mongo
    async def draw(self, window: str, *, of: int, lasts: timedelta) -> Lot:
        """A lot of this window, in which there are so many `of` them; of nothing if all are gone.

        The window `lasts` this long, by MongoDB's clock, from each time that it is asked about.
        """
        over = round((lasts + _LATE).total_seconds() * 1000)
        drawn, others = {"$ifNull": ["$drawn", 0]}, {"$ifNull": ["$lots", []]}
        not_ours = {"$ne": ["$$this.process", self._process]}
        share = {"$floor": {"$divide": [of // 10, {"$add": [{"$size": "$lots"}, 2]}]}}
        free = {"$subtract": [of // 10, {"$sum": "$lots.size"}]}
        left = {"$subtract": [of, "$drawn"]}
        one_at_least = {"$max": [1, {"$min": [{"$toInt": share}, free]}]}
        ours = {"process": self._process, "size": "$lot"}
        change: list[Document] = [
            {"$set": {"drawn": drawn, "lots": {"$filter": {"input": others, "cond": not_ours}}}},
            {"$set": {"lot": {"$max": [0, {"$min": [left, one_at_least]}]}}},
            {
                "$set": {
                    "drawn": {"$add": ["$drawn", "$lot"]},
                    "lots": {"$concatArrays": ["$lots", [ours]]},
                    "until": {"$add": ["$$NOW", over]},
                }
            },
        ]
        try:
            document = await self._change(window, change)
        except DuplicateKeyError:
            # Somebody else was the first at the same moment.
            document = await self._change(window, change)
        return Lot(document["lot"], of - document["drawn"])

    async def _change(self, window: str, change: list[Document]) -> Document:
        document = await self._allowances.find_one_and_update(
            {"_id": window}, change, upsert=True, return_document=ReturnDocument.AFTER
        )
        assert document is not None  # an upsert that returns the document after it
        return document

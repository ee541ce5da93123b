"""Whose turn it is to post in a channel, and how many people may still be mentioned in it.

A document a channel; all processes share it, and the server's clock.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from pymongo import ReturnDocument
from pymongo.asynchronous.collection import AsyncCollection

from core.store.delivery.entries import later
from core.store.errors import reaches_mongo
from core.store.mapping import Document

_HOUR = timedelta(hours=1)
_FREE_AT = {"$max": ["$$NOW", "$free_at"]}


class ChannelLimits:
    def __init__(self, turns: AsyncCollection[Document]) -> None:
        self._turns = turns

    @reaches_mongo
    async def take(
        self, channel: str, *, pause: timedelta, most: timedelta = timedelta.max
    ) -> timedelta:
        """How long until the next turn in this channel: it is ours unless that is past `most`."""
        wait = {"$max": [0, {"$subtract": ["$free_at", "$$NOW"]}]}
        milliseconds = round(pause.total_seconds() * 1000)
        far_off = {"$gt": [wait, round(most.total_seconds() * 1000)]}
        turn = {
            "wait": wait,
            "free_at": {"$cond": [far_off, "$free_at", {"$add": [_FREE_AT, milliseconds]}]},
        }
        document = await self._turns.find_one_and_update(
            {"_id": channel}, [{"$set": turn}], upsert=True, return_document=ReturnDocument.AFTER
        )
        return timedelta(milliseconds=document["wait"]) if document else timedelta()

    @reaches_mongo
    async def hold(self, channel: str, *, wait: timedelta) -> None:
        """Nobody posts in this channel for so long."""
        until = {"$max": [_FREE_AT, later(wait)]}
        await self._turns.update_one({"_id": channel}, [{"$set": {"free_at": until}}], upsert=True)

    @reaches_mongo
    async def spend_mentions(self, channel: str, wanted: int, *, most: int) -> int:
        """How many of the wanted mentions there may be, of so many in an hour."""
        hour_ago = {"$subtract": ["$$NOW", round(_HOUR.total_seconds() * 1000)]}
        over = {"$lte": [{"$ifNull": ["$mentions.since", None]}, hour_ago]}
        spent = {"$cond": [over, 0, "$mentions.spent"]}
        granted = {"$max": [0, {"$min": [wanted, {"$subtract": [most, spent]}]}]}
        budget = {
            "since": {"$cond": [over, "$$NOW", "$mentions.since"]},
            "spent": {"$add": [spent, granted]},
            "granted": granted,
        }
        document = await self._turns.find_one_and_update(
            {"_id": channel},
            [{"$set": {"mentions": budget}}],
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        return int(document["mentions"]["granted"]) if document else 0

    @reaches_mongo
    async def give_back(self, channel: str, mentions: int) -> None:
        """They were granted, and nobody was mentioned after all."""
        left = {"$max": [0, {"$subtract": ["$mentions.spent", mentions]}]}
        which = {"_id": channel, "mentions": {"$exists": True}}
        await self._turns.update_one(which, [{"$set": {"mentions.spent": left}}])

    @reaches_mongo
    async def rang(self, channel: str, kind: str, *, at: datetime) -> None:
        """An alert of this kind rang there, by the desk's clock."""
        await self._turns.update_one({"_id": channel}, {"$set": {f"rang.{kind}": at}}, upsert=True)

    @reaches_mongo
    async def latest(self, channels: Collection[str]) -> Mapping[tuple[str, str], datetime]:
        """When, by channel and kind, one rang there last."""
        found = self._turns.find({"_id": {"$in": list(channels)}}, {"rang": True})
        return {
            (row["_id"], kind): at
            for row in await found.to_list()
            for kind, at in row.get("rang", {}).items()
        }

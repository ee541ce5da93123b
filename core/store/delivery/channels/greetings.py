"""Which channels the desk was invited to, and greeted: a document for each.

A channel is greeted at most once: what may be there is not tried again, but only what Slack
certainly refused.
"""

from datetime import timedelta
from typing import NamedTuple

from pymongo.asynchronous.collection import AsyncCollection

from core.store.delivery.entries import AT_ONCE
from core.store.delivery.leases import Leases
from core.store.errors import reaches_mongo
from core.store.mapping import Document

# Channels that are looked at together.
_AT_ONCE = 20


class Greeting(NamedTuple):
    """What a channel is owed, claimed by this process."""

    channel: str
    lease: str
    # What is said before all else, if it is not what is said everywhere.
    words: str | None


class GreetingStore:
    def __init__(self, greetings: AsyncCollection[Document]) -> None:
        self._greetings = greetings
        self._leases = Leases(greetings)

    @reaches_mongo
    async def owe(self, channel: str, *, words: str | None = None) -> None:
        """Unless it was greeted, or is about to be."""
        owed = {"owed": True, "words": words, "delivery": {"until": AT_ONCE}}
        await self._greetings.update_one({"_id": channel}, {"$setOnInsert": owed}, upsert=True)

    @reaches_mongo
    async def claim(self, *, lease: timedelta) -> Greeting | None:
        """One that is owed, and that nobody else has."""
        found = self._greetings.find({"owed": True}, {"_id": 1}).limit(_AT_ONCE)
        for row in await found.to_list():
            held = await self._leases.take(row["_id"], lease=lease, make=False)
            if held is not None and held.document.get("owed"):
                return Greeting(held.id, held.lease, held.document.get("words"))
        return None

    @reaches_mongo
    async def begin(self, greeting: Greeting, *, within: timedelta) -> bool:
        """Notes the try before it is made; False if less of the lease is left than it may take."""
        begun: Document = {"owed": "$$REMOVE"}
        return await self._leases.write(greeting.channel, greeting.lease, begun, within=within)

    @reaches_mongo
    async def posted(self, greeting: Greeting, *, ts: str) -> None:
        await self._let_go(greeting, timedelta(), {"ts": ts})

    @reaches_mongo
    async def refused(self, greeting: Greeting, *, wait: timedelta) -> None:
        """It was certainly not posted, and may be tried again after a while."""
        await self._let_go(greeting, wait, {"owed": True})

    @reaches_mongo
    async def not_there(self, greeting: Greeting) -> None:
        """The desk is in that channel no more: it is greeted when it is invited again."""
        which = {"_id": greeting.channel, "delivery.lease": greeting.lease}
        await self._greetings.delete_one(which)

    async def _let_go(self, greeting: Greeting, wait: timedelta, fields: Document) -> None:
        channel, lease = greeting.channel, greeting.lease
        await self._leases.let_go(channel, lease, wait=wait, fields=fields)

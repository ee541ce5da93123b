"""Tickets that wait: until a time, or for an answer that does not come."""

from datetime import datetime

from pymongo.asynchronous.collection import AsyncCollection

from core.sla.history import REQUESTER
from core.store import mapping
from core.store.errors import reaches_mongo
from core.store.mapping import Document
from core.store.projections import TRACKED
from core.tickets import TrackedTicket


class Waits:
    def __init__(self, tickets: AsyncCollection[Document]) -> None:
        self._tickets = tickets

    @reaches_mongo
    async def over(self, *, at: datetime, limit: int) -> list[TrackedTicket]:
        """Those whose time has come by then, the earliest first."""
        return await self._those(waited(at), "waiting_until", limit)

    @reaches_mongo
    async def unanswered(self, *, since: datetime, limit: int) -> list[TrackedTicket]:
        """Those whose requesters were asked by then, and not reminded."""
        return await self._those(unanswered(since), "waits_since", limit)

    @reaches_mongo
    async def ending(self, *, at: datetime, limit: int) -> list[TrackedTicket]:
        """Those that are to be closed by then."""
        return await self._those(ending(at), "closes_at", limit)

    async def _those(self, which: Document, by: str, limit: int) -> list[TrackedTicket]:
        found = self._tickets.find(which, TRACKED).sort({by: 1}).limit(limit)
        return [mapping.tracked(document) for document in await found.to_list()]


def waited(at: datetime) -> Document:
    return {"waiting_until": {"$lte": at}}


def unanswered(since: datetime) -> Document:
    return {"waiting_for": REQUESTER, "waits_since": {"$lte": since}}


def ending(at: datetime) -> Document:
    return {"waiting_for": REQUESTER, "closes_at": {"$lte": at}}

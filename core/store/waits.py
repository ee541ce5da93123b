"""Tickets that wait until a time."""

from datetime import datetime

from pymongo.asynchronous.collection import AsyncCollection

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
        found = self._tickets.find(waited(at), TRACKED).sort({"waiting_until": 1}).limit(limit)
        return [mapping.tracked(document) for document in await found.to_list()]


def waited(at: datetime) -> Document:
    return {"waiting_until": {"$lte": at}}

"""What happened to a ticket, by page."""

from pymongo.asynchronous.collection import AsyncCollection

from core.people.accounts import Person
from core.store import mapping
from core.store.errors import reaches_mongo
from core.store.mapping import Document
from core.tickets import TimelineEntry

_ALL: Document = {"$ifNull": ["$timeline", []]}
# What is only for agents: notes, what became of them, and of their alerts. Whether what was edited
# long ago is a note, nobody knows any more.
_EDITED: Document = {"$in": ["$$this.what", ["edited", "withdrawn"]]}
_OF_AGENTS: Document = {"$in": ["$$this.what", ["noted", "acknowledged", "snoozed"]]}
_PUBLIC: Document = {
    "$filter": {
        "input": _ALL,
        "cond": {
            "$not": [
                {"$or": [_OF_AGENTS, {"$and": [_EDITED, {"$ne": ["$$this.internal", False]}]}]}
            ]
        },
    }
}


class Timelines:
    def __init__(self, tickets: AsyncCollection[Document]) -> None:
        self._tickets = tickets

    @reaches_mongo
    async def page(
        self, reference: str, *, start: int, limit: int, internal: bool
    ) -> tuple[Person, list[TimelineEntry]] | None:
        """Whose ticket it is, and so many entries from the one with this index on, the oldest
        first; None if there is no such ticket."""
        which = mapping.which_ticket(reference)
        wanted = {"$slice": [_ALL if internal else _PUBLIC, start, limit]}
        found = which and await self._tickets.find_one(which, {"requester": 1, "timeline": wanted})
        if not found:
            return None
        entries = [mapping.timeline_entry(one) for one in found["timeline"]]
        return mapping.person(found["requester"]), entries

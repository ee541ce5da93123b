"""Reminders of an answer that is awaited, which Slack has not taken yet."""

from datetime import datetime

from pymongo.asynchronous.collection import AsyncCollection

from core.store.delivery import entries
from core.store.errors import reaches_mongo
from core.store.mapping import Document
from core.store.waits import ending


class Reminders:
    def __init__(self, tickets: AsyncCollection[Document]) -> None:
        self._tickets = tickets

    @reaches_mongo
    async def put_off(self, *, at: datetime, until: datetime) -> None:
        """Tickets that are to be closed by then, of which their requesters have not heard yet, are
        closed no earlier than that."""
        owed = {"notice.about": "reminded", "ts": None, "due": {"$gte": entries.AT_ONCE}}
        is_one = {"$eq": ["$$one.notice.about", "reminded"]}
        is_owed = {"$and": [is_one, {"$not": [entries.THERE]}, {"$gt": ["$$one.due", None]}]}
        notice = {"$mergeObjects": ["$$one.notice", {"at": until}]}
        later = entries.where(is_owed, entries.BEHIND | {"notice": notice})
        await self._tickets.update_many(
            ending(at) | {"deliveries": {"$elemMatch": owed}},
            entries.owed(entries.each(entries.ALL, later), closes_at=until),
        )

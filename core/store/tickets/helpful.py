"""Whether whoever filed a ticket found what came of it helpful."""

from bson import ObjectId
from pymongo import ReturnDocument
from pymongo.asynchronous.collection import AsyncCollection

from core.store import mapping
from core.store.comments import latest
from core.store.delivery.entries import ALL, BEHIND, IS_NOTICE, THERE, each, owed, where
from core.store.delivery.told.notices import with_unhelpful
from core.store.errors import reaches_mongo
from core.store.mapping import Document
from core.store.projections import IN_TICKETS
from core.tickets import Ticket


class Helpfulness:
    def __init__(self, tickets: AsyncCollection[Document]) -> None:
        self._tickets = tickets

    @reaches_mongo
    async def said(self, ticket_id: str, *, helpful: bool) -> Ticket | None:
        """Notes it, that what asked is to show it, and that its assignee is to hear of no help;
        None if it was said before."""
        deliveries = each(ALL, where({"$and": [IS_NOTICE, THERE]}, BEHIND))
        if not helpful:
            deliveries = with_unhelpful(deliveries)
        document = await self._tickets.find_one_and_update(
            {"_id": ObjectId(ticket_id), "helpful": {"$exists": False}},
            owed(deliveries, helpful=helpful),
            projection=IN_TICKETS | latest(notes=False),
            return_document=ReturnDocument.AFTER,
        )
        return mapping.ticket(document) if document else None

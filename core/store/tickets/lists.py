"""Lists of tickets in MongoDB: a page of one, or how many there are."""

from typing import Any, NamedTuple, cast

from bson import decode_all
from pymongo.asynchronous.collection import AsyncCollection

from core.store import linked, mapping
from core.store.errors import reaches_mongo
from core.store.mapping import Document
from core.store.mongo.indexes import Indexes
from core.store.names import CALLED
from core.store.projections import IN_LISTS, WHOLE
from core.store.tickets import questions
from core.tickets import Ticket, TicketSummary, TimelineEntry, TrackedTicket
from core.tickets.finding.query import Cursor, TicketQuery

# A ticket of a list as plain values, named and ordered as JSON has them. Its times are UTC, and do
# not say so.
Row = dict[str, Any]


class Whole(NamedTuple):
    """A ticket with all of its comments and notes."""

    ticket: Ticket
    # The latest entries of its timeline, and which documents hold the older ones, in their order.
    latest: list[TimelineEntry]
    older: list[str]


class Lists:
    def __init__(self, tickets: AsyncCollection[Document], indexes: Indexes) -> None:
        self._tickets = tickets
        # Times that know of no zone are read in two thirds of the time.
        self._plain = tickets.with_options(tickets.codec_options.with_options(tz_aware=False))
        self._indexes = indexes

    @reaches_mongo
    async def page(
        self, question: TicketQuery, *, limit: int, offset: int = 0, after: Cursor | None = None
    ) -> list[TicketSummary]:
        """At most `limit` tickets, from an offset or after the place where a page ended."""
        found = await self._page(self._tickets, question, limit, offset, after)
        return [mapping.summary(document) for document in found]

    @reaches_mongo
    async def rows(
        self, question: TicketQuery, *, limit: int, offset: int = 0, after: Cursor | None = None
    ) -> list[Row]:
        """Likewise, for whoever only shows them: in half of the time that tickets take."""
        found = await self._page(self._plain, question, limit, offset, after)
        return [_row(document) for document in found]

    async def _page(
        self,
        tickets: AsyncCollection[Document],
        question: TicketQuery,
        limit: int,
        offset: int,
        after: Cursor | None,
    ) -> list[Document]:
        where, order = questions.where(question, after)

        async def ask(hint: str | None) -> list[Document]:
            found = tickets.find(where, IN_LISTS, hint=hint)
            return await found.sort(order).skip(offset).limit(limit).to_list()

        index = questions.index(question)
        return await (self._indexes.hinted("tickets", index, ask) if index else ask(None))

    @reaches_mongo
    async def count(self, question: TicketQuery, *, most: int) -> int:
        """How many there are, up to so many."""
        where, _ = questions.where(question, None)

        async def ask(hint: str | None) -> int:
            # This method sends a hint that is None as it is.
            hinted: Document = {"hint": hint} if hint else {}
            return await self._tickets.count_documents(where, limit=most, **hinted)

        index = questions.index(question)
        return await (self._indexes.hinted("tickets", index, ask) if index else ask(None))

    @reaches_mongo
    async def filed_before(self, number: int | None, *, limit: int) -> list[TrackedTicket]:
        """Tickets with lower numbers than this, without their texts, the newest first."""
        where: Document = {} if number is None else {"number": {"$lt": number}}
        found = self._tickets.find(where, IN_LISTS | {"pauses": True})
        rows = await found.sort({"number": -1}).limit(limit).to_list()
        return [mapping.tracked(document) for document in rows]

    @reaches_mongo
    async def whole(self, *, after: int, limit: int) -> list[Whole]:
        """Tickets with higher numbers than this, the lowest first; of so many, those that MongoDB
        gives at once, which are 16 MiB at most, or one. None exactly at the end."""
        which, order = {"number": {"$gt": after}}, {"number": 1}
        batches = self._tickets.find_raw_batches(
            which, WHOLE, sort=order, limit=limit, batch_size=limit
        )
        async with batches:
            # The driver's types say that it gives documents.
            first = cast("bytes", await anext(batches, b""))
        rows = decode_all(first, self._tickets.codec_options)
        return [_whole(document) for document in rows]


def _whole(document: Document) -> Whole:
    latest = [mapping.timeline_entry(entry) for entry in document.get("timeline", ())]
    older = [str(one["_id"]) for one in document.get("timelines", ())]
    return Whole(mapping.ticket(document), latest, older)


def _row(document: Document) -> Row:
    assignee, more = document["assignee"], document.get
    return {
        "_id": str(document["_id"]),
        "number": document["number"],
        "title": document["title"],
        "priority": document["priority"],
        "status": document["status"],
        "requester": _person(document["requester"]),
        "assignee": _person(assignee) if assignee else None,
        "sla_due": document["sla_due"],
        "version": document["version"],
        "created_at": document["created_at"],
        "updated_at": document["updated_at"],
        # Tickets from before there were these lack them.
        "waiting_for": more("waiting_for"),
        "waiting_until": more("waiting_until"),
        "first_response_due": more("first_response_due"),
        "first_responded_at": more("first_responded_at"),
    }


def _person(document: Document) -> Row:
    """As mapping.person reads them."""
    id = linked.now(document["_id"])
    return {"_id": str(id), "name": CALLED.get(id) or document["name"]}

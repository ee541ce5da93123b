"""Tickets in MongoDB: one document each, one atomic write per change."""

from datetime import datetime

from bson import ObjectId
from pymongo import ReturnDocument, WriteConcern
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import DuplicateKeyError

from core.errors import TicketFull, Unavailable
from core.idempotency import Key
from core.store import linked, mapping
from core.store.comments import EDITS, CommentRole, Comments, latest, sets_nothing_going
from core.store.delivery import entries
from core.store.delivery.entries import owed
from core.store.delivery.told.planner import Planner
from core.store.delivery.told.reminders import Reminders
from core.store.errors import reaches_mongo
from core.store.mapping import Document
from core.store.mongo.indexes import Indexes
from core.store.projections import IN_TICKETS, Long, short
from core.store.reports import ReportStore
from core.store.room import has_room
from core.store.tickets import updates
from core.store.tickets.counters import Counters
from core.store.tickets.helpful import Helpfulness
from core.store.tickets.lists import Lists
from core.store.tickets.searching import SearchStore
from core.store.tickets.threads import Threads
from core.store.tickets.timelines import Timelines
from core.store.tickets.versions import Versions
from core.store.waits import Waits
from core.tickets import Comment, Ticket, TicketSummary, TimelineEntry
from core.tickets.room import Room

# The indexes without which a number, or what a key or a message stands for, could be there twice.
NUMBER, KEY, SOURCE = "tickets.number", "tickets.idempotency_key", "tickets.source"


class TicketStore:
    def __init__(
        self,
        tickets: AsyncCollection[Document],
        counters: AsyncCollection[Document],
        timelines: AsyncCollection[Document],
        indexes: Indexes,
    ) -> None:
        self._tickets = tickets
        self._indexes = indexes
        self._long = Long()
        # A number lost to a rollback is found out by the unique index, so no majority is needed.
        self._numbers = Counters(counters.with_options(write_concern=WriteConcern(w=1)), tickets)
        self.lists = Lists(tickets, indexes)
        self.overviews = ReportStore(tickets, indexes)
        self.comments = Comments(tickets)
        self.planner = Planner()
        self.threads = Threads(tickets)
        self.helpful = Helpfulness(tickets)
        self.search = SearchStore(tickets)
        self.timelines = Timelines(tickets, timelines)
        self.versions = Versions(tickets, timelines)
        self.waits = Waits(tickets)
        self.reminders = Reminders(tickets)

    @staticmethod
    def new_id() -> str:
        return str(ObjectId())

    @reaches_mongo
    async def next_number(self) -> int:
        return await self._numbers.next()

    @reaches_mongo
    async def add(
        self, ticket: Ticket, entry: TimelineEntry, *, key: Key | None, receipt_to: str | None
    ) -> Ticket | None:
        """Saves a new ticket, under another number if its own is taken; None if its requester
        used the key before, or a ticket was made from its message."""
        unique = [NUMBER, *([KEY] if key else []), *([SOURCE] if ticket.source else [])]
        await self._indexes.require(*unique)
        document = mapping.ticket_document(ticket)
        document |= entries.at_first(ticket, receipt_to=receipt_to)
        document["timeline"] = [mapping.timeline_document(entry)]
        if key is not None:
            document["idempotency"] = {"key": key.name, "body": key.body}
            if await self._other_has(key.name, ticket.requester.id):
                return None
        for _ in range(5):
            try:
                await self._tickets.insert_one(document)
                return ticket
            except DuplicateKeyError as error:
                fields = (error.details or {}).get("keyPattern", {})
                if {"idempotency.key", "source.ts"} & fields.keys():
                    return None
                if fields.keys() != {"number"}:
                    # Somebody else's unique index, on whatever it may be.
                    raise
                await self._numbers.catch_up()
                ticket.number = document["number"] = await self._numbers.next()
        raise Unavailable("No free ticket number could be found. Try again shortly.")

    async def _other_has(self, key: str, requester: str) -> bool:
        """Whether they used the key as the account that was made one with theirs: the unique index
        does not know that it is one."""
        if not (others := linked.ids(requester)[1:]):
            return False
        which = {"requester._id": {"$in": others}, "idempotency.key": key}
        return await self._tickets.find_one(which, {"_id": 1}) is not None

    @reaches_mongo
    async def filed_with(
        self, key: str, *, requester: str, notes: bool
    ) -> tuple[Ticket, str] | None:
        """The ticket that was filed with this key, and its body's digest."""
        document = await self._tickets.find_one(
            {"requester._id": linked.whose(requester), "idempotency.key": key},
            IN_TICKETS | latest(notes=notes) | {"idempotency.body": True},
        )
        return (mapping.ticket(document), document["idempotency"]["body"]) if document else None

    @reaches_mongo
    async def get(self, reference: str, *, notes: bool = True) -> Ticket | None:
        """A ticket with its latest comments. Without notes those of them are public; that there
        are notes, it knows all the same."""
        which = mapping.which_ticket(reference)
        if which is None:
            return None
        document = await self._tickets.find_one(which, self._long.projection(which, notes=notes))
        return await self._whole(document, notes=notes) if document else None

    async def _whole(self, document: Document, *, notes: bool) -> Ticket | None:
        """The ticket of which at least SHORT was fetched."""
        if (whole := short(document, notes=notes)) is None:
            self._long.note(document)
            which = {"_id": document["_id"]}
            whole = await self._tickets.find_one(which, IN_TICKETS | latest(notes=notes))
        return mapping.ticket(whole) if whole else None

    @reaches_mongo
    async def save(
        self,
        old: Ticket,
        new: Ticket,
        entry: TimelineEntry,
        *,
        key: str | None,
        comments_too: bool,
        room: Room,
        said: tuple[Comment, TimelineEntry] | None = None,
    ) -> bool:
        """Replaces the old ticket's fields; False if it is not the latest any more or has no
        such room, or if a change with this key was made before. With `comments_too`, a new
        comment counts. What is `said` with the change is added in the same write."""
        which: Document = {"_id": ObjectId(old.id), "version": old.version}
        which |= updates.unchanged(old) | {"$expr": has_room(room.below)}
        if key is not None:
            if (lacks := await self.timelines.lack(key, old)) is None:
                return False
            which |= lacks
        if comments_too:
            which["comments"] = {"$size": old.comments_count}
            as_they_were = {"$eq": [EDITS, old.edits + old.note_edits]}
            which["$expr"] = {"$and": [has_room(room.below), as_they_were]}
        timeline = [mapping.timeline_document(entry, key=key)]
        comments = []
        if said is not None:
            which[f"comments.{room.comments - 1}"] = {"$exists": False}
            timeline.append(mapping.timeline_document(said[1]))
            comments.append(_said(said[0], None))
        asked = updates.asked(said[0]) if said is not None else {}
        change = asked | updates.change(old, new, entry)
        change |= updates.addition(timeline, comments)
        deliveries = self.planner.after_change(old, new, entry, said=said and said[0])
        stages = owed(deliveries, **change)
        return (await self._tickets.update_one(which, stages)).matched_count == 1

    @reaches_mongo
    async def is_full(self, ticket: TicketSummary, room: Room) -> bool:
        which = {"_id": ObjectId(ticket.id), "$expr": has_room(room.below)}
        return await self._tickets.find_one(which, {"_id": 1}) is None

    async def made_room(self, ticket: TicketSummary, room: Room) -> bool:
        """Moves what is old in its timeline, if it is full; False if it is not. Raises TicketFull
        where that gives no room."""
        if not await self.is_full(ticket, room):
            return False
        if not await self.timelines.move(ticket.id):
            raise TicketFull(room.full)
        return True

    @reaches_mongo
    async def add_comment(
        self,
        reference: str,
        comment: Comment,
        entry: TimelineEntry,
        *,
        key: Key | None,
        role: CommentRole,
        room: Room,
        heard_at: datetime | None = None,
    ) -> Ticket | None:
        """Adds a comment that has no consequences beyond its author's role, and returns the
        ticket with it; `heard_at` is when the desk heard of it, if that is later.

        None if there is no such ticket, if it takes no more comments, if the key was used
        before, or if the comment may have consequences that core/tickets/ticket.py decides.
        """
        which = mapping.which_ticket(reference)
        if which is None:
            return None
        of_others = {"$nin": linked.ids(comment.author.id)}
        change = updates.addition([mapping.timeline_document(entry)], [_said(comment, key)])
        deliveries: entries.Expression = entries.ALL
        if not comment.internal:
            # A note changes nothing that others than agents see.
            change["updated_at"] = heard_at or comment.created_at
            deliveries = entries.after_comment()
        match role:
            case "requester":
                which |= sets_nothing_going(comment)
                change |= updates.asked(comment)
                deliveries = entries.after_objection(comment)
            case "responder":
                which["requester._id"] = of_others
                change |= updates.first_response(comment.created_at)
                heard_at = heard_at or comment.created_at
                said_at = comment.created_at
                change |= updates.replied(said_at) | updates.asked_anew(said_at, heard_at=heard_at)
            case "bystander":
                which["requester._id"] = of_others
            case "noting":
                pass
        of_requester = role == "requester"
        told = self.planner.with_words(deliveries, comment, of_requester=of_requester)
        stages = owed(told, **change)
        return await self._commented(which, stages, key, room, notes=role != "requester")

    @reaches_mongo
    async def add_comment_to(
        self,
        old: Ticket,
        comment: Comment,
        entry: TimelineEntry,
        *,
        key: Key | None,
        notes: bool,
        consequence: tuple[Ticket, TimelineEntry] | None,
        room: Room,
        heard_at: datetime | None = None,
    ) -> Ticket | None:
        """The same with what follows from it, in one write; None also if the ticket is not the
        latest any more."""
        which: Document = {"_id": ObjectId(old.id), "version": old.version}
        timeline, said = [mapping.timeline_document(entry)], [_said(comment, key)]
        if consequence is None:
            heard_at = heard_at or comment.created_at
            change = {"updated_at": heard_at} | updates.addition(timeline, said)
            deliveries = self.planner.with_words(entries.after_objection(comment), comment)
        else:
            new, followed = consequence
            timeline.append(mapping.timeline_document(followed))
            change = updates.change(old, new, followed) | updates.addition(timeline, said)
            deliveries = self.planner.after_change(old, new, followed, said=comment)
        change |= updates.asked(comment)
        stages = owed(deliveries, **change)
        return await self._commented(which, stages, key, room, notes=notes)

    async def _commented(
        self, which: Document, stages: list[Document], key: Key | None, room: Room, *, notes: bool
    ) -> Ticket | None:
        which[f"comments.{room.comments - 1}"] = {"$exists": False}
        which["$expr"] = has_room(room.below)
        if key is not None:
            which["comments.key"] = {"$nin": linked.keys(key.name)}
        projection = self._long.projection(which, notes=notes)
        document = await self._tickets.find_one_and_update(
            which, stages, projection=projection, return_document=ReturnDocument.AFTER
        )
        return await self._whole(document, notes=notes) if document else None

    @reaches_mongo
    async def comment_body(self, key: str, ticket: Ticket) -> str | None:
        """The digest of the comment that was made with this key, if one was."""
        which = {"_id": ObjectId(ticket.id)}
        theirs = {"$elemMatch": {"key": {"$in": linked.keys(key)}}}
        document = await self._tickets.find_one(which, {"comments": theirs})
        return document["comments"][0]["body"] if document and "comments" in document else None


def _said(comment: Comment, key: Key | None) -> Document:
    return mapping.comment_document(comment, key=key and key.name, body=key and key.body)

"""Tickets by what is said in Slack: in whose thread it is, and which comment it became."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from bson import ObjectId
from pymongo import ReturnDocument
from pymongo.asynchronous.collection import AsyncCollection

from core.idempotency import Key
from core.people.accounts import Actor
from core.store import linked, mapping
from core.store.comments import latest
from core.store.delivery import entries
from core.store.delivery.entries import owed
from core.store.errors import reaches_mongo
from core.store.mapping import Document
from core.store.projections import IN_LISTS, IN_TICKETS
from core.store.room import has_room
from core.store.tickets import comment_words, updates
from core.tickets import Comment, SlackMessage, Ticket, TicketSummary, TimelineEntry
from core.tickets.room import Room
from core.tickets.source import Source, Wording, is_direct


class Earlier(NamedTuple):
    """What was said before the ticket was there, and by what it is known."""

    comment: Comment
    entry: TimelineEntry
    key: Key
    by: Actor


class Threads:
    def __init__(self, tickets: AsyncCollection[Document]) -> None:
        self._tickets = tickets

    @reaches_mongo
    async def made_from(self, source: Source, *, notes: bool) -> Ticket | None:
        """The ticket that was made from this message."""
        which = _made_from(source.channel, source.ts)
        document = await self._tickets.find_one(which, IN_TICKETS | latest(notes=notes))
        return mapping.ticket(document) if document else None

    @reaches_mongo
    async def worded_by(self, source: SlackMessage, thread_ts: str) -> TicketSummary | None:
        """The ticket in the words of this message, which is in that thread, or begins it."""
        which = _made_from(source.channel, thread_ts) | {"wording.ts": source.ts}
        document = await self._tickets.find_one(which, IN_LISTS)
        return mapping.summary(document) if document else None

    @reaches_mongo
    async def reworded(self, ticket: TicketSummary, wording: Wording) -> None:
        """Notes what its message says since that edit, none of which the ticket says."""
        which = {"_id": ObjectId(ticket.id), "wording.edited": {"$lt": wording.edited}}
        await self._tickets.update_one(which, {"$set": {"wording": wording._asdict()}})

    @reaches_mongo
    async def passed_over(self, ticket: TicketSummary, edited: str) -> None:
        """That edit is known, and says nothing for the ticket."""
        which = {"_id": ObjectId(ticket.id), "wording.edited": {"$lt": edited}}
        await self._tickets.update_one(which, {"$set": {"wording.edited": edited}})

    @reaches_mongo
    async def ticket_in_thread(
        self, channel: str, thread_ts: str
    ) -> tuple[TicketSummary, bool] | None:
        """Whose thread it is: that of a message about one ticket alone, or of the message that the
        ticket was made from, which is its requester's; and whether it is that."""
        message = {"$elemMatch": {"to": channel, "ts": thread_ts}}
        # The index knows the times only.
        desks = {"deliveries.ts": thread_ts, "deliveries": message}
        requesters = _made_from(channel, thread_ts)
        fields = IN_LISTS | {"source": True}
        document = await self._tickets.find_one({"$or": [desks, requesters]}, fields)
        if document is None:
            return None
        source = document.get("source") or {}
        is_requesters = (source.get("channel"), source.get("ts")) == (channel, thread_ts)
        return mapping.summary(document), is_requesters

    @reaches_mongo
    async def comment_from(self, source: SlackMessage) -> tuple[TicketSummary, Comment] | None:
        """What that message became, and of which ticket; None for what is no comment."""
        which = {"comments.source.ts": source.ts, "comments": _said_there(source)}
        fields = IN_LISTS | {"comments": _said_there(source)}
        document = await self._tickets.find_one(which, fields)
        if document is None:
            return None
        return mapping.summary(document), mapping.comment(document["comments"][0])

    @reaches_mongo
    async def was_told(self, ticket_id: str, since: datetime, *, channel: str) -> bool:
        """Whether its requester hears there of the end that it has since then, by what is owed."""
        there: Document = {"to": channel}
        if is_direct(channel):
            there = {"kind": "direct_notice"}
        ended = {"notice.about": "ended", "notice.at": since} | there
        which = {"_id": ObjectId(ticket_id), "deliveries": {"$elemMatch": ended}}
        return await self._tickets.find_one(which, {"_id": 1}) is not None

    @reaches_mongo
    async def add_earlier(
        self, ticket_id: str, said: Sequence[Earlier], *, room: Room, at: datetime
    ) -> Ticket | None:
        """Puts what it does not have yet before all other comments. None if it has no room."""
        pairs: list[Document] = [
            {
                "comment": mapping.comment_document(
                    one.comment, key=one.key.name, body=one.key.body
                ),
                "entry": mapping.timeline_document(one.entry),
                "keys": linked.keys(one.key.name),
            }
            for one in said
        ]
        said_before = {"$setIntersection": ["$$this.keys", {"$ifNull": ["$comments.key", []]}]}
        is_new = {"$eq": [said_before, []]}
        new = {"$filter": {"input": updates.literal(pairs), "cond": is_new}}
        added = {
            "comments": {"$concatArrays": ["$earlier.comment", "$comments"]},
            "timeline": {"$concatArrays": ["$timeline", "$earlier.entry"]},
            "updated_at": at,
        } | comment_words.added([pair["comment"] for pair in pairs])
        which: Document = {
            "_id": ObjectId(ticket_id),
            "$expr": has_room(room.below),
            f"comments.{room.comments - len(said)}": {"$exists": False},
        }
        document = await self._tickets.find_one_and_update(
            which,
            [
                {"$set": {"earlier": new}},
                *owed(entries.after_comment(), **added),
                {"$unset": "earlier"},
            ],
            projection=IN_TICKETS | latest(notes=True),
            return_document=ReturnDocument.AFTER,
        )
        return mapping.ticket(document) if document else None

    @reaches_mongo
    async def tell_full(
        self, ticket_id: str, channel: str, thread_ts: str, *, whole: bool
    ) -> Ticket | None:
        """Owes the thread a word of it: that nothing more is kept, or nothing but agents' words
        unless the `whole` of it is full. None if that was said there."""
        all, others = f"full:all:{thread_ts}", f"full:others:{thread_ts}"
        said = {"deliveries.id": {"$nin": [all] if whole else [all, others]}}
        which: Document = {"_id": ObjectId(ticket_id), "$expr": has_room()} | said
        full = entries.entry("full", id=all if whole else others, to=channel, thread=thread_ts)
        stages = owed({"$concatArrays": [entries.ALL, [full]]})
        document = await self._tickets.find_one_and_update(
            which,
            stages,
            projection=IN_TICKETS | latest(notes=True),
            return_document=ReturnDocument.AFTER,
        )
        return mapping.ticket(document) if document else None

    @reaches_mongo
    async def change_comment(
        self, ticket_id: str, comment: Comment, entry: TimelineEntry, *, room: Room, at: datetime
    ) -> Ticket | None:
        """Gives the comment these words, or none for ever. None if it has been withdrawn, or was
        edited as late as this, or the ticket has no such room."""
        assert comment.source is not None
        before: Document = {"message": {"$ne": ""}}
        if not comment.withdrawn:
            before["$or"] = [{"edited": {"$exists": False}}, {"edited": {"$lt": comment.edited}}]
        which: Document = {
            "_id": ObjectId(ticket_id),
            "comments": _said_there(comment.source, **before),
            "$expr": has_room(room.below),
        }
        timeline = updates.addition([mapping.timeline_document(entry)])
        change = timeline | {"comments": _with(comment)}
        if not comment.internal:
            change["updated_at"] = at
        if comment.withdrawn:
            change |= updates.withdrawn(comment)
        count = -1
        while len(said := await self._said(ticket_id)) != count:
            # Others may say meanwhile what goes with its words.
            count = len(said)
            which[f"comments.{count}"] = {"$exists": False}
            stages = owed(entries.after_rewording(comment), **change, **_words(comment, said))
            document = await self._tickets.find_one_and_update(
                which,
                stages,
                projection=IN_TICKETS | latest(notes=True),
                return_document=ReturnDocument.AFTER,
            )
            if document is not None:
                return mapping.ticket(document)
            del which[f"comments.{count}"]
        return None

    async def _said(self, ticket_id: str) -> list[Document]:
        """Its comments, as far as they are searched."""
        fields = {"comments._id": 1, "comments.message": 1, "comments.internal": 1}
        document = await self._tickets.find_one({"_id": ObjectId(ticket_id)}, fields)
        return document.get("comments", []) if document else []


def _made_from(channel: str, ts: str) -> Document:
    return {"source.channel": channel, "source.ts": ts}


def _said_there(source: SlackMessage, **more: object) -> Document:
    where = {"source.channel": source.channel, "source.ts": source.ts}
    return {"$elemMatch": where | more}


def _words(comment: Comment, said: Sequence[Document]) -> Document:
    """The words of all, once the comment says something else."""
    id, new = ObjectId(comment.id), mapping.comment_document(comment, key=None, body=None)
    old = [one for one in said if one["_id"] == id]
    others = [one for one in said if one["_id"] != id]
    gone = comment_words.gone(old[0], new, others) if old else ()
    return comment_words.added([new], gone=gone)


def _with(comment: Comment) -> Document:
    """All comments, this one as it is now."""
    files = mapping.file_documents(comment.files)
    # What is not named in an object that is merged stays as it was.
    none = {"$cond": [{"$isArray": ["$$this.files"]}, [], "$$REMOVE"]}
    now = {
        "message": updates.literal(comment.message),
        "edited": comment.edited or "$$REMOVE",
        "files": updates.literal(files) if files else none,
        "edits": {"$add": [{"$ifNull": ["$$this.edits", 0]}, 1]},
    }
    this = {"$eq": ["$$this._id", ObjectId(comment.id)]}
    changed = {"$cond": [this, {"$mergeObjects": ["$$this", now]}, "$$this"]}
    return {"$map": {"input": "$comments", "in": changed}}

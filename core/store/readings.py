"""How far what is said in Slack has been read, where Slack may not have told of it.

A document for each channel, for each thread of a ticket, and for each message that was answered:
what was heard of is not done again because it is read, too.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from bson import ObjectId
from pymongo.asynchronous.collection import AsyncCollection

from core.store import mapping
from core.store.delivery.entries import AT_ONCE, later
from core.store.delivery.leases import Leases
from core.store.errors import reaches_mongo
from core.store.mapping import Document
from core.store.mongo.indexes import Database
from core.store.tickets.updates import literal
from core.tickets import SlackMessage, Status

# Tickets whose threads are read, those of the latest change first.
MOST_TICKETS = 10_000
_TURN = "catching up"
# Messages of a ticket that have a thread of their own.
_PARENTS = ("card", "alert", "receipt", "direct_line", "direct_notice")
_CHANGES = ("changed", "acknowledged", "snoozed")
_FINISHED = [status.value for status in Status if status.finished]
_UNFINISHED = [status.value for status in Status if not status.finished]


class Walk(NamedTuple):
    """A channel that is being read, the newest first: since which message, and down to where."""

    top: str
    below: str


class ChannelReading(NamedTuple):
    channel: str
    # All messages up to this one were read, and none before the other.
    since: str
    began: str
    walk: Walk | None = None
    # Why it cannot be read.
    error: str | None = None
    # Nobody has read it yet.
    is_new: bool = False


class ThreadReading(NamedTuple):
    ts: str
    # As its parent said when it was read: the latest reply, and how many there were.
    latest: str
    replies: int
    # Slack's time of the newest message or edit in it, and how many are not the desk's own.
    newest: str
    words: int
    at: datetime


class Kept(NamedTuple):
    """What is known of a message that became a comment."""

    author: str
    edited: str
    withdrawn: bool
    # The ticket itself was made from it.
    is_ticket: bool = False


class Turn(NamedTuple):
    lease: str
    now: datetime
    # When all was read last.
    completed: datetime | None


class ReadingStore:
    def __init__(self, database: Database) -> None:
        self._tickets = database["tickets"]
        self._older = database["timelines"]
        self._channels: AsyncCollection[Document] = database["readings"]
        self._threads: AsyncCollection[Document] = database["thread_readings"]
        self._answered: AsyncCollection[Document] = database["answered"]
        self._turns = Leases(database["turns"])

    @reaches_mongo
    async def begin(self, *, lease: timedelta) -> Turn | None:
        """None as long as another process reads."""
        held = await self._turns.take(_TURN, lease=lease)
        if held is None:
            return None
        now = held.document["delivery"]["until"] - lease
        return Turn(held.lease, now, held.document.get("at"))

    @reaches_mongo
    async def go_on(self, turn: Turn, *, lease: timedelta) -> bool:
        """False if another process has taken over."""
        return await self._turns.write(_TURN, turn.lease, {"delivery.until": later(lease)})

    @reaches_mongo
    async def end(self, turn: Turn, *, completed: bool) -> None:
        fields: Document = {"at": "$$NOW"} if completed else {}
        await self._turns.let_go(_TURN, turn.lease, wait=timedelta(), fields=fields)

    @reaches_mongo
    async def completed(self) -> datetime | None:
        """When all was read last, by any process."""
        return ((await self._turns.read(_TURN)) or {}).get("at")

    @reaches_mongo
    async def channels(self) -> Sequence[ChannelReading]:
        """The one that was read longest ago first."""
        rows = await self._channels.find({"_id": {"$gt": ""}}).to_list()
        return [_channel(row) for row in sorted(rows, key=lambda row: row["at"])]

    @reaches_mongo
    async def add_channels(self, channels: Collection[str], *, since: str) -> None:
        """What was said before is not looked for; nothing, for those that are there."""
        for channel in channels:
            added = {"since": since, "began": since, "at": AT_ONCE}
            await self._channels.update_one({"_id": channel}, {"$setOnInsert": added}, upsert=True)

    @reaches_mongo
    async def forget(self, channel: str) -> None:
        await self._channels.delete_one({"_id": channel})

    @reaches_mongo
    async def walked(self, channel: str, walk: Walk) -> None:
        await self._channels.update_one({"_id": channel}, {"$set": {"walk": walk._asdict()}})

    @reaches_mongo
    async def read_to(self, channel: str, since: str) -> None:
        now: Document = {"$set": {"since": since, "at": "$$NOW"}}
        stages = [now, {"$unset": ["walk", "error"]}]
        await self._channels.update_one({"_id": channel}, stages)

    @reaches_mongo
    async def failed(self, channel: str, error: str) -> None:
        stages = [{"$set": {"error": literal(error), "at": "$$NOW"}}]
        await self._channels.update_one({"_id": channel}, stages)

    @reaches_mongo
    async def threads(self, channel: str, live: Collection[str]) -> Mapping[str, ThreadReading]:
        """Of these; what is known of others there is forgotten."""
        where = {"_id": {"$gt": f"{channel}:", "$lt": f"{channel};"}}
        rows = await self._threads.find(where).to_list()
        found = {row["_id"].partition(":")[2]: row for row in rows}
        if gone := [row["_id"] for ts, row in found.items() if ts not in live]:
            await self._threads.delete_many({"_id": {"$in": gone}})
        return {
            ts: ThreadReading(
                ts, row["latest"], row["replies"], row["newest"], row["words"], row["at"]
            )
            for ts, row in found.items()
            if ts in live
        }

    @reaches_mongo
    async def thread_read(
        self, channel: str, ts: str, latest: str, replies: int, *, newest: str, words: int
    ) -> None:
        fields = {"latest": latest, "replies": replies, "newest": newest, "words": words}
        which = {"_id": f"{channel}:{ts}"}
        await self._threads.update_one(which, [{"$set": fields | {"at": "$$NOW"}}], upsert=True)

    @reaches_mongo
    async def live(self, since: datetime) -> Mapping[str, Mapping[str, str]]:
        """The threads of tickets that are not finished, or were changed since then, by their
        channels: which ticket's each is."""
        recent = {"status": {"$in": _FINISHED}, "updated_at": {"$gte": since}}
        fields = {"source": 1, "deliveries.kind": 1, "deliveries.to": 1, "deliveries.ts": 1}
        threads: dict[str, dict[str, str]] = {}
        left = MOST_TICKETS
        for which in ({"status": {"$in": _UNFINISHED}}, recent):
            if not left:
                break
            # As the index has it.
            found = (
                self._tickets.find(which | {"delivery": {"$exists": True}}, fields)
                .sort({"updated_at": -1})
                .limit(left)
            )
            async for row in found:
                left -= 1
                for channel, ts in _threads_of(row):
                    threads.setdefault(channel, {})[ts] = str(row["_id"])
        return threads

    @reaches_mongo
    async def made_from(self, channel: str, messages: Sequence[str]) -> Mapping[str, str]:
        """The tickets that were made from these messages."""
        which = {"source.channel": channel, "source.ts": {"$in": list(messages)}}
        rows = await self._tickets.find(which, {"source.ts": 1}).to_list()
        return {row["source"]["ts"]: str(row["_id"]) for row in rows}

    @reaches_mongo
    async def kept(self, ticket_id: str, channel: str) -> Mapping[str, Kept]:
        """What is a comment of that ticket and was said in that channel, by its ts."""
        there = {"$eq": ["$$one.source.channel", channel]}
        all: Document = {"$ifNull": ["$comments", []]}
        said = {"$filter": {"input": all, "as": "one", "cond": there}}
        fields = {
            "ts": "$$one.source.ts",
            "author": {"$ifNull": ["$$one.author.slack_id", ""]},
            "edited": {"$ifNull": ["$$one.edited", ""]},
            "withdrawn": {"$eq": ["$$one.message", ""]},
        }
        stages: list[Document] = [
            {"$match": {"_id": ObjectId(ticket_id)}},
            {"$project": {"said": {"$map": {"input": said, "as": "one", "in": fields}}}},
        ]
        its = {"source.channel": 1, "wording": 1, "author": "$requester.slack_id"}
        stages[-1]["$project"] |= its
        rows = await (await self._tickets.aggregate(stages)).to_list()
        known: dict[str, Kept] = {}
        for row in rows:
            if "wording" in row and row["source"]["channel"] == channel:
                ts, edited = row["wording"]["ts"], row["wording"]["edited"]
                known[ts] = Kept(row["author"] or "", edited, withdrawn=False, is_ticket=True)
            for one in row["said"]:
                known[one["ts"]] = Kept(one["author"], one["edited"], one["withdrawn"])
        return known

    @reaches_mongo
    async def edits_known(self, channel: str, messages: Sequence[str]) -> Mapping[str, str]:
        """Of these messages, those in whose words tickets are: when the latest edit was that these
        know of."""
        which = {"source.channel": channel, "source.ts": {"$in": list(messages)}}
        rows = await self._tickets.find(which, {"source.ts": 1, "wording": 1}).to_list()
        worded = [(row["source"]["ts"], row["wording"]) for row in rows if "wording" in row]
        return {ts: wording["edited"] for ts, wording in worded if wording["ts"] == ts}

    @reaches_mongo
    async def changed_since(self, references: Sequence[str], at: datetime, *, but: str) -> bool:
        """Whether one of these tickets was changed then or later, `but` by what has a key that
        begins so."""
        other = {"$not": {"$regex": f"^{re.escape(but)}"}}
        entry = {"what": {"$in": _CHANGES}, "at": {"$gte": at}, "key": other}
        changed: Document = {"timeline": {"$elemMatch": entry}}
        for reference in references:
            which = mapping.which_ticket(reference)
            fields = changed | {"timelines.entries": 1}
            found = (which and await self._tickets.find_one(which, fields)) or {}
            if "timeline" in found:
                return True
            # What moves meanwhile is there before it leaves the ticket.
            older = {"ticket": found["_id"]} | changed if "timelines" in found else None
            if older and await self._older.find_one(older, {"_id": 1}):
                return True
        return False

    @reaches_mongo
    async def was_answered(self, message: SlackMessage) -> None:
        """By the desk, which does so once. It is forgotten after some days."""
        which, fields = {"_id": _name(message)}, {"at": "$$NOW"}
        await self._answered.update_one(which, [{"$set": fields}], upsert=True)

    @reaches_mongo
    async def answered(self, channel: str, messages: Sequence[str]) -> frozenset[str]:
        """Which of these were."""
        if not messages:
            return frozenset()
        names = [_name(SlackMessage(channel, ts)) for ts in messages]
        rows = await self._answered.find({"_id": {"$in": names}}, {"_id": 1}).to_list()
        return frozenset(row["_id"].partition(":")[2] for row in rows)


def _channel(row: Document) -> ChannelReading:
    walk = Walk(**row["walk"]) if "walk" in row else None
    is_new = bool(row["at"] == AT_ONCE)
    return ChannelReading(row["_id"], row["since"], row["began"], walk, row.get("error"), is_new)


def _threads_of(row: Document) -> list[tuple[str, str]]:
    threads = [
        (one["to"], one["ts"])
        for one in row.get("deliveries", ())
        if one["kind"] in _PARENTS and one.get("ts")
    ]
    source = row.get("source")
    return [*threads, (source["channel"], source["ts"])] if source else threads


def _name(message: SlackMessage) -> str:
    return f"{message.channel}:{message.ts}"

"""What the living board of each alert channel shows, and who is bringing it up to date.

A document a channel. Whoever claims it has a lease, by the server's clock, and names the claim
in every write, so that a process that lost it changes nothing any more. A try to post is noted
before it is made, as everywhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from bson import ObjectId
from pymongo.asynchronous.collection import AsyncCollection

from core.store import mapping
from core.store.delivery.leases import HeldDocument, Leases
from core.store.errors import reaches_mongo
from core.store.mapping import Document
from core.store.mongo.indexes import Indexes
from core.tickets import TrackedTicket
from core.tickets.alert import SOON

# Tickets of a kind that are told apart, the most overdue, and counted at most.
TOLD_APART = 500
COUNTED = 10_000
_NEEDED: Document = {"timeline": 0, "timelines": 0, "comments": 0, "description": 0}


@dataclass(frozen=True)
class Board:
    """A channel's board, claimed by this process."""

    channel: str
    lease: str
    ts: str | None
    # Since when a board may be in the channel of which nobody knows.
    first_try: datetime | None
    last_try: datetime | None
    # What it shows: the state of each ticket, a fingerprint of its words, and since when.
    shown: Mapping[str, str]
    said: str | None
    at: datetime | None
    # Whether it had no room for telling all of them apart.
    full: bool
    # What its thread is still to say, how often that may have been said, and when last.
    untold: tuple[str, ...]
    tries: int
    tried: datetime | None


class Unquiet(NamedTuple):
    """The tickets that are late, and that rang because they soon are: the most pressing, and
    how many there are of each."""

    tickets: list[TrackedTicket]
    late: int
    soon: int

    @property
    def full(self) -> bool:
        return max(self.late, self.soon) > TOLD_APART


class BoardStore:
    def __init__(
        self,
        boards: AsyncCollection[Document],
        tickets: AsyncCollection[Document],
        indexes: Indexes,
    ) -> None:
        self._boards = boards
        self._leases = Leases(boards)
        self._tickets = tickets
        self._indexes = indexes

    @reaches_mongo
    async def at_rest(self, channel: str, *, at: datetime) -> bool:
        """Whether nothing is late or soon late, and the board says so or was never needed."""
        if await self._boards.find_one(behind(channel), {"_id": 1}):
            return False
        unquiet = {"$or": [late(at), soon(at)]}
        return await self._tickets.find_one(unquiet, {"_id": 1}) is None

    @reaches_mongo
    async def claim(self, channel: str, *, lease: timedelta) -> Board | None:
        """None as long as somebody else has it, or it was brought up to date just now."""
        held = await self._leases.take(channel, lease=lease)
        return _board(held) if held else None

    @reaches_mongo
    async def release(self, board: Board, *, wait: timedelta) -> None:
        await self._leases.let_go(board.channel, board.lease, wait=wait)

    @reaches_mongo
    async def unquiet(self, *, at: datetime) -> Unquiet:
        tickets, counts = [], []
        for which, index in ((late(at), "breaches_at"), (soon(at), "soon_late")):
            page, count = await self._indexes.hinted("tickets", index, partial(self._told, which))
            tickets += [mapping.tracked(row) for row in page]
            counts.append(count)
        return Unquiet(tickets, *counts)

    async def _told(self, which: Document, index: str | None) -> tuple[list[Document], int]:
        """Those to be told apart, and how many there are."""
        found = self._tickets.find(which, _NEEDED, hint=index)
        page = await found.sort({"breaches_at": 1, "number": 1}).limit(TOLD_APART).to_list()
        if len(page) < TOLD_APART:
            return page, len(page)
        # This method sends a hint that is None as it is.
        hint: dict[str, Any] = {"hint": index} if index else {}
        return page, await self._tickets.count_documents(which, limit=COUNTED, **hint)

    @reaches_mongo
    async def tickets(self, ids: Iterable[str]) -> list[TrackedTicket]:
        which = {"_id": {"$in": [ObjectId(id) for id in ids]}}
        found = await self._tickets.find(which, _NEEDED).to_list()
        return sorted((mapping.tracked(row) for row in found), key=lambda t: t.number)

    @reaches_mongo
    async def about_to_post(self, board: Board, *, within: timedelta) -> bool:
        """Notes the try; False if too little of the lease is left for it."""
        tried = {"first_try": {"$ifNull": ["$first_try", "$$NOW"]}, "last_try": "$$NOW"}
        return await self._write(board, tried, within=within)

    @reaches_mongo
    async def not_posted(self, board: Board) -> None:
        """Neither this try nor one before it brought a board to Slack, or it was deleted."""
        await self._write(board, {"ts": None, "first_try": None})

    @reaches_mongo
    async def not_needed(self, board: Board) -> None:
        """Nothing has rung yet: nobody need look again before something is late."""
        await self._write(board, {"at_rest": True})

    @reaches_mongo
    async def shows(
        self,
        board: Board,
        *,
        ts: str,
        shown: Mapping[str, str],
        said: str,
        at: datetime,
        full: bool,
        untold: Iterable[str],
    ) -> bool:
        """What it shows now, and what its thread is to say of that; False if the claim is lost."""
        untold = list(untold)
        fields = {
            "ts": ts,
            "first_try": None,
            "shown": {"$literal": dict(shown)},
            "said": said,
            "at": at,
            "full": full,
            "untold": {"$literal": untold},
            "tries": 0,
            "at_rest": not shown and not untold,
        }
        return await self._write(board, fields)

    @reaches_mongo
    async def about_to_tell(self, board: Board, *, within: timedelta) -> bool:
        """Notes the try; False if too little of the lease is left for it."""
        tried = {"tries": {"$add": [{"$ifNull": ["$tries", 0]}, 1]}, "tried": "$$NOW"}
        return await self._write(board, tried, within=within)

    @reaches_mongo
    async def not_told(self, board: Board) -> None:
        """Certainly not: the try does not count."""
        await self._write(board, {"tries": {"$subtract": ["$tries", 1]}})

    @reaches_mongo
    async def told(self, board: Board) -> None:
        nothing = {"$eq": ["$shown", {"$literal": {}}]}
        await self._write(board, {"untold": [], "tries": 0, "at_rest": nothing})

    async def _write(
        self, board: Board, fields: Document, *, within: timedelta = timedelta()
    ) -> bool:
        return await self._leases.write(board.channel, board.lease, fields, within=within)


def behind(channel: str) -> Document:
    """A board that is not known to be at rest; one that was never needed is not there."""
    return {"_id": channel, "at_rest": {"$ne": True}}


def late(at: datetime) -> Document:
    return {"breaches_at": {"$exists": True, "$lt": at}}


def soon(at: datetime) -> Document:
    """Those whose latest alert said so; after a new due time that is an old story."""
    due = {"$concat": [f"{SOON}:", {"$toString": {"$toLong": "$sla_due"}}]}
    rang = {"$in": [due, {"$ifNull": ["$alert.announced", []]}]}
    return {
        "alert.latest.kind": SOON,
        "breaches_at": {"$exists": True, "$gte": at},
        "$expr": rang,
    }


def _board(held: HeldDocument) -> Board:
    document = held.document
    return Board(
        channel=held.id,
        lease=held.lease,
        ts=document.get("ts"),
        first_try=document.get("first_try"),
        last_try=document.get("last_try"),
        shown=document.get("shown", {}),
        said=document.get("said"),
        at=document.get("at"),
        full=document.get("full", False),
        untold=tuple(document.get("untold", ())),
        tries=document.get("tries", 0),
        tried=document.get("tried"),
    )

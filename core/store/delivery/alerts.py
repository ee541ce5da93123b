"""Which tickets' alerts ring now: claimed all at once, checked against the tickets, grouped.

What is written in a ticket about its next alert is a plan. Whoever claims it reckons again,
so that an older plan, or one that was made under other settings, never rings.
"""

import secrets
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, TypeVar

import structlog
from bson import ObjectId
from pymongo.asynchronous.collection import AsyncCollection

from core.store import mapping
from core.store.delivery.deliveries import Batch, Delivery, delivery, free, in_doubt, later
from core.store.errors import reaches_mongo
from core.store.mapping import Document
from core.tickets import TrackedTicket
from core.tickets.alert import Ring

log = structlog.get_logger("helpdesk")
T = TypeVar("T")

# How long a ticket whose document cannot be read is left alone.
UNREADABLE_FOR = timedelta(minutes=10)
# Tickets that are looked at in one go, so that thousands fill no memory.
PAGE = 500
_NOT_NEEDED = {"timeline": 0, "comments": 0}
_AT_ONCE = datetime.fromtimestamp(0, UTC)


class Group(NamedTuple):
    """So many claimed alerts of one kind, and the batch that they were tried in, if they were."""

    kind: str
    batch: str | None
    # Whether a try may have reached Slack, which was looked into.
    tried: bool
    # Whether Slack refused each by itself, in every form.
    refused: bool
    size: int


class AlertStore:
    def __init__(self, tickets: AsyncCollection[Document]) -> None:
        self._tickets = tickets

    @reaches_mongo
    async def claim(
        self, *, at: datetime, lease: timedelta, doubt: timedelta, doubtful: bool | None = None
    ) -> str | None:
        """Claims every alert that rings by this time and is free, all in one write.

        `doubt` is how long after a try nobody can know yet whether it reached Slack. Only such
        as are `doubtful`, because they were tried, or only such as are not, if that is given.
        """
        claim = secrets.token_hex(8)
        same = {"$eq": ["$alert.ring", "$alert.claimed.name"]}
        tried = {"$in": ["$alert.ring", {"$ifNull": ["$alert.tried", []]}]}
        dated = {"$eq": [{"$type": "$alert.first_try"}, "date"]}
        which: Document = {"alert.owed": True, "alert.at": {"$lt": at}} | free("alert", doubt)
        if doubtful is not None:
            which["$expr"]["$and"].append({"$eq": [{"$cond": [same, dated, tried]}, doubtful]})
        # One that was tried before, with another in between, may be in Slack since then: none
        # but `soon` is ever tried before its due time.
        since = {"$cond": [{"$eq": ["$alert.kind", "soon"]}, "$created_at", "$alert.due"]}
        fields = {
            "alert.claim": claim,
            "alert.claimed": {
                "name": "$alert.ring",
                "kind": "$alert.kind",
                "due": "$alert.due",
                "at": "$alert.at",
            },
            "alert.posting": False,
            "alert.looked": False,
            "alert.free_at": later(lease),
            "alert.first_try": {
                "$cond": [same, "$alert.first_try", {"$cond": [tried, since, None]}]
            },
            # When it was tried last is not known any more: long enough ago to be seen by now.
            "alert.last_try": {
                "$cond": [same, "$alert.last_try", {"$cond": [tried, later(-doubt), None]}]
            },
            "alert.refusals": {"$cond": [same, "$alert.refusals", "$$REMOVE"]},
            "alert.batch": {"$cond": [same, {"$ifNull": ["$alert.batch", None]}, None]},
            "alert.tried_in": {"$cond": [same, {"$ifNull": ["$alert.tried_in", None]}, None]},
        }
        claimed = await self._tickets.update_many(which, [{"$set": fields}])
        return claim if claimed.modified_count else None

    @reaches_mongo
    async def check(
        self, claim: str, *, at: datetime, next_ring: Callable[[TrackedTicket], Ring | None]
    ) -> None:
        """Plans anew what is not to ring now after all, and lets go of it."""
        kept = 0
        while True:
            found = self._tickets.find(_ours(claim, at), _NOT_NEEDED | {"description": 0})
            page = await found.sort({"alert.at": 1}).skip(kept).limit(PAGE).to_list()
            stale: defaultdict[tuple[object, object], list[Document]] = defaultdict(list)
            planned = await self._read(claim, page, lambda row: next_ring(mapping.tracked(row)))
            for document, ring in planned:
                if ring is None or ring.at >= at or ring.name != document["alert"].get("ring"):
                    # Most have the same due time as their ticket, so that one write will do.
                    own = ring is not None and ring.due == document["sla_due"]
                    plan: object = ring and (ring.kind, None if own else ring.due, ring.at)
                    stale[(document["version"], plan)].append(document)
                else:
                    kept += 1
            for (version, plan), documents in stale.items():
                await self._plan(claim, version, plan, documents)
            if len(page) < PAGE:
                return

    async def _read(
        self, claim: str, rows: Sequence[Document], read: Callable[[Document], T]
    ) -> list[tuple[Document, T]]:
        """What can be read; what cannot is put off, so that it stops no other."""
        readable, unreadable = [], []
        for row in rows:
            try:
                readable.append((row, read(row)))
            except Exception as error:
                log.error("a ticket cannot be read", ticket_id=str(row["_id"]), exc_info=error)
                unreadable.append(row["_id"])
        if unreadable:
            which = {"_id": {"$in": unreadable}, "alert.claim": claim}
            fields = {"alert.claim": None, "alert.free_at": later(UNREADABLE_FOR)}
            await self._tickets.update_many(which, [{"$set": fields}])
        return readable

    async def _plan(
        self, claim: str, version: object, plan: object, documents: Sequence[Document]
    ) -> None:
        ids = [document["_id"] for document in documents]
        which = {"_id": {"$in": ids}, "alert.claim": claim, "version": version}
        fields: Document = {"alert.owed": False, "alert.ring": None}
        if isinstance(plan, tuple):
            kind, due, rings_at = plan
            stays: object = due if due is not None else "$sla_due"
            named = {"$concat": [f"{kind}:", {"$toString": {"$toLong": stays}}]}
            fields = {
                "alert.owed": True,
                "alert.ring": named,
                "alert.kind": kind,
                "alert.due": stays,
                "alert.at": rings_at,
            }
        free_again = {"alert.claim": None, "alert.free_at": _AT_ONCE}
        planned = await self._tickets.update_many(which, [{"$set": fields | free_again}])
        if planned.matched_count < len(ids):
            # What changed meanwhile is looked at again as it is now, by whoever claims it next.
            del which["version"]
            await self._tickets.update_many(which, {"$set": free_again})

    @reaches_mongo
    async def doubtful(self, claim: str, *, at: datetime) -> list[Delivery]:
        """Some of those that nobody has looked for in Slack yet."""
        which = _ours(claim, at) | in_doubt("alert", True) | {"alert.looked": False}
        found = self._tickets.find(which, _NOT_NEEDED | {"description": 0}).limit(PAGE)
        return [one for _, one in await self._read(claim, await found.to_list(), _delivery)]

    @reaches_mongo
    async def not_there(self, deliveries: Sequence[Delivery]) -> None:
        """Looked for, and certainly not in Slack."""
        if not deliveries:
            return
        ids = [ObjectId(one.ticket.id) for one in deliveries]
        which = {"_id": {"$in": ids}, "alert.claim": deliveries[0].claim}
        await self._tickets.update_many(which, {"$set": {"alert.looked": True}})

    @reaches_mongo
    async def groups(self, claim: str, *, at: datetime) -> list[Group]:
        """What was claimed and is certainly not in Slack, the most overdue kinds first."""
        tried = {"$eq": [{"$type": "$alert.first_try"}, "date"]}
        group = {
            "_id": {
                "kind": "$alert.kind",
                "tried": tried,
                "batch": {"$cond": [tried, "$alert.batch", None]},
                "refused": {"$gt": ["$alert.refusals", 0]},
            },
            "count": {"$sum": 1},
            "at": {"$min": "$alert.at"},
        }
        stages = [{"$match": _ours(claim, at) | _known()}, {"$group": group}]
        rows = await (await self._tickets.aggregate(stages)).to_list()
        rows.sort(key=lambda row: row["at"])
        return [
            Group(
                row["_id"]["kind"],
                row["_id"].get("batch"),
                row["_id"]["tried"],
                row["_id"]["refused"],
                row["count"],
            )
            for row in rows
        ]

    @reaches_mongo
    async def some(
        self, claim: str, group: Group, *, at: datetime, lease: timedelta, most: int
    ) -> list[Delivery]:
        """The most overdue of a group, with a whole lease."""
        which = _ours(claim, at) | _known() | _of(group)
        found = self._tickets.find(which, {"_id": 1}).sort({"alert.at": 1}).limit(most)
        ids = [row["_id"] for row in await found.to_list()]
        if not ids:
            return []
        some = {"_id": {"$in": ids}, "alert.claim": claim}
        await self._tickets.update_many(some, [{"$set": {"alert.free_at": later(lease)}}])
        rows = await self._tickets.find(some, _NOT_NEEDED | {"description": 0}).to_list()
        rows.sort(key=lambda row: row["alert"]["at"])
        return [one for _, one in await self._read(claim, rows, _delivery)]

    @reaches_mongo
    async def batched(
        self, claim: str, group: Group, name: str, *, at: datetime, lease: timedelta
    ) -> Batch:
        """The whole group under one name, which is all that its message has room for."""
        which = _ours(claim, at) | _known() | _of(group)
        fields = {"alert.batch": name, "alert.free_at": later(lease)}
        await self._tickets.update_many(which, [{"$set": fields}])
        return Batch(claim, name)


def _delivery(row: Document) -> Delivery:
    return delivery("alert", {"description": ""} | row)


def _ours(claim: str, at: datetime) -> Document:
    return {"alert.owed": True, "alert.at": {"$lt": at}, "alert.claim": claim}


def _known() -> Document:
    """Never tried, or looked for."""
    return {"$or": [{"alert.first_try": None}, {"alert.looked": True}]}


def _of(group: Group) -> Document:
    which: Document = {"alert.kind": group.kind}
    which |= in_doubt("alert", group.tried)
    often = {"$gt": 0}
    which["alert.refusals"] = often if group.refused else {"$not": often}
    return which | ({"alert.batch": group.batch} if group.tried else {})

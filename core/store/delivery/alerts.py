"""Which tickets' alerts ring now: claimed all at once, checked against the tickets, grouped.

What is written in a ticket about its next alert is a plan. Whoever claims it reckons again,
so that an older plan, or one that was made under other settings, never rings.
"""

import secrets
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

import structlog
from bson import ObjectId
from pymongo.asynchronous.collection import AsyncCollection

from core.store import mapping
from core.store.delivery import entries
from core.store.delivery.deliveries import Batch, Delivery, delivery
from core.store.delivery.entries import (
    ALL,
    AT_ONCE,
    CLAIMED,
    LET_GO,
    TO_RING,
    TRIED,
    Expression,
    any_of,
    later,
)
from core.store.errors import reaches_mongo
from core.store.mapping import Document
from core.store.projections import ALERTED
from core.tickets import TrackedTicket
from core.tickets.alert import Ring

log = structlog.get_logger("helpdesk")
T = TypeVar("T")

# How long a ticket whose document cannot be read is left alone.
UNREADABLE_FOR = timedelta(minutes=10)
# Tickets that are looked at in one go, so that thousands fill no memory.
PAGE = 500


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
        payable = entries.payable(before=at, doubt=doubt, doubtful=doubtful)
        ours = {"$and": [TO_RING, payable]}
        first = {"$first": entries.among(ALL, ours)}
        fields = {
            "delivery.lease": claim,
            "delivery.until": later(lease),
            "delivery.alert": {"$let": {"vars": {"first": first}, "in": "$$first.id"}},
            "delivery.at": {"$let": {"vars": {"first": first}, "in": "$$first.due"}},
        }
        which = entries.owing(["alert"], {"$gt": AT_ONCE, "$lt": at})
        which["$expr"] = {"$and": [entries.is_free(), any_of(ALL, ours)]}
        claimed = await self._tickets.update_many(which, [{"$set": fields}])
        return claim if claimed.modified_count else None

    @reaches_mongo
    async def check(
        self, claim: str, *, at: datetime, next_ring: Callable[[TrackedTicket], Ring | None]
    ) -> None:
        """Plans anew what is not to ring now after all, and lets go of it."""
        kept = 0
        while True:
            found = self._tickets.find(_held(claim), ALERTED).sort({"delivery.at": 1})
            page = await found.skip(kept).limit(PAGE).to_list()
            stale: defaultdict[tuple[object, object], list[Document]] = defaultdict(list)
            planned = await self._read(claim, page, lambda row: next_ring(mapping.tracked(row)))
            for document, ring in planned:
                if (
                    ring
                    and ring.at < at
                    and entries.alert_id(ring) == document["delivery"]["alert"]
                ):
                    kept += 1
                    continue
                # Most have the same due time as their ticket, so that one write will do.
                own = ring is not None and ring.due == document["sla_due"]
                plan: object = ring and (ring.kind, None if own else ring.due, ring.at)
                stale[(document["version"], plan)].append(document)
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
            which = _held(claim) | {"_id": {"$in": unreadable}}
            fields = LET_GO | {"delivery.until": later(UNREADABLE_FOR)}
            await self._tickets.update_many(which, [{"$set": fields}])
        return readable

    async def _plan(
        self, claim: str, version: object, plan: object, documents: Sequence[Document]
    ) -> None:
        ids = [document["_id"] for document in documents]
        which = _held(claim) | {"_id": {"$in": ids}, "version": version}
        alert: Document | None = None
        if isinstance(plan, tuple):
            kind, due, rings_at = plan
            due = "$sla_due" if due is None else due
            named = {"$concat": [f"alert:{kind}:", {"$toString": {"$toLong": due}}]}
            ring = {"kind": kind, "due": due, "at": rings_at}
            alert = entries.entry("alert", id=named, due=rings_at, ring=ring)
        stages = [*entries.owed(entries.replanned(ALL, alert)), {"$set": LET_GO}]
        planned = await self._tickets.update_many(which, stages)
        if planned.matched_count < len(ids):
            # What changed meanwhile is looked at again as it is now, by whoever claims it next.
            del which["version"]
            await self._tickets.update_many(which, [{"$set": LET_GO}])

    @reaches_mongo
    async def doubtful(self, claim: str) -> list[Delivery]:
        """Some of those that nobody has looked for in Slack yet."""
        unseen = {"$and": [CLAIMED, TRIED, {"$ne": ["$$one.looked", "$delivery.lease"]}]}
        found = self._tickets.find(_held(claim, unseen), ALERTED).limit(PAGE)
        return [one for _, one in await self._read(claim, await found.to_list(), _delivery)]

    @reaches_mongo
    async def not_there(self, deliveries: Sequence[Delivery]) -> None:
        """Looked for, and certainly not in Slack."""
        if not deliveries:
            return
        ids = [ObjectId(one.ticket.id) for one in deliveries]
        looked = entries.each(ALL, entries.where(CLAIMED, {"looked": "$delivery.lease"}))
        which = _held(deliveries[0].lease) | {"_id": {"$in": ids}}
        await self._tickets.update_many(which, [{"$set": {"deliveries": looked}}])

    @reaches_mongo
    async def groups(self, claim: str) -> list[Group]:
        """What was claimed and is certainly not in Slack, the most overdue kinds first."""
        one = {"$first": entries.among(ALL, {"$and": [CLAIMED, _KNOWN]})}
        stages: list[Document] = [
            {"$match": _held(claim)},
            {"$project": {"one": one, "at": "$delivery.at"}},
            {"$match": {"one": {"$exists": True}}},
            {
                "$group": {
                    "_id": {
                        "kind": "$one.ring.kind",
                        "tried": _TRIED,
                        "batch": {"$cond": [_TRIED, "$one.batch", None]},
                        "refused": {"$gt": ["$one.refusals", 0]},
                    },
                    "count": {"$sum": 1},
                    "at": {"$min": "$at"},
                }
            },
            {"$sort": {"at": 1}},
        ]
        rows = await (await self._tickets.aggregate(stages)).to_list()
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
        self, claim: str, group: Group, *, lease: timedelta, most: int
    ) -> list[Delivery]:
        """The most overdue of a group, with a whole lease."""
        found = self._tickets.find(_held(claim, _of(group)), ALERTED)
        rows = await found.sort({"delivery.at": 1}).limit(most).to_list()
        some = [one for _, one in await self._read(claim, rows, _delivery)]
        if some:
            which = _held(claim) | {"_id": {"$in": [ObjectId(one.ticket.id) for one in some]}}
            await self._tickets.update_many(which, [{"$set": {"delivery.until": later(lease)}}])
        return some

    @reaches_mongo
    async def batched(self, claim: str, group: Group, name: str, *, lease: timedelta) -> Batch:
        """The whole group under one name, which is all that its message has room for."""
        named = entries.each(ALL, entries.where(CLAIMED, {"batch": name}))
        fields = {"deliveries": named, "delivery.until": later(lease)}
        await self._tickets.update_many(_held(claim, _of(group)), [{"$set": fields}])
        return Batch(claim, name)

    @reaches_mongo
    async def let_go(self, claim: str) -> None:
        """What is held still is free for whoever looks next."""
        await self._tickets.update_many(_held(claim), [{"$set": LET_GO}])


def _delivery(row: Document) -> Delivery:
    held = row["delivery"]
    [entry] = [one for one in row["deliveries"] if one["id"] == held["alert"]]
    return delivery(row, entry, held["lease"])


def _held(claim: str, such: Expression | None = None) -> Document:
    which: Document = {"delivery.lease": claim}
    return which if such is None else which | {"$expr": any_of(ALL, such)}


_TRIED = {"$eq": [{"$type": "$one.first_try"}, "date"]}
# Never tried, or looked for.
_KNOWN = {"$or": [{"$not": [TRIED]}, {"$eq": ["$$one.looked", "$delivery.lease"]}]}


def _of(group: Group) -> Expression:
    refused = {"$gt": ["$$one.refusals", 0]}
    such = [
        CLAIMED,
        _KNOWN,
        {"$eq": ["$$one.ring.kind", group.kind]},
        {"$eq": [TRIED, group.tried]},
        refused if group.refused else {"$not": [refused]},
    ]
    if group.tried:
        such.append({"$eq": [{"$ifNull": ["$$one.batch", None]}, group.batch]})
    return {"$and": such}

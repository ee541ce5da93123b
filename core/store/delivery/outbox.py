"""The outbox: what is owed is claimed, noted before it is tried, and settled (docs/alerts.md).

A document is held by one process at a time, by a lease that every later write names, so that a
process that lost it changes nothing any more. Leases and tries are timed by the server ($$NOW),
since the processes' clocks may differ; what is late is the desk's clock to say, as everywhere.
"""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bson import ObjectId
from pymongo import ReturnDocument
from pymongo.asynchronous.collection import AsyncCollection

from core.store.delivery import duplicates, entries
from core.store.delivery.changes import (
    Change,
    announced,
    latest_alerts,
    latest_lines,
    latest_notices,
    not_sent,
    put_off,
    there,
)
from core.store.delivery.deliveries import Batch, Delivery, Posted, delivery
from core.store.delivery.entries import (
    ALL,
    AT_ONCE,
    CLAIMED,
    KINDS,
    LET_GO,
    LINES,
    NOTICES,
    THERE,
    Expression,
    Kind,
    later,
)
from core.store.delivery.told.notices import with_soon
from core.store.errors import reaches_mongo
from core.store.mapping import Document
from core.store.projections import ALERTED, HELD

# What a ticket owes is paid so much at a time: others wait for their turn.
_AT_ONCE = 8
# Tickets of a batch that are named in its message.
_NAMED = 100
Held = Sequence[Delivery] | Batch
# Of the alert that a ticket was claimed for, without what its id begins with.
_ALERTS_NAME = {"$substrCP": ["$delivery.alert", len("alert:"), 100]}


class Outbox:
    def __init__(self, tickets: AsyncCollection[Document]) -> None:
        self._tickets = tickets
        # Hears of a ticket that is let go by when it owes something still.
        self.owes_more: Callable[[datetime], None] = lambda due: None

    @reaches_mongo
    async def claim(
        self,
        kinds: Sequence[Kind],
        *,
        lease: timedelta,
        doubt: timedelta,
        doubtful: bool | None = None,
        of: str | None = None,
    ) -> list[Delivery]:
        """What the ticket owes at once that waits the longest: new messages of these kinds, and
        edits of those that are there, of alerts first.

        Only such as are `doubtful`, or only such as are not, if that is given; only `of` this
        ticket, if one is given. What a message says
        that is about to be edited is unknown from here on.
        """
        token = secrets.token_hex(8)
        kind = {"$in": ["$$one.kind", list(kinds)]}
        ours = {"$and": [kind, entries.payable(before=None, doubt=doubt, doubtful=doubtful)]}
        unsaid = entries.each(ALL, entries.where({"$and": [THERE, ours]}, {"says": None}))
        fields = {
            "delivery.lease": token,
            "delivery.until": later(lease),
            # Somebody may have held it for an alert that is planned no more.
            "delivery.alert": "$$REMOVE",
            "delivery.at": "$$REMOVE",
            "deliveries": unsaid,
        }
        which: Document = {"_id": ObjectId(of)} if of else {}
        document = await self._tickets.find_one_and_update(
            which
            | entries.owing(kinds, AT_ONCE)
            | {"$expr": {"$and": [entries.is_free(), entries.any_of(ALL, ours)]}},
            [{"$set": fields}],
            # As it was, since it tells what the messages say, and what of it is ours.
            projection=HELD | {"ours": entries.among(ALL, ours)},
            return_document=ReturnDocument.BEFORE,
        )
        if document is None:
            return []
        held = [delivery(document, one, token) for one in document["ours"]]
        return sorted(held, key=lambda one: KINDS.index(one.kind))[:_AT_ONCE]

    @reaches_mongo
    async def keep(self, held: Delivery, *, lease: timedelta) -> bool:
        """A whole lease from now on; False if it is lost."""
        until = [{"$set": {"delivery.until": later(lease)}}]
        return (await self._tickets.update_one(_ours([held]), until)).matched_count == 1

    @reaches_mongo
    async def begin(self, held: Held, *, within: timedelta, channel: str) -> list[Delivery]:
        """Notes the try before it is made, and returns those that may still be posted, fresh.

        Left out: what is no longer owed, what another process claimed, what has less of its
        lease left than a post may take (`within`), and an alert that is planned otherwise now.
        Of a batch, only the most overdue are returned.
        """
        of_alerts = isinstance(held, Batch) or held[0].kind == "alert"
        this: Expression = {"$gt": ["$$one.due", None]}
        if of_alerts:
            this = {"$and": [CLAIMED, {"$eq": ["$$one.due", "$delivery.at"]}, this]}
        else:
            assert not isinstance(held, Batch)
            this = {"$and": [{"$eq": ["$$one.id", held[0].id]}, this]}
        tried: Document = {
            "begun": "$delivery.lease",
            "first_try": {"$ifNull": ["$$one.first_try", "$$NOW"]},
            "last_try": "$$NOW",
            "tried_in": channel,
        }
        fields: Document = {}
        if isinstance(held, Batch):
            batch = {"ring": _ALERTS_NAME, "name": held.name}
            before = {"$ifNull": ["$alert.batches", []]}
            fields["alert.batches"] = {"$setUnion": [before, [batch]]}
            await self._watch(held)
        elif of_alerts:
            fields["alert.watch"] = duplicates.watch()
        still = {"$and": [{"$gt": ["$delivery.until", later(within)]}, entries.any_of(ALL, this)]}
        which = _ours(held) | {"$expr": still}
        noted = [{"$set": fields | {"deliveries": entries.each(ALL, entries.where(this, tried))}}]
        if not isinstance(held, Batch) and len(held) == 1:
            # Another message of the ticket may have been posted under the same lease.
            document = await self._tickets.find_one_and_update(
                which,
                noted,
                projection=ALERTED if of_alerts else HELD,
                return_document=ReturnDocument.AFTER,
            )
            return [_named(document, held[0])] if document else []
        await self._tickets.update_many(which, noted)
        begun = _ours(held) | {"deliveries.begun": _lease(held)}
        found = self._tickets.find(begun, ALERTED)
        if isinstance(held, Batch):
            found = found.sort({"delivery.at": 1, "number": 1}).limit(_NAMED)
        documents = await found.to_list()
        return [_begun(document) for document in documents]

    async def _watch(self, batch: Batch) -> None:
        """Of a batch, the ticket that gave it its name stands for all."""
        named = _ours(batch) | {"_id": ObjectId(batch.name.split(":")[1])}
        await self._tickets.update_one(named, [{"$set": {"alert.watch": duplicates.watch()}}])

    @reaches_mongo
    async def count(self, batch: Batch) -> int:
        """How many of a batch are about to be posted."""
        begun = _ours(batch) | {"deliveries.begun": batch.lease}
        return await self._tickets.count_documents(begun)

    @reaches_mongo
    async def settle(self, held: Delivery, changes: Sequence[tuple[Delivery, Change]]) -> None:
        """Keeps what became of what a ticket owed, and lets go of it."""
        deliveries: Expression = ALL
        for one, change in changes:
            this = {"$eq": ["$$one.id", one.id]}
            if change is None:
                # Unless there is more to be said in it since.
                over = {"$and": [this, {"$lte": ["$$one.wants", one.wants]}]}
                deliveries = entries.among(deliveries, {"$not": [over]})
            else:
                deliveries = entries.each(deliveries, entries.where(this, change))
            if one.kind in LINES:
                deliveries = latest_lines(deliveries)
            if one.kind in NOTICES:
                deliveries = latest_notices(deliveries)
        document = await self._tickets.find_one_and_update(
            _ours([held]),
            [*entries.owed(deliveries), {"$set": LET_GO}],
            projection={"delivery.due": True},
            return_document=ReturnDocument.AFTER,
        )
        if document and (due := document["delivery"].get("due")):
            self.owes_more(due)

    @reaches_mongo
    async def rang(self, held: Held, posted: Posted, *, at: datetime) -> None:
        """The alerts are announced at that time; whoever claims the ticket next plans what follows.

        A message that is about one ticket alone is remembered, to be edited later.
        """
        # What is there says from now on that it rang; what changed while it was posted is shown.
        deliveries = entries.after_comment()
        if posted.alone:
            now_there = there(posted, shows=0) | {"wants": 1, "due": AT_ONCE, "batch": None}
            deliveries = entries.each(deliveries, entries.where(CLAIMED, now_there))
            deliveries = latest_alerts(deliveries)
        else:
            deliveries = entries.among(deliveries, {"$not": [CLAIMED]})
        deliveries = entries.planned_somehow(with_soon(deliveries, quiet=posted.quiet))
        which = _ours(held)
        if isinstance(held, Batch):
            which["deliveries.begun"] = held.lease
        await self._tickets.update_many(
            which, [*entries.owed(deliveries, **announced(at)), {"$set": LET_GO}]
        )

    @reaches_mongo
    async def put_off(
        self, held: Held, *, wait: timedelta, refused: bool = False, stays_ours: bool = False
    ) -> None:
        """The alerts are certainly not in Slack: owed still, to be tried again after the wait.

        Or at once by us, if they `stay ours`. That they were `refused` for their words is counted.
        """
        # Nor are they in the batches that they were tried in.
        change = not_sent(wait, refused=refused) | {"batch": None}
        fields = dict(LET_GO)
        if stays_ours:
            change["free_at"], fields = None, {"delivery.until": later(wait)}
        ring = {"$ne": ["$$batch.ring", _ALERTS_NAME]}
        batches = {"input": "$alert.batches", "as": "batch", "cond": ring}
        had_some = {"$isArray": ["$alert.batches"]}
        fields["alert.batches"] = {"$cond": [had_some, {"$filter": batches}, "$$REMOVE"]}
        await self._change_claimed(held, change, fields)

    @reaches_mongo
    async def unknown(self, held: Held, *, wait: timedelta) -> None:
        """Perhaps in Slack, perhaps not: whoever claims the alerts next has to find out first."""
        await self._change_claimed(held, put_off(wait), LET_GO)

    async def _change_claimed(self, held: Held, change: Document, fields: Document) -> None:
        """The fields are written last: by then the claim may be let go."""
        deliveries = entries.each(ALL, entries.where(CLAIMED, change))
        stages = [*entries.owed(entries.among(deliveries, entries.STANDS)), {"$set": fields}]
        await self._tickets.update_many(_ours(held), stages)

    @reaches_mongo
    async def recent_channels(self, *, tickets: int) -> set[str]:
        """Where the cards and alerts of the latest tickets stand."""
        places = {"deliveries.to": 1, "deliveries.ts": 1, "deliveries.kind": 1}
        found = self._tickets.find({}, places).sort({"number": -1}).limit(tickets)
        return {
            one["to"]
            for document in await found.to_list()
            for one in document.get("deliveries", ())
            if one.get("ts") and one.get("kind") in ("alert", "card", "comment")
        }


def _lease(held: Held) -> str:
    return held.lease if isinstance(held, Batch) else held[0].lease


def _ours(held: Held) -> Document:
    """The filter for what is still held."""
    which: Document = {"delivery.lease": _lease(held)}
    if isinstance(held, Batch):
        return which | {"deliveries.batch": held.name}
    ids = [ObjectId(one.ticket.id) for one in held]
    return which | {"_id": ids[0] if len(ids) == 1 else {"$in": ids}}


def _named(document: Document, held: Delivery) -> Delivery:
    [entry] = [one for one in document["deliveries"] if one["id"] == held.id]
    return delivery(document, entry, held.lease)


def _begun(document: Document) -> Delivery:
    lease = document["delivery"]["lease"]
    [entry] = [one for one in document["deliveries"] if one.get("begun") == lease]
    return delivery(document, entry, lease)

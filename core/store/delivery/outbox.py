"""What Slack is owed (docs/alerts.md): written with the change that owes it, claimed to be paid.

Each ticket's document says whether its card, its breach alert and its receipt are owed. A
process claims one with a lease, notes in the document that it is about to post, posts, and
notes the outcome; every such write names the claim, so a process that lost its claim changes
nothing any more. Leases and tries are timed by the server ($$NOW), since the processes'
clocks may differ; what is late is the desk's clock to say, as everywhere.
"""

import secrets
from datetime import UTC, datetime, timedelta

from bson import ObjectId
from pymongo import ReturnDocument
from pymongo.asynchronous.collection import AsyncCollection

from core.store import mapping
from core.store.delivery import duplicates
from core.store.delivery.deliveries import (
    AlertMessage,
    Batch,
    Delivery,
    Held,
    Kind,
    Posted,
    delivery,
    free,
    in_doubt,
    later,
    ours,
)
from core.store.errors import reaches_mongo
from core.store.mapping import Document
from core.tickets import Ticket
from core.tickets.alert import Ring

# Alert messages of one ticket that are edited, the latest of all.
_FOLLOWED = 5
# Tickets of a batch that are named in its message.
_NAMED = 100
_AT_ONCE = datetime.fromtimestamp(0, UTC)
_WITHOUT_TIMELINE = {"timeline": 0}


def at_first(ticket: Ticket, *, receipt_to: str | None) -> Document:
    fields: Document = {
        "revision": 1,
        "alert": _plan(ticket.alert.ring)
        | {
            # A ticket for which nobody planned anything is planned by the next who looks.
            "owed": True,
            "free_at": _AT_ONCE,
            "tried": [],
            "announced": [],
        },
        "card": {"owed": True, "free_at": _AT_ONCE},
    }
    if receipt_to:
        fields["receipt"] = {"owed": True, "free_at": _AT_ONCE, "to": receipt_to}
    return fields


def after_change(old: Ticket, new: Ticket) -> Document:
    fields = after_comment()
    if old.alert.ring != new.alert.ring or old.breaches_at != new.breaches_at:
        # Whether that very alert rang before is asked when it is claimed.
        plan = _plan(new.alert.ring) | {"owed": new.breaches_at is not None}
        fields |= {f"alert.{name}": value for name, value in plan.items()}
    for name in ("acknowledged", "snoozed"):
        if (said := getattr(new.alert, name)) != getattr(old.alert, name):
            fields[f"alert.{name}"] = mapping.silence_document(said)
    return fields


def _plan(ring: Ring | None) -> Document:
    if ring is None:
        return {"ring": None, "at": _AT_ONCE}
    return {"ring": ring.name, "kind": ring.kind, "due": ring.due, "at": ring.at}


def after_comment() -> Document:
    return {"card.owed": True}


class Outbox:
    def __init__(self, tickets: AsyncCollection[Document]) -> None:
        self._tickets = tickets

    @reaches_mongo
    async def claim(
        self, kind: Kind, *, lease: timedelta, doubt: timedelta, doubtful: bool | None = None
    ) -> Delivery | None:
        """Claims the one that waits the longest, if any is owed and free.

        Only such as are `doubtful`, or only such as are not, if that is given.
        """
        fields = {
            f"{kind}.claim": secrets.token_hex(8),
            f"{kind}.posting": False,
            f"{kind}.free_at": later(lease),
        }
        document = await self._tickets.find_one_and_update(
            {f"{kind}.owed": True}
            | free(kind, doubt)
            | ({} if doubtful is None else in_doubt(kind, doubtful)),
            [{"$set": fields}],
            projection=_WITHOUT_TIMELINE,
            sort={f"{kind}.free_at": 1},
            return_document=ReturnDocument.AFTER,
        )
        return delivery(kind, document) if document else None

    @reaches_mongo
    async def about_to_post(self, held: Held, *, within: timedelta, channel: str) -> list[Delivery]:
        """Notes the try before it is made, and returns those that may still be posted, fresh.

        Left out: what is no longer owed, what another process claimed, what has less of its
        lease left than a post may take (`within`), and an alert that is planned otherwise now.
        Of a batch, only the most overdue are returned.
        """
        kind, which = ours(held)
        which[f"{kind}.owed"] = True
        tried: Document = {
            f"{kind}.posting": True,
            f"{kind}.last_try": "$$NOW",
            f"{kind}.first_try": {"$ifNull": [f"${kind}.first_try", "$$NOW"]},
        }
        still = [{"$gt": [f"${kind}.free_at", later(within)]}]
        if kind == "alert":
            still.append({"$eq": ["$alert.ring", "$alert.claimed.name"]})
            still.append({"$eq": ["$alert.at", "$alert.claimed.at"]})
            tried["alert.tried_in"] = channel
            tried["alert.tried"] = {"$setUnion": ["$alert.tried", ["$alert.claimed.name"]]}
            if isinstance(held, Batch):
                batch = {"ring": "$alert.claimed.name", "name": held.name}
                before = {"$ifNull": ["$alert.batches", []]}
                tried["alert.batches"] = {"$setUnion": [before, [batch]]}
                await self._watch(held, within)
            else:
                tried["alert.watch"] = duplicates.watch(within)
        await self._tickets.update_many(which | {"$expr": {"$and": still}}, [{"$set": tried}])
        posting = which | {f"{kind}.posting": True}
        if isinstance(held, Batch):
            order, most = {"alert.batch": 1, "alert.due": 1, "number": 1}, _NAMED
        else:
            order, most = {"_id": 1}, 0
        found = self._tickets.find(posting, _WITHOUT_TIMELINE).sort(order).limit(most)
        return [delivery(kind, document) for document in await found.to_list()]

    async def _watch(self, batch: Batch, within: timedelta) -> None:
        """Of a batch, the ticket that gave it its name stands for all."""
        named = {"_id": ObjectId(batch.name.split(":")[1]), "alert.batch": batch.name}
        await self._tickets.update_one(named, [{"$set": {"alert.watch": duplicates.watch(within)}}])

    @reaches_mongo
    async def count(self, batch: Batch) -> int:
        """How many of a batch are about to be posted."""
        _, which = ours(batch)
        return await self._tickets.count_documents(which | {"alert.posting": True})

    @reaches_mongo
    async def renewed(
        self, held: Delivery, *, lease: timedelta, editing: AlertMessage | None = None
    ) -> Delivery | None:
        """The same with a whole lease and the ticket as it is now; None if the claim is lost.

        What an alert says that is about to be edited is unknown from here on.
        """
        kind, which = ours([held])
        fields: Document = {f"{kind}.free_at": later(lease)}
        if editing is not None:
            fields["alert.messages"] = _saying(None, editing)
        document = await self._tickets.find_one_and_update(
            which,
            [{"$set": fields}],
            projection=_WITHOUT_TIMELINE,
            return_document=ReturnDocument.AFTER,
        )
        return delivery(kind, document) if document else None

    @reaches_mongo
    async def sent(self, held: Held, posted: Posted | None, *, at: datetime | None = None) -> None:
        """Slack has it, or nobody ever will: it is owed no more, unless the ticket has changed.

        A message that is about one ticket alone is remembered, to be edited later. An alert
        rang `at` that time; whoever claims the ticket next plans what follows.
        """
        kind, which = ours(held)
        if isinstance(held, Batch):
            which["alert.posting"] = True
        fields: Document = {
            f"{kind}.claim": None,
            f"{kind}.first_try": None,
            f"{kind}.last_try": None,
            f"{kind}.free_at": _AT_ONCE,
            f"{kind}.refusals": "$$REMOVE",
        }
        if kind == "alert":
            fields["alert.announced"] = {"$setUnion": ["$alert.announced", ["$alert.claimed.name"]]}
            fields["alert.latest"] = {
                "kind": "$alert.claimed.kind",
                "due": "$alert.claimed.due",
                "at": {"$max": ["$alert.claimed.at", at]},
            }
            # The card says that it is late, and what changed while the alert was posted is shown.
            fields |= {"card.owed": True, "revision": {"$add": ["$revision", 1]}}
            if posted and posted.alone:
                fields["alert.messages"] = _followed(posted)
        elif kind == "card":
            assert not isinstance(held, Batch)
            fields["card.owed"] = {"$ne": ["$revision", held[0].revision]}
        else:
            fields["receipt.owed"] = False
        if posted and kind != "alert":
            fields |= {f"{kind}.channel": posted.channel, f"{kind}.ts": posted.ts}
        await self._tickets.update_many(which, [{"$set": fields}])

    @reaches_mongo
    async def edited(self, held: Delivery, message: AlertMessage, *, says: str) -> None:
        """That alert says this now, for whoever would edit it next."""
        _, which = ours([held])
        fields = {"alert.messages": _saying(says, message)}
        await self._tickets.update_one(which, [{"$set": fields}])

    @reaches_mongo
    async def not_sent(
        self, held: Held, *, wait: timedelta, refused: bool = False, stays_ours: bool = False
    ) -> None:
        """Certainly not in Slack: owed as before, to be tried again after the wait.

        Or at once by us, if it `stays_ours`. That it was `refused` for what it says is counted.
        """
        kind, which = ours(held)
        fields: Document = {
            f"{kind}.free_at": later(wait),
            f"{kind}.posting": False,
            f"{kind}.first_try": None,
            f"{kind}.last_try": None,
        }
        fields |= {} if stays_ours else {f"{kind}.claim": None}
        if refused:
            fields[f"{kind}.refusals"] = {"$add": [{"$ifNull": [f"${kind}.refusals", 0]}, 1]}
        await self._tickets.update_many(which, [{"$set": fields}])

    @reaches_mongo
    async def unknown(self, held: Held, *, wait: timedelta) -> None:
        """Perhaps in Slack, perhaps not: whoever claims it next has to find out first."""
        kind, which = ours(held)
        fields = {f"{kind}.claim": None, f"{kind}.free_at": later(wait)}
        await self._tickets.update_many(which, [{"$set": fields}])

    @reaches_mongo
    async def recent_channels(self, *, tickets: int) -> set[str]:
        """Where the cards and alerts of the latest tickets stand."""
        places = {"card.channel": 1, "alert.messages.channel": 1}
        latest = self._tickets.find({}, places).sort({"number": -1}).limit(tickets)
        channels = {
            message.get("channel")
            for document in await latest.to_list()
            for message in (
                document.get("card", {}),
                *document.get("alert", {}).get("messages", ()),
            )
        }
        return channels - {None}

    @reaches_mongo
    async def message_is_gone(self, gone_one: Delivery) -> None:
        """Somebody deleted the message: the next one is posted anew."""
        kind, which = ours([gone_one])
        gone = {
            f"{kind}.claim": None,
            f"{kind}.ts": None,
            f"{kind}.free_at": _AT_ONCE,
            f"{kind}.first_try": None,
            f"{kind}.last_try": None,
        }
        await self._tickets.update_one(which, {"$set": gone})


def _followed(posted: Posted) -> Document:
    """The latest messages with this one, as an expression over the ticket's document."""
    message = {
        "channel": posted.channel,
        "ts": posted.ts,
        "kind": "$alert.claimed.kind",
        "quiet": posted.quiet,
        "instead_of": posted.instead_of,
        "says": posted.says,
    }
    before = {"$ifNull": ["$alert.messages", []]}
    return {"$slice": [{"$concatArrays": [before, [message]]}, -_FOLLOWED]}


def _saying(says: str | None, message: AlertMessage) -> Document:
    """The messages with this one saying that, likewise."""
    here = [{"$eq": ["$$one.channel", message.channel]}, {"$eq": ["$$one.ts", message.ts]}]
    changed = {"$mergeObjects": ["$$one", {"says": says}]}
    one = {"$cond": [{"$and": here}, changed, "$$one"]}
    return {"$map": {"input": "$alert.messages", "as": "one", "in": one}}

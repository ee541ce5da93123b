"""What Slack is still owed: written with the change that owes it, claimed by whoever pays it.

Each ticket's document says whether its card, its breach alert and its receipt are owed. A
process claims one with a lease, notes in the document that it is about to post, posts, and
notes the outcome; every such write names the claim, so a process that lost its claim changes
nothing any more. Leases and tries are timed by the server ($$NOW), since the processes'
clocks may differ; what is late is the desk's clock to say, as everywhere.
The whole is the state machine of docs/alerts.md.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from bson import ObjectId
from pymongo import ReturnDocument
from pymongo.asynchronous.collection import AsyncCollection

from core.store import documents, repeats
from core.store.documents import Document
from core.store.failures import reaches_mongo
from core.tickets import Ticket

Kind = Literal["alert", "card", "receipt"]
_AT_ONCE = datetime.fromtimestamp(0, UTC)
_WITHOUT_TIMELINE = {"timeline": 0}


def at_first(ticket: Ticket, *, receipt_to: str | None) -> Document:
    fields: Document = {
        "revision": 1,
        "alert": {
            "owed": True,
            "due": ticket.sla_due,
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
    if old.breaches_at != new.breaches_at:
        # Whether that due time was announced before is asked when the alert is claimed.
        fields |= {"alert.owed": new.breaches_at is not None, "alert.due": new.sla_due}
    return fields


def after_comment() -> Document:
    return {"card.owed": True}


@dataclass(frozen=True, slots=True)
class Delivery:
    """One ticket's card, alert or receipt, claimed by this process until its lease ends."""

    kind: Kind
    claim: str
    ticket: Ticket
    revision: int
    # When the due time that the alert is about is; for a receipt, the Slack user it goes to.
    due: datetime | None = None
    to: str | None = None
    # The message there is already, if there is one.
    channel: str | None = None
    ts: str | None = None
    # Since when an earlier try may have reached Slack without our knowing.
    first_try: datetime | None = None
    # The single alert message of this ticket, to be edited along with its card.
    alert_channel: str | None = None
    alert_ts: str | None = None


class OwedStore:
    def __init__(self, tickets: AsyncCollection[Document]) -> None:
        self._tickets = tickets

    @reaches_mongo
    async def claim_alerts(
        self, *, at: datetime, lease: timedelta, doubt: timedelta, most: int = 100
    ) -> list[Delivery]:
        """Claims every alert that is owed at this time and free, all in one write.

        Given are the most overdue; `more_alerts` gives further ones, since thousands at once
        would fill the memory and keep everybody else waiting. `doubt` is how long after a try
        nobody can know yet whether it reached Slack.
        """
        claim = secrets.token_hex(8)
        which = {"alert.owed": True, "alert.due": {"$lt": at}} | _free("alert", doubt)
        settled = {"$in": ["$alert.due", "$alert.announced"]}
        same = {"$eq": ["$alert.due", "$alert.claimed_due"]}
        tried = {"$in": ["$alert.due", "$alert.tried"]}
        fields = {
            "alert.owed": {"$not": settled},
            "alert.claim": {"$cond": [settled, None, claim]},
            "alert.claimed_due": "$alert.due",
            "alert.posting": False,
            "alert.free_at": _in(lease),
            # A due time that was tried before, with another one in between, may be in Slack
            # since then: no try is ever made before the due time itself.
            "alert.first_try": {
                "$cond": [same, "$alert.first_try", {"$cond": [tried, "$alert.due", None]}]
            },
            "alert.last_try": {"$cond": [same, "$alert.last_try", None]},
        }
        claimed = await self._tickets.update_many(which, [{"$set": fields}])
        if not claimed.modified_count:
            return []
        return await self._claimed(claim, at=at, most=most)

    @reaches_mongo
    async def more_alerts(
        self, claim: str, *, at: datetime, lease: timedelta, most: int = 100
    ) -> list[Delivery]:
        """Of what `claim_alerts` claimed, what nobody else claimed since: with a whole lease."""
        ours = {"alert.owed": True, "alert.due": {"$lt": at}, "alert.claim": claim}
        found = self._tickets.find(ours, {"_id": 1}).sort({"alert.due": 1})
        some = ours | {"_id": {"$in": [row["_id"] for row in await found.to_list(most)]}}
        await self._tickets.update_many(some, [{"$set": {"alert.free_at": _in(lease)}}])
        return await self._claimed(claim, at=at, most=most)

    async def _claimed(self, claim: str, *, at: datetime, most: int) -> list[Delivery]:
        ours = {"alert.owed": True, "alert.due": {"$lt": at}, "alert.claim": claim}
        found = self._tickets.find(ours, {"timeline": 0, "comments": 0}).sort({"alert.due": 1})
        return [_delivery("alert", document) for document in await found.to_list(most)]

    @reaches_mongo
    async def claim(self, kind: Kind, *, lease: timedelta, doubt: timedelta) -> Delivery | None:
        """Claims the one that waits the longest, if any is owed and free."""
        fields = {
            f"{kind}.claim": secrets.token_hex(8),
            f"{kind}.posting": False,
            f"{kind}.free_at": _in(lease),
        }
        document = await self._tickets.find_one_and_update(
            {f"{kind}.owed": True} | _free(kind, doubt),
            [{"$set": fields}],
            projection=_WITHOUT_TIMELINE,
            sort={f"{kind}.free_at": 1},
            return_document=ReturnDocument.AFTER,
        )
        return _delivery(kind, document) if document else None

    @reaches_mongo
    async def about_to_post(
        self, deliveries: Sequence[Delivery], *, within: timedelta
    ) -> list[Delivery]:
        """Notes the try before it is made, and returns those that may still be posted, fresh.

        Left out: what is no longer owed, what another process claimed, what has less of its
        lease left than a post may take (`within`), and an alert whose ticket is due at another
        time now.
        """
        kind, which = _ours(deliveries)
        which[f"{kind}.owed"] = True
        tried: Document = {
            f"{kind}.posting": True,
            f"{kind}.last_try": "$$NOW",
            f"{kind}.first_try": {"$ifNull": [f"${kind}.first_try", "$$NOW"]},
        }
        still = [{"$gt": [f"${kind}.free_at", _in(within)]}]
        if kind == "alert":
            still.append({"$eq": ["$alert.due", "$alert.claimed_due"]})
            tried["alert.tried"] = {"$setUnion": ["$alert.tried", ["$alert.claimed_due"]]}
            tried["alert.watch"] = repeats.watch(within)
        await self._tickets.update_many(which | {"$expr": {"$and": still}}, [{"$set": tried}])
        posting = which | {f"{kind}.posting": True}
        found = self._tickets.find(posting, _WITHOUT_TIMELINE).sort({"_id": 1})
        return [_delivery(kind, document) for document in await found.to_list()]

    @reaches_mongo
    async def renewed(self, delivery: Delivery, *, lease: timedelta) -> Delivery | None:
        """The same with a whole lease and the ticket as it is now; None if the claim is lost."""
        kind, which = _ours([delivery])
        document = await self._tickets.find_one_and_update(
            which,
            [{"$set": {f"{kind}.free_at": _in(lease)}}],
            projection=_WITHOUT_TIMELINE,
            return_document=ReturnDocument.AFTER,
        )
        return _delivery(kind, document) if document else None

    @reaches_mongo
    async def sent(
        self, deliveries: Sequence[Delivery], *, channel: str, ts: str, alone: bool
    ) -> None:
        """Slack has it: it is owed no more, unless the ticket has changed since.

        A message that is about one ticket `alone` is remembered, to be edited later.
        """
        kind, which = _ours(deliveries)
        fields: Document = {
            f"{kind}.claim": None,
            f"{kind}.first_try": None,
            f"{kind}.last_try": None,
            f"{kind}.free_at": _AT_ONCE,
        }
        if kind == "alert":
            announced = {"$setUnion": ["$alert.announced", ["$alert.claimed_due"]]}
            again = {"$not": {"$in": ["$alert.due", announced]}}
            fields |= {"alert.announced": announced, "alert.owed": {"$and": ["$alert.owed", again]}}
            # The card says that it is late, and what changed while the alert was posted is shown.
            fields |= {"card.owed": True, "revision": {"$add": ["$revision", 1]}}
        elif kind == "card":
            fields["card.owed"] = {"$ne": ["$revision", deliveries[0].revision]}
        else:
            fields["receipt.owed"] = False
        if alone:
            fields |= {f"{kind}.channel": channel, f"{kind}.ts": ts}
        await self._tickets.update_many(which, [{"$set": fields}])

    @reaches_mongo
    async def not_sent(self, deliveries: Sequence[Delivery], *, wait: timedelta) -> None:
        """Certainly not in Slack: owed as before, to be tried again after the wait."""
        kind, which = _ours(deliveries)
        fields = {
            f"{kind}.claim": None,
            f"{kind}.free_at": _in(wait),
            f"{kind}.first_try": None,
            f"{kind}.last_try": None,
        }
        await self._tickets.update_many(which, [{"$set": fields}])

    @reaches_mongo
    async def unknown(self, deliveries: Sequence[Delivery], *, wait: timedelta) -> None:
        """Perhaps in Slack, perhaps not: whoever claims it next has to find out first."""
        kind, which = _ours(deliveries)
        fields = {f"{kind}.claim": None, f"{kind}.free_at": _in(wait)}
        await self._tickets.update_many(which, [{"$set": fields}])

    @reaches_mongo
    async def recent_channels(self, *, tickets: int) -> set[str]:
        """Where the cards and alerts of the latest tickets stand."""
        places = {"card.channel": 1, "alert.channel": 1}
        latest = self._tickets.find({}, places).sort({"number": -1}).limit(tickets)
        channels = {
            document.get(kind, {}).get("channel")
            for document in await latest.to_list()
            for kind in ("card", "alert")
        }
        return channels - {None}

    @reaches_mongo
    async def message_is_gone(self, delivery: Delivery) -> None:
        """Somebody deleted the message: the next one is posted anew."""
        kind, which = _ours([delivery])
        gone = {
            f"{kind}.claim": None,
            f"{kind}.ts": None,
            f"{kind}.free_at": _AT_ONCE,
            f"{kind}.first_try": None,
            f"{kind}.last_try": None,
        }
        await self._tickets.update_one(which, {"$set": gone})


def _in(time: timedelta) -> Document:
    return {"$add": ["$$NOW", round(time.total_seconds() * 1000)]}


def _free(kind: Kind, doubt: timedelta) -> Document:
    known_at = {"$add": [f"${kind}.last_try", round(doubt.total_seconds() * 1000)]}
    free = {"$lte": [f"${kind}.free_at", "$$NOW"]}
    return {"$expr": {"$and": [free, {"$lte": [known_at, "$$NOW"]}]}}


def _ours(deliveries: Iterable[Delivery]) -> tuple[Kind, Document]:
    """The filter for what these deliveries still hold."""
    held = list(deliveries)
    kind, claim = held[0].kind, held[0].claim
    ids = [ObjectId(delivery.ticket.id) for delivery in held]
    return kind, {"_id": ids[0] if len(ids) == 1 else {"$in": ids}, f"{kind}.claim": claim}


def _delivery(kind: Kind, document: Document) -> Delivery:
    owed: dict[str, Any] = document[kind]
    alert: dict[str, Any] = document["alert"]
    return Delivery(
        kind=kind,
        claim=owed["claim"],
        ticket=documents.ticket({"comments": []} | document),
        revision=document["revision"],
        due=owed.get("claimed_due"),
        to=owed.get("to"),
        channel=owed.get("channel"),
        ts=owed.get("ts"),
        first_try=owed.get("first_try"),
        alert_channel=alert.get("channel"),
        alert_ts=alert.get("ts"),
    )

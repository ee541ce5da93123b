"""What a process has claimed, and the parts of the questions about it that all share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from bson import ObjectId

from core.store import mapping
from core.store.full import has_room
from core.store.mapping import Document
from core.tickets import Ticket

Kind = Literal["alert", "card", "receipt"]


class Posted(NamedTuple):
    """A message in Slack: whether it is about one ticket `alone`, was `quiet` because it rang
    nobody, stands there `instead_of` in a channel that did not take it, and a fingerprint of what
    it `says`, where that is known."""

    channel: str
    ts: str
    alone: bool
    quiet: bool = False
    instead_of: str | None = None
    says: str | None = None


class AlertMessage(NamedTuple):
    """A message about this ticket's alert alone, of this kind."""

    channel: str
    ts: str
    kind: str
    quiet: bool
    instead_of: str | None
    says: str | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One ticket's card, alert or receipt, claimed by this process until its lease ends."""

    kind: Kind
    claim: str
    ticket: Ticket
    revision: int
    # Which alert it is, and the time that is its own; for a receipt, the Slack user it goes to.
    rings: str = ""
    due: datetime | None = None
    to: str | None = None
    # The message there is already, if there is one.
    channel: str | None = None
    ts: str | None = None
    # Since when an earlier try may have reached Slack without our knowing, in which channel if that
    # is known, and the names of the batches in which this alert was tried.
    first_try: datetime | None = None
    last_try: datetime | None = None
    tried_in: str | None = None
    batches: tuple[str, ...] = ()
    # How often Slack refused what it says, in every form.
    refusals: int = 0
    # To be edited along with its card, the latest first.
    alerts: tuple[AlertMessage, ...] = ()


class Batch(NamedTuple):
    """Very many alerts that one message is about, claimed by this process."""

    claim: str
    name: str


Held = Sequence[Delivery] | Batch


# A lease is for the alert that was claimed. Once that is under way, only its outcome ends it.
_PLANNED_OTHERWISE = {
    "$and": [
        {"$ne": ["$alert.posting", True]},
        {
            "$or": [
                {"$ne": ["$alert.ring", "$alert.claimed.name"]},
                {"$ne": ["$alert.at", "$alert.claimed.at"]},
            ]
        },
    ]
}


def later(time: timedelta) -> Document:
    return {"$add": ["$$NOW", round(time.total_seconds() * 1000)]}


def free(kind: Kind, doubt: timedelta) -> Document:
    """Nobody has it claimed, and its ticket has room for all that is noted about it from here on:
    no later write fails for want of it, least of all one that is about many tickets."""
    known_at = {"$add": [f"${kind}.last_try", round(doubt.total_seconds() * 1000)]}
    is_free: Document = {"$lte": [f"${kind}.free_at", "$$NOW"]}
    if kind == "alert":
        is_free = {"$or": [is_free, _PLANNED_OTHERWISE]}
    return {"$expr": {"$and": [is_free, {"$lte": [known_at, "$$NOW"]}, has_room()]}}


def in_doubt(kind: Kind, doubtful: bool) -> Document:
    """Whether an earlier try may have reached Slack without our knowing."""
    return {f"{kind}.first_try": {"$type": "date"} if doubtful else None}


def ours(held: Held) -> tuple[Kind, Document]:
    """The filter for what is still held."""
    if isinstance(held, Batch):
        return "alert", {"alert.batch": held.name, "alert.claim": held.claim}
    kind, claim = held[0].kind, held[0].claim
    ids = [ObjectId(delivery.ticket.id) for delivery in held]
    return kind, {"_id": ids[0] if len(ids) == 1 else {"$in": ids}, f"{kind}.claim": claim}


def delivery(kind: Kind, document: Document) -> Delivery:
    owed: dict[str, Any] = document[kind]
    alert: dict[str, Any] = document["alert"]
    claimed = (owed.get("claimed") if kind == "alert" else None) or {}
    return Delivery(
        kind=kind,
        claim=owed["claim"],
        ticket=mapping.ticket({"comments": []} | document),
        revision=document["revision"],
        rings=claimed.get("kind") or "",
        due=claimed.get("due"),
        to=owed.get("to"),
        channel=owed.get("channel"),
        ts=owed.get("ts"),
        first_try=owed.get("first_try"),
        last_try=owed.get("last_try"),
        refusals=owed.get("refusals", 0),
        tried_in=owed.get("tried_in"),
        batches=tuple(
            batch["name"]
            for batch in alert.get("batches", ())
            if kind == "alert" and batch["ring"] == claimed.get("name")
        ),
        alerts=tuple(AlertMessage(**one) for one in reversed(alert.get("messages", ()))),
    )

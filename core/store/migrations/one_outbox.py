"""The migration of what a ticket owes: from three places in its document to one list.

`alert`, `card` and `receipt` each had their own books; docs/data-model.md has what there is now.
"""

from datetime import UTC, datetime
from typing import Any

from core.store.delivery import entries
from core.store.delivery.entries import AT_ONCE, UNPLANNED, Expression
from core.store.mapping import Document
from core.store.mongo.indexes import Database
from core.store.room import has_room

_OLD_INDEXES = ("alert_next", "alert_batch", "alert_watched", "card_owed", "receipt_owed")
# Of `alert`, which keeps what rang, who put it off, and what may be there twice.
_GONE = [
    f"alert.{field}"
    for field in (
        *("owed", "free_at", "claim", "posting", "first_try", "last_try", "refusals", "looked"),
        *("ring", "kind", "due", "at", "claimed", "tried", "tried_in", "messages"),
        *("batch", "watch.free_at", "watch.claim", "watch.over"),
    )
]
_OLD: Document = {"card": {"$exists": True}}
_UNTIL_CONVERTED = datetime(9999, 1, 1, tzinfo=UTC)
# This version changed it meanwhile, and could note no more than that: what Slack shows of it is
# behind, and what rings next is to be planned.
_CHANGED: Expression = {"$isArray": ["$deliveries"]}
_BEHIND: Expression = {"$or": [{"$eq": ["$card.owed", True]}, _CHANGED]}
# The tickets among which a process of an older version may have filed some after the migration.
_LATEST = 100


async def convert(database: Database) -> None:
    """Those whose documents have room for it: one that has none keeps no other back."""
    there = await database["tickets"].index_information()
    for name in set(_OLD_INDEXES) & there.keys():
        await database["tickets"].drop_index(name)
    await _convert({}, database)
    held: Document = {"delivery": {"until": "$free_at"}}
    for name in ("boards", "digests"):
        # A digest that is there was posted or may have been, unless it waits for a next try.
        begun: Document = (
            {} if name == "boards" else {"begun": {"$eq": [{"$type": "$free_at"}, "missing"]}}
        )
        stages: list[Document] = [{"$set": begun | held}, {"$unset": ["free_at", "claim"]}]
        await database[name].update_many({"delivery": {"$exists": False}}, stages)


async def convert_late(database: Database) -> None:
    """Those that had no room for it, and those that a process of an older version filed since."""
    latest = database["tickets"].find({}, {"card": 1}).sort({"number": -1}).limit(_LATEST)
    ids = [row["_id"] for row in await latest.to_list() if "card" in row]
    full = database["full_tickets"].find({"until": _UNTIL_CONVERTED}, {"_id": 1})
    ids += [row["_id"] for row in await full.to_list()]
    if ids:
        await _convert({"_id": {"$in": ids}}, database)
        left = await database["tickets"].distinct("_id", {"_id": {"$in": ids}} | _OLD)
        told = {"_id": {"$in": ids, "$nin": left}, "until": _UNTIL_CONVERTED}
        await database["full_tickets"].delete_many(told)


async def _convert(which: Document, database: Database) -> None:
    new = entries.owed({"$concatArrays": [_messages(), [_card()], _receipt(), _alerts()]})
    stages = [*new, {"$unset": ["card", "receipt", "revision", *_GONE]}]
    old = which | _OLD
    await database["tickets"].update_many(old | {"$expr": has_room()}, stages)
    async for row in database["tickets"].find(old, {"number": 1}):
        # It is told of until somebody has made room in it.
        fields = {"number": row["number"], "until": _UNTIL_CONVERTED}
        await database["full_tickets"].update_one(
            {"_id": row["_id"]}, {"$set": fields}, upsert=True
        )


def _card() -> Expression:
    there = {"$cond": [{"$gt": ["$card.ts", None]}, 1, 0]}
    behind = {"$cond": [_BEHIND, 1, 0]}
    return {
        "id": "card",
        "kind": "card",
        "wants": {"$add": [there, behind]},
        "shows": there,
        "due": {"$cond": [_BEHIND, AT_ONCE, None]},
        "to": {"$ifNull": ["$card.channel", None]},
        "ts": {"$ifNull": ["$card.ts", None]},
    } | _tries("$card")


def _receipt() -> Expression:
    receipt = entries.entry("receipt", to="$receipt.to") | _tries("$receipt")
    return {"$cond": [{"$eq": ["$receipt.owed", True]}, [receipt], []]}


def _tries(slot: str) -> Document:
    return {
        name: {"$ifNull": [f"{slot}.{name}", None]}
        for name in ("free_at", "first_try", "last_try", "refusals")
    }


def _messages() -> Expression:
    """The alerts that are there; when they were due is not known any more, and matters no more."""
    message = {
        "id": {"$concat": ["alert:", "$$one.kind", ":", "$$one.ts"]},
        "kind": "alert",
        "wants": {"$cond": [_BEHIND, 2, 1]},
        "shows": 1,
        "due": {"$cond": [_BEHIND, AT_ONCE, None]},
        "ring": {"kind": "$$one.kind", "due": "$sla_due", "at": "$sla_due"},
        "to": "$$one.channel",
        "ts": "$$one.ts",
        "quiet": "$$one.quiet",
        "instead_of": "$$one.instead_of",
        "says": "$$one.says",
    }
    return entries.each({"$ifNull": ["$alert.messages", []]}, message)


def _alerts() -> Expression:
    """What is planned, and what was tried and never announced."""
    rang: Expression = {"$ifNull": ["$alert.announced", []]}
    tried: Expression = {"$ifNull": ["$alert.tried", []]}
    is_planned = {
        "$and": [
            {"$not": [_CHANGED]},
            {"$eq": ["$alert.owed", True]},
            {"$gt": ["$alert.ring", None]},
            {"$not": [{"$in": ["$alert.ring", rang]}]},
        ]
    }
    union = {
        "$setUnion": [
            {"$setDifference": [tried, rang]},
            {"$cond": [is_planned, ["$alert.ring"], []]},
        ]
    }
    # A still older version, in a document that had no room to be named anew, has dates there.
    names = entries.among(union, {"$eq": [{"$type": "$$one"}, "string"]})
    planned = {"$and": [is_planned, {"$eq": ["$$one", "$alert.ring"]}]}
    same = {"$eq": ["$$one", "$alert.claimed.name"]}
    parts = {"$split": ["$$one", ":"]}
    # One that was tried before another was claimed may be there since its ticket was filed.
    once_tried = {"$cond": [{"$in": ["$$one", tried]}, "$created_at", None]}
    due: Expression = {"$toDate": {"$toLong": {"$arrayElemAt": [parts, 1]}}}

    def if_same(field: str, otherwise: Any = None) -> Expression:
        return {"$cond": [same, {"$ifNull": [f"$alert.{field}", None]}, otherwise]}

    alert = {
        "id": {"$concat": ["alert:", "$$one"]},
        "kind": "alert",
        "wants": {"$cond": [planned, 1, 0]},
        "shows": 0,
        "due": {"$cond": [planned, {"$max": ["$alert.at", UNPLANNED]}, None]},
        "ring": {
            "kind": {"$arrayElemAt": [parts, 0]},
            "due": due,
            "at": {"$cond": [planned, "$alert.at", due]},
        },
        "free_at": {"$cond": [planned, "$alert.free_at", None]},
        "first_try": if_same("first_try", once_tried),
        "last_try": if_same("last_try", once_tried),
        "tried_in": if_same("tried_in"),
        "refusals": if_same("refusals"),
        "batch": if_same("batch"),
    }
    alerts = entries.among(entries.each(names, alert), entries.STANDS)
    anew = {"$and": [_CHANGED, {"$eq": [{"$type": "$breaches_at"}, "date"]}]}
    owed = {"$and": [{"$not": [_CHANGED]}, {"$eq": ["$alert.owed", True]}]}
    unplanned = {"$or": [anew, {"$and": [owed, {"$not": [is_planned]}]}]}
    return {"$concatArrays": [alerts, {"$cond": [unplanned, [entries.unplanned()], []]}]}

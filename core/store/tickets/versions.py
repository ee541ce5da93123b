"""What a ticket was at an earlier version, as its timeline tells."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from bson import ObjectId
from pymongo.asynchronous.collection import AsyncCollection

from core.people.accounts import Person
from core.store import linked, mapping
from core.store.errors import reaches_mongo
from core.store.mapping import Document

# Each of these raised the version by one.
_RAISING = ["changed", "acknowledged", "snoozed", "reminded", "urgent"]
_RAISED: Document = {"$filter": {"input": "$timeline", "cond": {"$in": ["$$this.what", _RAISING]}}}


class Before(NamedTuple):
    """What a field was, as it is kept, a person by their id; and who changed it since, the last."""

    value: object
    by: Person


class Versions:
    def __init__(
        self, tickets: AsyncCollection[Document], timelines: AsyncCollection[Document]
    ) -> None:
        self._tickets = tickets
        self._older = timelines

    @reaches_mongo
    async def since(self, ticket_id: str, version: int) -> Mapping[str, Before]:
        """The fields that were changed since that version, with what they were then."""
        # From the end: what is oldest may be elsewhere.
        later = {"$slice": [_RAISED, {"$min": [-1, {"$subtract": [version, "$version"]}]}]}
        which = {"_id": ObjectId(ticket_id), "version": {"$gt": version}}
        fields = {"timeline": later, "version": 1, "timelines": 1}
        if (found := await self._tickets.find_one(which, fields)) is None:
            return {}
        missing = found["version"] - version - len(found["timeline"])
        before = await self._older_since(found, missing) if missing else {}
        for entry in found["timeline"]:
            by = mapping.person(entry["by"])
            for field, old in _olds(entry).items():
                first = before.get(field)
                before[field] = Before(first.value if first else old, by)
        return before

    async def _older_since(self, ticket: Document, count: int) -> dict[str, Before]:
        """By so many of the latest changes that are not in its document any more: MongoDB goes
        through them, back from the latest, and gives a row for each field."""
        ids = [one["_id"] for one in ticket.get("timelines", ())]
        if not ids:
            return {}
        stages: list[Document] = [
            {"$match": {"ticket": ticket["_id"], "_id": {"$in": ids}}},
            {"$sort": {"start": -1}},
            {"$project": {"entry": {"$reverseArray": _RAISED}}},
            {"$unwind": "$entry"},
            {"$limit": count},
            {"$project": {"by": "$entry.by", "change": {"$objectToArray": "$entry.changes"}}},
            {"$unwind": "$change"},
            {
                "$group": {
                    "_id": "$change.k",
                    "old": {"$last": "$change.v.old"},
                    "by": {"$first": "$by"},
                }
            },
        ]
        rows = await (await self._older.aggregate(stages)).to_list()
        return {row["_id"]: Before(_value(row["old"]), mapping.person(row["by"])) for row in rows}


def _olds(entry: Document) -> dict[str, Any]:
    changes: Document = entry.get("changes", {})
    return {field: _value(change["old"]) for field, change in changes.items()}


def _value(kept: Any) -> Any:
    return str(linked.now(kept["_id"])) if isinstance(kept, dict) else kept

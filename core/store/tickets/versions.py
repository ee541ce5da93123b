"""What a ticket was at an earlier version, as its timeline tells."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from bson import ObjectId
from pymongo.asynchronous.collection import AsyncCollection

from core.people.accounts import Person
from core.store import mapping
from core.store.errors import reaches_mongo
from core.store.mapping import Document

# Each of these raised the version by one.
_RAISING = ["changed", "acknowledged", "snoozed", "reminded", "urgent"]


class Before(NamedTuple):
    """What a field was, as it is kept, a person by their id; and who changed it since, the last."""

    value: object
    by: Person


class Versions:
    def __init__(self, tickets: AsyncCollection[Document]) -> None:
        self._tickets = tickets

    @reaches_mongo
    async def since(self, ticket_id: str, version: int) -> Mapping[str, Before]:
        """The fields that were changed since that version, with what they were then."""
        raised = {
            "$filter": {
                "input": "$timeline",
                "cond": {"$in": ["$$this.what", _RAISING]},
            }
        }
        # From the end: whoever makes room in a document takes what is oldest.
        later = {"$slice": [raised, {"$min": [-1, {"$subtract": [version, "$version"]}]}]}
        which = {"_id": ObjectId(ticket_id), "version": {"$gt": version}}
        found = await self._tickets.find_one(which, {"timeline": later})
        before: dict[str, Before] = {}
        for entry in found["timeline"] if found else ():
            by = mapping.person(entry["by"])
            for field, old in _olds(entry).items():
                first = before.get(field)
                before[field] = Before(first.value if first else old, by)
        return before


def _olds(entry: Document) -> dict[str, Any]:
    changes: Document = entry.get("changes", {})
    return {field: _value(change["old"]) for field, change in changes.items()}


def _value(kept: Any) -> Any:
    return str(kept["_id"]) if isinstance(kept, dict) else kept

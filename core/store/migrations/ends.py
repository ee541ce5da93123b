"""When tickets were closed, which their timelines alone knew."""

from typing import Any

from core.store.mongo.indexes import Database
from core.store.room import has_room


async def note_ends(database: Database) -> None:
    """By the last entry that says so, or else their last change."""
    closings = {
        "$filter": {
            "input": {"$ifNull": ["$timeline", []]},
            "cond": {"$eq": ["$$this.changes.status.new", "closed"]},
        }
    }
    last = {"$let": {"vars": {"last": {"$last": closings}}, "in": "$$last.at"}}
    which: dict[str, Any] = {"status": "closed", "closed_at": {"$exists": False}}
    ended = {"closed_at": {"$ifNull": [last, "$updated_at"]}}
    await database["tickets"].update_many(which | {"$expr": has_room()}, [{"$set": ended}])

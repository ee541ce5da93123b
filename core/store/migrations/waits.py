"""Since when tickets wait for their requesters, which their pauses alone knew."""

from typing import Any

from core.sla.history import REQUESTER
from core.store.mongo.indexes import Database
from core.store.room import has_room


async def note_waits(database: Database) -> None:
    """Of those that wait for as long as it takes."""
    since = {"$ifNull": [{"$arrayElemAt": ["$pauses.since", -1]}, "$updated_at"]}
    which: dict[str, Any] = {"status": "waiting", "waiting_for": REQUESTER, "$expr": has_room()}
    for name in ("waiting_until", "waits_since", "closes_at"):
        which[name] = {"$exists": False}
    await database["tickets"].update_many(which, [{"$set": {"waits_since": since}}])

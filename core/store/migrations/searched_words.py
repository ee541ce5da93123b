"""The migration that gathers the words of comments that were there before they were searched."""

from pymongo import UpdateOne

from core.store.mapping import Document
from core.store.mongo.indexes import Database
from core.store.room import has_room
from core.store.tickets import comment_words

# Tickets at a time.
_TICKETS = 200


async def gather_words(database: Database) -> None:
    """Of a ticket that has no room for them, none."""
    tickets = database["tickets"]
    without = {"comments.0": {"$exists": True}, "words": {"$exists": False}}
    needed: Document = {"comments.message": 1, "comments.internal": 1}
    gathered: list[UpdateOne] = []
    async for row in tickets.find(without, needed, batch_size=_TICKETS):
        which = {"_id": row["_id"], "words": {"$exists": False}, "$expr": has_room()}
        words = comment_words.searched(row["comments"])[: comment_words.MOST_WORDS]
        gathered.append(UpdateOne(which, {"$set": {"words": words}}))
        if len(gathered) == _TICKETS:
            await tickets.bulk_write(gathered, ordered=False)
            gathered = []
    if gathered:
        await tickets.bulk_write(gathered, ordered=False)

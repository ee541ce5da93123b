"""Whether a document has room for more."""

from core.store.mapping import Document
from core.tickets.room import ANNOUNCING


def has_room(below: int = ANNOUNCING) -> Document:
    """An expression over a ticket's document, which has to be read for it: ask an index first."""
    return {"$lt": [{"$bsonSize": "$$ROOT"}, below]}

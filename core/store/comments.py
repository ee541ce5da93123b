"""A ticket's comments in MongoDB: the latest with the ticket, the others by page."""

from typing import Literal

from pymongo.asynchronous.collection import AsyncCollection

from core.people.accounts import Person
from core.sla.history import CLOCKS_DIFFER, REQUESTER
from core.store import mapping
from core.store.errors import reaches_mongo
from core.store.linked import whose
from core.store.mapping import Document
from core.tickets import LATEST_COMMENTS, Comment

# What a comment's author is to the ticket: whoever filed it, an agent who answers them by it,
# somebody whose words are no answer, or an agent who leaves a note.
CommentRole = Literal["requester", "responder", "bystander", "noting"]

_ALL: Document = {"$ifNull": ["$comments", []]}
# How often words of theirs were changed or withdrawn.
EDITS: Document = {"$sum": "$comments.edits"}
_PUBLIC: Document = {"$filter": {"input": _ALL, "cond": {"$ne": ["$$this.internal", True]}}}


def latest(*, notes: bool) -> Document:
    """What to fetch of them along with a ticket, and how many there are: its two thousand may be
    twelve MiB. Without notes, the latest are those that a requester may read."""
    return {
        "comments": {"$slice": [_ALL if notes else _PUBLIC, -LATEST_COMMENTS]},
        "comment_counts": {
            "public": {"$size": _PUBLIC},
            "all": {"$size": _ALL},
            "public_edits": {"$sum": {"$map": {"input": _PUBLIC, "in": "$$this.edits"}}},
            "all_edits": EDITS,
        },
    }


def sets_nothing_going(comment: Comment) -> Document:
    """The filter for tickets of its author that neither wait for them nor did when they said it."""
    own: Document = {"requester._id": whose(comment.author.id)}
    own["waiting_for"] = {"$ne": REQUESTER}
    if comment.source is not None:
        at = comment.created_at
        then = {"since": {"$lte": at + CLOCKS_DIFFER}, "until": {"$gt": at}}
        own["pauses"] = {"$not": {"$elemMatch": then | {"waiting_for": REQUESTER}}}
    return own


class Comments:
    def __init__(self, tickets: AsyncCollection[Document]) -> None:
        self._tickets = tickets

    @reaches_mongo
    async def page(
        self, reference: str, *, start: int, limit: int, notes: bool
    ) -> tuple[Person, list[Comment]] | None:
        """Whose ticket it is, and so many of its comments from the one with this index on, the
        oldest first; None if there is no such ticket."""
        which = mapping.which_ticket(reference)
        wanted = {"$slice": [_ALL if notes else _PUBLIC, start, limit]}
        found = which and await self._tickets.find_one(which, {"requester": 1, "comments": wanted})
        if not found:
            return None
        comments = [mapping.comment(one) for one in found["comments"]]
        return mapping.person(found["requester"]), comments

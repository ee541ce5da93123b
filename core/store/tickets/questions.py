"""Which documents a list of tickets is about, in which order, and from which index."""

from collections.abc import Mapping
from typing import Any

from core.store.delivery.boards import soon
from core.store.linked import ids, whose
from core.store.mapping import Document
from core.tickets import Status
from core.tickets.finding.query import Cursor, TicketQuery


def index(query: TicketQuery) -> str | None:
    """The index that has what is late in its order: left alone, MongoDB sometimes sorts instead."""
    if query.is_in_order_of_changes:
        return "updated_at" if query.requester is None else "requester_updated_at"
    if query.soon_at is not None:
        return "soon_late"
    if query.breached_at is None and not query.clock_runs:
        return None
    if query.requester is not None:
        return "requester_breaches_at"
    if query.assignee is not None or query.unassigned:
        return "assignee_breaches_at"
    return "breaches_at"


def where(query: TicketQuery, after: Cursor | None) -> tuple[Document, Mapping[str, Any]]:
    which: Document = {}
    if query.statuses is not None:
        statuses = [status.value for status in Status if status in query.statuses]
        which["status"] = statuses[0] if len(statuses) == 1 else {"$in": statuses}
    if query.priority is not None:
        which["priority"] = query.priority.value
    if query.requester is not None:
        which["requester._id"] = whose(query.requester)
    if query.assignee is not None:
        which["assignee._id"] = whose(query.assignee)
    if query.unassigned:
        which["assignee._id"] = None
    # What somebody filed concerns them, so who asks for both asks for the former.
    if query.concerning not in (None, query.requester):
        fields = ("requester._id", "assignee._id")
        which["$or"] = [{field: id} for field in fields for id in ids(query.concerning)]
    if query.updated_since is not None:
        which["updated_at"] = {"$gte": query.updated_since}
    if query.is_in_order_of_changes:
        return which | _behind("updated_at", after), {"updated_at": 1, "number": 1}
    if query.breached_at is not None or query.soon_at is not None:
        if query.breached_at is not None:
            which["breaches_at"] = {"$lt": query.breached_at}
        if query.soon_at is not None:
            which |= soon(query.soon_at)
        return which | _behind("breaches_at", after), {"breaches_at": 1, "number": 1}
    if query.clock_runs is not None:
        which["breaches_at"] = {"$exists": query.clock_runs}
        if not query.clock_runs and query.statuses is None:
            # As an index knows them.
            which["status"] = {"$in": [status.value for status in Status if status.stopped]}
        if query.clock_runs:
            return which, {"breaches_at": 1, "number": 1}
    if after is not None:
        which["number"] = {"$lt": after.number}
    return which, {"number": -1}


def _behind(field: str, place: Cursor | None) -> Document:
    """What comes after that place in the order of this time and of numbers."""
    if place is None:
        return {}
    later = {field: {"$gt": place.at}}
    same = {field: place.at, "number": {"$gt": place.number}}
    return {"$and": [{field: {"$gte": place.at}}, {"$or": [later, same]}]}

"""Which documents a list of tickets is about, in which order, and from which index."""

from collections.abc import Mapping
from typing import Any

from bson import ObjectId

from core.store.mapping import Document
from core.tickets import Status
from core.tickets.query import Cursor, TicketQuery


def index(query: TicketQuery) -> str | None:
    """The index that has what is late in its order: left alone, MongoDB sometimes sorts instead."""
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
        which["requester._id"] = ObjectId(query.requester)
    if query.assignee is not None:
        which["assignee._id"] = ObjectId(query.assignee)
    if query.unassigned:
        which["assignee._id"] = None
    # What somebody filed concerns them, so who asks for both asks for the former.
    if query.concerning not in (None, query.requester):
        account = ObjectId(query.concerning)
        which["$or"] = [{"requester._id": account}, {"assignee._id": account}]
    if query.breached_at is not None:
        which["breaches_at"] = {"$lt": query.breached_at}
        if after is not None:
            later = {"breaches_at": {"$gt": after.sla_due}}
            same = {"breaches_at": after.sla_due, "number": {"$gt": after.number}}
            which["$and"] = [{"breaches_at": {"$gte": after.sla_due}}, {"$or": [later, same]}]
        return which, {"breaches_at": 1, "number": 1}
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

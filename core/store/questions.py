"""Which documents a list of tickets is about, in which order, and from which index."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bson import ObjectId

from core.store.mapping import Document
from core.tickets import Status

if TYPE_CHECKING:
    from core.store.tickets import Place, Question


def index(question: "Question") -> str | None:
    """The index that has what is late in its order: left alone, MongoDB sometimes sorts instead."""
    if question.breached_at is None:
        return None
    if question.requester is not None:
        return "requester_breaches_at"
    if question.assignee is not None or question.unassigned:
        return "assignee_breaches_at"
    return "breaches_at"


def where(question: "Question", after: "Place | None") -> tuple[Document, Mapping[str, Any]]:
    which: Document = {}
    if question.statuses is not None:
        statuses = [status.value for status in Status if status in question.statuses]
        which["status"] = statuses[0] if len(statuses) == 1 else {"$in": statuses}
    if question.priority is not None:
        which["priority"] = question.priority.value
    if question.requester is not None:
        which["requester._id"] = ObjectId(question.requester)
    if question.assignee is not None:
        which["assignee._id"] = ObjectId(question.assignee)
    if question.unassigned:
        which["assignee._id"] = None
    # What somebody filed concerns them, so who asks for both asks for the former.
    if question.concerning not in (None, question.requester):
        account = ObjectId(question.concerning)
        which["$or"] = [{"requester._id": account}, {"assignee._id": account}]
    if question.breached_at is not None:
        which["breaches_at"] = {"$lt": question.breached_at}
        if after is not None:
            later = {"breaches_at": {"$gt": after.sla_due}}
            same = {"breaches_at": after.sla_due, "number": {"$gt": after.number}}
            which["$and"] = [{"breaches_at": {"$gte": after.sla_due}}, {"$or": [later, same]}]
        return which, {"breaches_at": 1, "number": 1}
    if after is not None:
        which["number"] = {"$lt": after.number}
    return which, {"number": -1}

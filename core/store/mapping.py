"""How tickets and accounts lie in MongoDB; the only place where a document becomes one of ours."""

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from bson import ObjectId

from core.people.accounts import Account, Person, Role, Via
from core.sla.history import Pause
from core.store import linked
from core.store.names import CALLED
from core.tickets import (
    Comment,
    Priority,
    Reason,
    SlackFile,
    SlackMessage,
    Status,
    Ticket,
    TicketSummary,
    TimelineEntry,
    TrackedTicket,
    ticket_number,
)
from core.tickets.alert import Alert, Ring, Silence
from core.tickets.source import Source, Wording

Document = dict[str, Any]


def object_id(text: str) -> ObjectId | None:
    """ObjectId itself takes any twelve bytes, so ask for exactly 24 hex digits first."""
    return ObjectId(text) if re.fullmatch(r"[0-9a-fA-F]{24}", text) else None


def which_ticket(reference: str) -> Document | None:
    """The filter for an `_id`, 42, #42 or T-42; None where it is none of them."""
    if (found := object_id(reference)) is not None:
        return {"_id": found}
    number = ticket_number(reference)
    return None if number is None else {"number": number}


def person_document(person: Person) -> Document:
    return {"_id": ObjectId(person.id), "name": person.name, "slack_id": person.slack_id}


def person(document: Document) -> Person:
    """As the account that is theirs now, by the name that is known of them."""
    id = linked.now(document["_id"])
    name: str = CALLED.get(id) or document["name"]
    return Person(str(id), name, document["slack_id"] or linked.slack_id(id))


def plain(value: object) -> object:
    """A field's value as BSON keeps it."""
    if isinstance(value, Person):
        return person_document(value)
    return value.value if isinstance(value, StrEnum) else value


def timeline_document(entry: TimelineEntry, *, key: str | None = None) -> Document:
    changes = {
        field: {"old": plain(old), "new": plain(new)} for field, (old, new) in entry.changes.items()
    }
    document: Document = {
        "at": entry.at,
        "by": person_document(entry.by),
        "via": entry.via.value,
        "what": entry.what,
    }
    if entry.until is not None:
        document["until"] = entry.until
    if entry.token is not None:
        document["token"] = entry.token
    if entry.internal is not None:
        document["internal"] = entry.internal
    return document | ({"changes": changes} if changes else {}) | ({"key": key} if key else {})


def timeline_entry(document: Document) -> TimelineEntry:
    """With the values of fields as they lie there, but for people."""
    changes = {
        field: (_value(change["old"]), _value(change["new"]))
        for field, change in document.get("changes", {}).items()
    }
    return TimelineEntry(
        document["at"],
        person(document["by"]),
        Via(document["via"]),
        document["what"],
        changes,
        document.get("until"),
        token=document.get("token"),
        internal=document.get("internal"),
    )


def _value(kept: Any) -> object:
    return person(kept) if isinstance(kept, dict) else kept


def comment_document(comment: Comment, *, key: str | None, body: str | None) -> Document:
    document: Document = {
        "_id": ObjectId(comment.id),
        "message": comment.message,
        "author": person_document(comment.author),
        "created_at": comment.created_at,
    }
    if comment.internal:
        document["internal"] = True
    if comment.source is not None:
        document["source"] = comment.source._asdict()
    if comment.edited is not None:
        document["edited"] = comment.edited
    if comment.files:
        document["files"] = file_documents(comment.files)
    return document | ({"key": key, "body": body} if key else {})


def file_documents(files: Sequence[SlackFile]) -> list[Document]:
    return [file._asdict() for file in files]


def _files(document: Document) -> tuple[SlackFile, ...]:
    return tuple(SlackFile(**file) for file in document.get("files", ()))


def comment(document: Document) -> Comment:
    source = document.get("source")
    return Comment(
        str(document["_id"]),
        document["message"],
        person(document["author"]),
        document["created_at"],
        document.get("internal", False),
        SlackMessage(source["channel"], source["ts"]) if source else None,
        document.get("edited"),
        files=_files(document),
    )


def pause_document(pause: Pause) -> Document:
    return {
        "since": pause.since,
        "by": person_document(pause.by) if pause.by else None,
        "waiting_for": pause.waiting_for,
        "until": pause.until,
    }


def pause(document: Document) -> Pause:
    by = person(document["by"]) if document["by"] else None
    return Pause(document["since"], by, document["waiting_for"], document["until"])


def silence_document(silence: Silence | None) -> Document | None:
    if silence is None:
        return None
    return {"by": person_document(silence.by), "at": silence.at, "until": silence.until}


def silence(document: Document | None) -> Silence | None:
    return Silence(person(document["by"]), document["at"], document["until"]) if document else None


def ring(document: Document | None) -> Ring | None:
    return Ring(document["kind"], document["due"], document["at"]) if document else None


def ring_document(ring: Ring) -> Document:
    return {"kind": ring.kind, "due": ring.due, "at": ring.at}


def alert(document: Document, deliveries: Iterable[Document]) -> Alert:
    """With the alert that rings next: it is owed, and is in Slack as little as any message is."""
    to_ring = (one.get("ring") for one in deliveries if one["wants"] and not one.get("ts"))
    return Alert(
        ring=ring(next(filter(None, to_ring), None)),
        rang=frozenset(document.get("announced", ())),
        latest=ring(document.get("latest")),
        acknowledged=silence(document.get("acknowledged")),
        snoozed=silence(document.get("snoozed")),
        urgent=document.get("urgent"),
    )


_STATUS: Mapping[str, Status] = {status.value: status for status in Status}
_PRIORITY: Mapping[str, Priority] = {priority.value: priority for priority in Priority}


def _summary_fields(document: Document) -> dict[str, Any]:
    assignee = document["assignee"]
    return {
        "id": str(document["_id"]),
        "number": document["number"],
        "title": document["title"],
        "priority": _PRIORITY[document["priority"]],
        "status": _STATUS[document["status"]],
        "requester": person(document["requester"]),
        "assignee": person(assignee) if assignee else None,
        "sla_due": document["sla_due"],
        "version": document["version"],
        "created_at": document["created_at"],
        "updated_at": document["updated_at"],
        # Tickets from before there were these lack them.
        "waiting_for": document.get("waiting_for"),
        "waiting_until": document.get("waiting_until"),
        "first_response_due": document.get("first_response_due"),
        "first_responded_at": document.get("first_responded_at"),
    }


def summary(document: Document) -> TicketSummary:
    return TicketSummary(**_summary_fields(document))


def _tracked_fields(document: Document) -> dict[str, Any]:
    return _summary_fields(document) | {
        "pauses": tuple(pause(one) for one in document.get("pauses", ())),
        "alert": alert(document.get("alert", {}), document.get("deliveries", ())),
        "asked": tuple(document.get("asked", ())),
        **{name: document.get(name) for name in ("replied_at", "helpful", "closes_at")},
    }


def tracked(document: Document) -> TrackedTicket:
    return TrackedTicket(**_tracked_fields(document))


def ticket(document: Document) -> Ticket:
    """With `comment_counts`, its comments are the latest only: see core/store/comments.py."""
    # They lie in the order in which the desk heard of them.
    said = (comment(one) for one in document.get("comments", ()))
    comments = tuple(sorted(said, key=lambda one: one.created_at))
    notes = sum(one.internal for one in comments)
    counts = document.get("comment_counts", {"public": len(comments) - notes, "all": len(comments)})
    return Ticket(
        **_tracked_fields(document),
        description=document.get("description", ""),
        reason=Reason(document["reason"]) if document.get("reason") else None,
        source=Source(**document["source"]) if "source" in document else None,
        wording=Wording(**document["wording"]) if "wording" in document else None,
        files=_files(document),
        filed_by=person(document["filed_by"]) if document.get("filed_by") else None,
        comments=comments,
        earlier_comments=counts["public"] - (len(comments) - notes),
        earlier_notes=counts["all"] - counts["public"] - notes,
        edits=counts.get("public_edits", 0),
        note_edits=counts.get("all_edits", 0) - counts.get("public_edits", 0),
        older_timelines=document.get("older_timelines", 0),
        timeline_is_long=document.get("timeline_is_long", False),
    )


def ticket_document(ticket: Ticket) -> Document:
    """Of an open ticket; `breaches_at` is there only as long as the clock runs."""
    document: Document = {
        "_id": ObjectId(ticket.id),
        "number": ticket.number,
        "title": ticket.title,
        "description": ticket.description,
        "priority": ticket.priority.value,
        "status": ticket.status.value,
        "requester": person_document(ticket.requester),
        "assignee": person_document(ticket.assignee) if ticket.assignee else None,
        "sla_due": ticket.sla_due,
        "breaches_at": ticket.breaches_at,
        "first_response_due": ticket.first_response_due,
        "version": ticket.version,
        "created_at": ticket.created_at,
        "updated_at": ticket.updated_at,
        "comments": [],
    }
    if ticket.source is not None:
        document["source"] = ticket.source._asdict()
    if ticket.wording is not None:
        document["wording"] = ticket.wording._asdict()
    if ticket.files:
        document["files"] = file_documents(ticket.files)
    return document


def account(document: Document) -> Account:
    linked.know(document)
    return Account(
        id=str(document["_id"]),
        name=document["name"],
        role=Role(document["role"]),
        email=document.get("email"),
        slack_id=document.get("slack_id"),
        password_hash=document.get("password_hash"),
        password_is_long=document.get("password_is_long", False),
        bot=document.get("bot", False),
        handle=document.get("handle"),
        is_named="named_at" in document,
        disabled=document.get("disabled", False),
        sign_in_epoch=document.get("sign_in_epoch", 0),
    )

"""What a change of a ticket writes into its document, as fields of one update."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from core.sla.history import REQUESTER
from core.store import mapping
from core.store.linked import is_requester
from core.store.mapping import Document
from core.store.tickets import comment_words
from core.tickets import Comment, Status, Ticket, TimelineEntry
from core.tickets.waiting import A_WAIT

# Of a requester's messages in a row that nobody answers.
MOST_ASKED = 50


def addition(timeline: Sequence[Document], comments: Sequence[Document] = ()) -> Document:
    added = {"timeline": list(timeline)} | ({"comments": list(comments)} if comments else {})
    fields: Document = {
        field: {"$concatArrays": [{"$ifNull": [f"${field}", []]}, literal(more)]}
        for field, more in added.items()
    }
    return fields | (comment_words.added(comments) if comments else {})


def change(old: Ticket, new: Ticket, entry: TimelineEntry) -> Document:
    """From one version to the next; the timeline is the caller's."""
    fields: Document = {
        field: literal(mapping.plain(value)) for field, (_, value) in entry.changes.items()
    }
    fields |= {"updated_at": new.updated_at, "version": {"$add": ["$version", 1]}}
    if new.pauses != old.pauses:
        fields["pauses"] = literal([mapping.pause_document(pause) for pause in new.pauses])
    if new.first_response_due != old.first_response_due:
        fields["first_response_due"] = new.first_response_due
    if new.first_responded_at is not None and new.first_responded_at != old.first_responded_at:
        # A comment, which raises no version, may have been faster.
        fields |= first_response(new.first_responded_at)
    if new.replied_at is not None and new.replied_at != old.replied_at:
        fields |= replied(new.replied_at)
    if new.wording is not None and new.wording != old.wording:
        fields["wording"] = new.wording._asdict()
    if new.files != old.files:
        fields["files"] = literal(mapping.file_documents(new.files)) if new.files else "$$REMOVE"
    # An index on this field holds the running clocks only.
    fields["breaches_at"] = "$$REMOVE" if new.breaches_at is None else new.breaches_at
    if again := new.alert.rang - old.alert.rang:
        rang = {"$ifNull": ["$alert.announced", []]}
        fields["alert.announced"] = {"$setUnion": [rang, sorted(again)]}
    if fields.get("waiting_until") == literal(None):
        # Likewise those that wait until a time.
        fields["waiting_until"] = "$$REMOVE"
    fields |= _wait(old, new, entry)
    if "status" in entry.changes:
        # An index on this field holds the closed ones only; reopened, it counts anew.
        is_closed = new.status is Status.CLOSED
        fields["closed_at"] = new.updated_at if is_closed else "$$REMOVE"
    if new.alert.urgent != old.alert.urgent:
        fields["alert.urgent"] = new.alert.urgent
    for name in ("acknowledged", "snoozed"):
        if (silence := getattr(new.alert, name)) != getattr(old.alert, name):
            fields[f"alert.{name}"] = literal(mapping.silence_document(silence))
    return fields


def _wait(old: Ticket, new: Ticket, entry: TimelineEntry) -> Document:
    """Since when it waits for an answer of its requester's; once they were reminded, until when."""
    if not A_WAIT.isdisjoint(entry.changes):
        waits = new.waiting_for == REQUESTER and new.waiting_until is None
        return {"waits_since": new.updated_at if waits else "$$REMOVE", "closes_at": "$$REMOVE"}
    if new.closes_at != old.closes_at:
        return {"waits_since": "$$REMOVE", "closes_at": new.closes_at}
    if new.replied_at in (None, old.replied_at):
        return {}
    return asked_anew(new.replied_at, heard_at=new.updated_at)


def asked_anew(at: datetime, *, heard_at: datetime) -> Document:
    """An agent's word to a requester for whose answer it waits gives them all their time again,
    unless it is from before it waited; `heard_at` is when the desk heard of it."""
    waits = {"$gt": [{"$ifNull": ["$waits_since", "$closes_at"]}, None]}
    anew = {"$and": [waits, {"$lte": [{"$max": "$pauses.since"}, at]}]}
    reminded = {"$gt": ["$closes_at", None]}
    last = at if heard_at == at else {"$cond": [reminded, heard_at, at]}
    since = {"$max": ["$waits_since", last]}
    return {
        "waits_since": {"$cond": [anew, since, "$waits_since"]},
        "closes_at": {"$cond": [anew, "$$REMOVE", "$closes_at"]},
    }


def unchanged(old: Ticket) -> Document:
    """The filter for what raises no version, and what becomes of a wait depends on."""
    return {"closes_at": old.closes_at}


def first_response(at: datetime) -> Document:
    """The earlier of this and what is there; `$min` passes over what is not."""
    return {"first_responded_at": {"$min": ["$first_responded_at", at]}}


def asked(comment: Comment) -> Document:
    """If its requester said it, they wait for an answer, unless somebody gave one since. What they
    said before it was a ticket is what the first response is about."""
    at, before = comment.created_at, {"$ifNull": ["$asked", []]}
    by_requester = is_requester(comment.author.id)
    theirs = {"$and": [by_requester, {"$gte": [at, "$created_at"]}]}
    # What is said beyond that moves nothing.
    more = {"$slice": [{"$concatArrays": [before, [at]]}, MOST_ASKED]}
    return _unanswered({"$cond": [theirs, more, before]}, {"$gt": ["$$at", "$replied_at"]})


def withdrawn(comment: Comment) -> Document:
    """Nobody waits for an answer to it any more."""
    before = {"$ifNull": ["$asked", []]}
    return _unanswered(before, {"$ne": ["$$at", comment.created_at]})


def replied(at: datetime) -> Document:
    """What was said until then is answered; what an answer that is heard of late is about, too."""
    last = {"$max": ["$replied_at", at]}
    before = {"$ifNull": ["$asked", []]}
    return {"replied_at": last} | _unanswered(before, {"$gt": ["$$at", last]})


def _unanswered(asked: Any, still: Any) -> Document:
    left = {"$filter": {"input": asked, "as": "at", "cond": still}}
    kept = {"$cond": [{"$eq": ["$$left", []]}, "$$REMOVE", "$$left"]}
    return {"asked": {"$let": {"vars": {"left": left}, "in": kept}}}


def literal(value: Any) -> Document:
    """People's words, which may begin with a sign of MongoDB's."""
    return {"$literal": value}

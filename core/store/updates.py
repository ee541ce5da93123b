"""What a change of a ticket writes into its document, as fields of one update."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from core.store import mapping
from core.store.mapping import Document
from core.tickets import Ticket, TimelineEntry


def addition(timeline: Sequence[Document], comments: Sequence[Document] = ()) -> Document:
    added = {"timeline": list(timeline)} | ({"comments": list(comments)} if comments else {})
    return {
        field: {"$concatArrays": [{"$ifNull": [f"${field}", []]}, literal(more)]}
        for field, more in added.items()
    }


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
    # An index on this field holds the running clocks only.
    fields["breaches_at"] = "$$REMOVE" if new.breaches_at is None else new.breaches_at
    for name in ("acknowledged", "snoozed"):
        if (silence := getattr(new.alert, name)) != getattr(old.alert, name):
            fields[f"alert.{name}"] = literal(mapping.silence_document(silence))
    return fields


def first_response(at: datetime) -> Document:
    """The earlier of this and what is there; `$min` passes over what is not."""
    return {"first_responded_at": {"$min": ["$first_responded_at", at]}}


def literal(value: Any) -> Document:
    """People's words, which may begin with a sign of MongoDB's."""
    return {"$literal": value}

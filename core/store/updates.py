"""What a change of a ticket writes into its document: one update, whatever belongs together."""

from core.store import mapping
from core.store.delivery import outbox
from core.store.mapping import Document
from core.tickets import Ticket, TimelineEntry


def addition(said: Document, *entries: TimelineEntry) -> Document:
    timeline = [mapping.timeline_document(entry) for entry in entries]
    return {"$push": {"comments": said, "timeline": {"$each": timeline}}}


def change(old: Ticket, new: Ticket, entry: TimelineEntry) -> Document:
    """From one version to the next; the timeline is the caller's."""
    fields = {field: mapping.plain(value) for field, (_, value) in entry.changes.items()}
    fields |= {"updated_at": new.updated_at} | outbox.after_change(old, new)
    change: Document = {"$set": fields, "$inc": {"version": 1, "revision": 1}}
    if new.pauses != old.pauses:
        fields["pauses"] = [mapping.pause_document(pause) for pause in new.pauses]
    if new.first_response_due != old.first_response_due:
        fields["first_response_due"] = new.first_response_due
    if new.first_responded_at != old.first_responded_at:
        # A comment, which raises no version, may have been faster.
        change["$min"] = {"first_responded_at": new.first_responded_at}
    # An index on this field holds the running clocks only.
    if new.breaches_at is None:
        change["$unset"] = {"breaches_at": ""}
    else:
        fields["breaches_at"] = new.breaches_at
    return change

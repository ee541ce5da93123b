"""What is fetched of a ticket's document: what is not named is not, and may be twelve MiB."""

from core.store.comments import latest
from core.store.mapping import Document
from core.tickets import LATEST_COMMENTS, TicketSummary

IN_LISTS: Document = dict.fromkeys(TicketSummary.__annotations__, True)
# As its clock and its alerts see it.
_TRACKED = ("pauses", "alert", "asked", "replied_at", "helpful", "closes_at")
TRACKED: Document = IN_LISTS | dict.fromkeys(_TRACKED, True)
# Likewise, with what Slack is owed.
ALERTED: Document = TRACKED | {"deliveries": True, "delivery": True}
_OF_ITS_OWN = ("source", "wording", "files", "reason", "description", "deliveries")
IN_TICKETS: Document = TRACKED | dict.fromkeys(_OF_ITS_OWN, True)
IN_TICKETS["filed_by"] = {"$first": "$timeline.by"}
# Likewise, with its comments where they are few: MongoDB takes half of the time that it takes to
# count them, and to look whose the first entry is.
SHORT: Document = {name: True for name in IN_TICKETS if name != "filed_by"}
SHORT |= {"timeline": {"$slice": 1}, "comments": {"$slice": -(LATEST_COMMENTS + 1)}}
# A ticket whose deliveries somebody holds.
HELD: Document = IN_TICKETS | latest(notes=True) | {"delivery": True}


def short(document: Document, *, notes: bool) -> Document | None:
    """What was fetched as SHORT, as IN_TICKETS and `latest` have it; None if that were others."""
    comments = document.get("comments", [])
    if len(comments) > LATEST_COMMENTS:
        return None
    public = [comment for comment in comments if comment.get("internal") is not True]
    document["comments"] = comments if notes else public
    document["comment_counts"] = {
        "public": len(public),
        "all": len(comments),
        "public_edits": sum(comment.get("edits", 0) for comment in public),
        "all_edits": sum(comment.get("edits", 0) for comment in comments),
    }
    document["filed_by"] = next((entry["by"] for entry in document.get("timeline", ())), None)
    return document

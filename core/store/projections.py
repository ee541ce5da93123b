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
# Once its first entry lies elsewhere, the ticket says whose it is.
IN_TICKETS["filed_by"] = {"$ifNull": ["$filed_by", {"$first": "$timeline.by"}]}
# How many documents hold older entries of its timeline, and whether more are to move there.
OLDER: Document = {"$size": {"$ifNull": ["$timelines", []]}}
LONG = 128 * 1024
IS_LONG: Document = {"$gt": [{"$bsonSize": {"timeline": "$timeline"}}, LONG]}
IN_TICKETS |= {"older_timelines": OLDER, "timeline_is_long": IS_LONG}
# Likewise, with its comments where they are few: MongoDB takes half of the time that it takes to
# count them, to measure its timeline, and to look whose the first entry is.
SHORT: Document = TRACKED | dict.fromkeys(_OF_ITS_OWN, True)
SHORT |= {"timeline": {"$slice": 1}, "comments": {"$slice": -(LATEST_COMMENTS + 1)}}
SHORT |= {"filed_by": True, "timelines._id": True}
# Likewise, with all comments, and which documents hold the older part of its timeline.
WHOLE: Document = TRACKED | dict.fromkeys((*_OF_ITS_OWN, "comments", "timeline"), True)
WHOLE |= {"timelines._id": True}
# Versions after which a timeline may be long.
_FEW = 100
# Tickets of which a process remembers that they are not short.
_MOST = 10_000
# A ticket whose deliveries somebody holds.
HELD: Document = IN_TICKETS | latest(notes=True) | {"delivery": True}


class Long:
    """Tickets that were found not to be short: the next time one trip fetches all of them."""

    def __init__(self) -> None:
        self._known_by: set[object] = set()

    def projection(self, which: Document, *, notes: bool) -> Document:
        """For the one ticket that has this `_id` or number."""
        known_by = which.get("_id", which.get("number"))
        return IN_TICKETS | latest(notes=notes) if known_by in self._known_by else SHORT

    def note(self, document: Document) -> None:
        if len(self._known_by) >= _MOST:
            self._known_by.clear()
        self._known_by |= {document["_id"], document["number"]}


def short(document: Document, *, notes: bool) -> Document | None:
    """What was fetched as SHORT, as IN_TICKETS and `latest` have it, or as those had it already;
    None if that were others."""
    if "comment_counts" in document:
        return document
    comments = document.get("comments", [])
    if len(comments) > LATEST_COMMENTS or document["version"] > _FEW:
        return None
    public = [comment for comment in comments if comment.get("internal") is not True]
    document["comments"] = comments if notes else public
    document["comment_counts"] = {
        "public": len(public),
        "all": len(comments),
        "public_edits": sum(comment.get("edits", 0) for comment in public),
        "all_edits": sum(comment.get("edits", 0) for comment in comments),
    }
    first = next((entry["by"] for entry in document.get("timeline", ())), None)
    document["filed_by"] = document.get("filed_by") or first
    document["older_timelines"] = len(document.get("timelines", ()))
    return document

"""What is fetched of a ticket's document: what is not named is not, and may be twelve MiB."""

from core.store.comments import latest
from core.store.mapping import Document
from core.tickets import TicketSummary

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
# A ticket whose deliveries somebody holds.
HELD: Document = IN_TICKETS | latest(notes=True) | {"delivery": True}

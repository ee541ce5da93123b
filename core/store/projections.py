"""What is fetched of a ticket's document: what is not named is not, and may be twelve MiB."""

from core.store.comments import latest
from core.store.mapping import Document
from core.tickets import TicketSummary

IN_LISTS: Document = dict.fromkeys(TicketSummary.__annotations__, True)
# As its clock and its alerts see it.
TRACKED: Document = IN_LISTS | dict.fromkeys(("pauses", "alert", "asked", "replied_at"), True)
# Likewise, with what Slack is owed.
ALERTED: Document = TRACKED | {"deliveries": True, "delivery": True}
IN_TICKETS: Document = TRACKED | {"source": True, "wording": True, "files": True}
IN_TICKETS |= {"description": True, "deliveries": True}
IN_TICKETS["filed_by"] = {"$first": "$timeline.by"}
# A ticket whose deliveries somebody holds.
HELD: Document = IN_TICKETS | latest(notes=True) | {"delivery": True}

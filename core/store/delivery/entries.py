"""The list `deliveries` in a document: what is owed, what is there, and the expressions over it.

An entry is owed while it `shows` less than it `wants`; `due` is there as long. What is owed at
once is due at AT_ONCE, so that an index finds it without passing over all that is planned for
later. The document's `delivery` says whether anything is owed at all, and who holds it.
"""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args

from core.sla.history import CLOCKS_DIFFER
from core.store.linked import is_requester
from core.store.mapping import Document, ring_document
from core.store.room import has_room
from core.tickets import Comment, Status, Ticket
from core.tickets.alert import Ring

# A comment where it was not said: in its requester's thread, under its ticket's card, or to its
# requester directly.
Line = Literal["line", "desk_line", "direct_line"]
# What there is to do, and the end: in its requester's thread, or to a person directly.
Notice = Literal["notice", "direct_notice"]
Kind = Literal["alert", "card", "comment", "receipt", "requester_card", Line, Notice, "full"]
LINES: tuple[Kind, ...] = get_args(Line)
NOTICES: tuple[Kind, ...] = get_args(Notice)
Expression = Any
# In the order in which a ticket's are paid.
KINDS: tuple[Kind, ...] = get_args(Kind)

AT_ONCE = datetime.fromtimestamp(0, UTC)
# Of an alert that is to be planned by whoever looks next.
UNPLANNED = AT_ONCE + timedelta(milliseconds=1)
# What holds a document, and goes when it is let go.
LET_GO: Document = {f"delivery.{name}": "$$REMOVE" for name in ("lease", "until", "alert", "at")}
ALL: Expression = {"$ifNull": ["$deliveries", []]}


def entry(kind: Kind, *, id: Expression = None, due: datetime = AT_ONCE, **more: Any) -> Document:
    return {"id": id or kind, "kind": kind, "wants": 1, "shows": 0, "due": due} | more


def alert_id(ring: Ring) -> str:
    return f"alert:{ring.name}"


def planned(ring: Ring) -> Document:
    return entry("alert", id=alert_id(ring), due=ring.at, ring=ring_document(ring))


def unplanned() -> Document:
    return entry("alert", id="alert", due=UNPLANNED)


def plan(ticket: Ticket) -> Document | None:
    """The alert that rings next; one that nobody planned is planned by whoever looks next."""
    if ticket.alert.ring is not None:
        return planned(ticket.alert.ring)
    return unplanned() if ticket.breaches_at is not None else None


# Expressions over one entry, which is called `one` in all of them.

TRIED = {"$gt": ["$$one.first_try", None]}
THERE = {"$gt": ["$$one.ts", None]}
IS_LINE = {"$in": ["$$one.kind", list(LINES)]}
IS_NOTICE = {"$in": ["$$one.kind", list(NOTICES)]}
IS_ALERT = {"$eq": ["$$one.kind", "alert"]}
# The alert that the document was claimed for.
CLAIMED = {"$eq": ["$$one.id", "$delivery.alert"]}
# An alert that did not ring yet.
TO_RING = {"$and": [IS_ALERT, {"$not": [THERE]}]}
# All but an alert that is planned no more and was never tried.
STANDS = {"$not": [{"$and": [TO_RING, {"$eq": ["$$one.wants", 0]}, {"$not": [TRIED]}]}]}
BEHIND = {"due": AT_ONCE, "wants": {"$add": ["$$one.wants", 1]}}
# What shows a ticket, or is on its way there, and does not stay as it was.
_SHOWS = {
    "$and": [
        {"$or": [THERE, {"$in": ["$$one.kind", ["card", "requester_card"]]}]},
        {"$not": [{"$in": ["$$one.kind", [*LINES, "full"]]}]},
    ]
}


def later(time: timedelta) -> Document:
    return {"$add": ["$$NOW", round(time.total_seconds() * 1000)]}


def payable(*, before: datetime | None, doubt: timedelta, doubtful: bool | None) -> Expression:
    """It is owed by then (None: at once), is not put off, and it is known by now whether an
    earlier try reached Slack; or likely to be, if that is what the claim is for."""
    due = {"$lt": ["$$one.due", before]} if before else {"$eq": ["$$one.due", AT_ONCE]}
    conditions = [
        {"$gt": ["$$one.due", None]},
        due,
        {"$lte": [{"$ifNull": ["$$one.free_at", None]}, "$$NOW"]},
        {"$lte": [{"$add": ["$$one.last_try", round(doubt.total_seconds() * 1000)]}, "$$NOW"]},
    ]
    if doubtful is not None:
        conditions.append({"$eq": [TRIED, doubtful]})
    return {"$and": conditions}


def among(of: Expression, condition: Expression) -> Expression:
    return {"$filter": {"input": of, "as": "one", "cond": condition}}


def any_of(of: Expression, condition: Expression) -> Expression:
    return {"$anyElementTrue": [{"$map": {"input": of, "as": "one", "in": condition}}]}


def each(of: Expression, change: Expression) -> Expression:
    return {"$map": {"input": of, "as": "one", "in": change}}


def where(condition: Expression, fields: Mapping[str, Expression]) -> Expression:
    """The entry, with those fields if it is such a one."""
    return {"$cond": [condition, {"$mergeObjects": ["$$one", dict(fields)]}, "$$one"]}


def is_free() -> Expression:
    """Nobody holds the document, and it has room for all that is noted about it from here on: no
    later write fails for want of it, least of all one that is about many."""
    # A lease is for the alert that was claimed. Once that is under way, only its outcome ends it.
    otherwise = [
        {"$gt": ["$delivery.alert", None]},
        {"$not": [{"$in": ["$delivery.alert", "$deliveries.id"]}]},
        {"$not": [{"$in": ["$delivery.lease", "$deliveries.begun"]}]},
    ]
    free = {"$or": [{"$lte": ["$delivery.until", "$$NOW"]}, {"$and": otherwise}]}
    return {"$and": [free, has_room()]}


def owing(kinds: Collection[Kind], due: Any) -> Document:
    """The filter for documents that owe something of these kinds by then: both parts of it are what
    the index on `deliveries` needs, which knows only documents that owe anything."""
    one = {"kind": {"$in": list(kinds)}, "due": due}
    return {"delivery.due": {"$exists": True}, "deliveries": {"$elemMatch": one}}


def owed(deliveries: Expression = ALL, **fields: Expression) -> list[Document]:
    """The stages of an update that gives the document these deliveries and fields."""
    earliest = {"$min": {"$map": {"input": "$deliveries", "as": "one", "in": "$$one.due"}}}
    return [
        {"$set": fields | {"deliveries": deliveries}},
        {"$set": {"delivery.due": {"$ifNull": [earliest, "$$REMOVE"]}}},
    ]


def at_first(ticket: Ticket, *, receipt_to: str | None) -> Document:
    """What a ticket owes that was just filed: who is to have a receipt has it under the message
    that the ticket was made from, if there is one."""
    deliveries = [entry("card")]
    if ticket.source:
        channel, thread, _ = ticket.source
        deliveries.append(entry("requester_card", to=channel, thread=thread))
    elif receipt_to:
        deliveries.append(entry("receipt", to=receipt_to))
    if alert := plan(ticket):
        deliveries.append(alert)
    return {"deliveries": deliveries, "delivery": {"due": AT_ONCE}, "alert": {"announced": []}}


def after_comment() -> Expression:
    """Whatever shows the ticket, or is on its way there, is behind now."""
    return each(ALL, where(_SHOWS, BEHIND))


def after_rewording(comment: Comment) -> Expression:
    """After a comment says something else: its lines are behind, and what shows a public one."""
    name = f"comment:{comment.id}"
    its = {"$in": ["$$one.id", [f"{name}:desk", f"{name}:requester"]]}
    before = ALL if comment.internal else after_comment()
    if comment.withdrawn:
        # What nobody read, nobody is to read.
        unread = {"$and": [IS_LINE, its, {"$not": [{"$or": [THERE, TRIED]}]}]}
        before = among(before, {"$not": [unread]})
    return each(before, where({"$and": [IS_LINE, its]}, BEHIND))


def after_erasing(slack_id: str | None) -> Expression:
    """After words are gone, or somebody's name: all that is there is behind, or on its way. What
    was to be told to who is erased, nobody is told any more."""
    coming = {"$in": ["$$one.kind", ["card", "requester_card", "receipt", *LINES, *NOTICES]]}
    says_it = {"$and": [{"$or": [THERE, coming]}, {"$ne": ["$$one.kind", "full"]}]}
    directly = {"$in": ["$$one.kind", ["receipt", "direct_line", "direct_notice"]]}
    theirs = {"$and": [directly, {"$eq": ["$$one.to", slack_id or ""]}]}
    untold = {"$and": [theirs, {"$not": [{"$or": [THERE, TRIED]}]}]}
    known = {"$and": [{"$eq": ["$$one.tried_in", slack_id or ""]}, {"$not": [TRIED]}]}
    left = each(among(ALL, {"$not": [untold]}), where(known, {"tried_in": None}))
    return each(left, where(says_it, BEHIND))


def after_objection(comment: Comment) -> Expression:
    """After a requester's comment: on what is resolved or closed nobody waits for one, so that the
    desk is told of it; but not of what was said before, and heard of late."""
    finished = {"$in": ["$status", [status.value for status in Status if status.finished]]}
    since = {"$arrayElemAt": ["$pauses.since", -1]}
    objects = {"$and": [finished, {"$lte": [since, comment.created_at + CLOCKS_DIFFER]}]}
    told = entry("comment", id=f"comment:{comment.id}:channel")
    return {"$concatArrays": [after_comment(), {"$cond": [objects, [told], []]}]}


def after_change(new: Ticket) -> Expression:
    """Likewise, with the alert that the ticket plans now in place of the one before.

    One that was tried stays for what is known of it, should it ever be planned again.
    """
    # What tells how the ticket is may be on its way there, too.
    tells = {"$in": ["$$one.kind", ["receipt", *NOTICES]]}
    return replanned(ALL, plan(new), others=where({"$or": [tells, _SHOWS]}, BEHIND))


def replanned_by_requester(deliveries: Expression, comment: Comment) -> Expression:
    """If its requester said it, whoever looks next plans which alert rings next: an answer to it
    may be due before all else."""
    theirs = is_requester(comment.author.id)
    anew = {"$cond": [theirs, replanned("$$before", unplanned()), "$$before"]}
    return {"$let": {"vars": {"before": deliveries}, "in": anew}}


def planned_somehow(deliveries: Expression) -> Expression:
    """With an alert that follows: the one that a change has planned meanwhile, or any."""
    is_planned = any_of("$$these", {"$and": [TO_RING, {"$gt": ["$$one.due", None]}]})
    more = {"$cond": [is_planned, [], [unplanned()]]}
    return {"$let": {"vars": {"these": deliveries}, "in": {"$concatArrays": ["$$these", more]}}}


def replanned(
    deliveries: str | Document, alert: Document | None, *, others: Expression = "$$one"
) -> Expression:
    """With this alert as the one that is planned; `others`: what becomes of all that is no alert
    which is to ring. MongoDB reads the whole expression at each change, so that it is short."""
    this: Expression = {"$eq": ["$$one.id", alert["id"]]} if alert else False
    untried = {"$and": [TO_RING, {"$not": [{"$or": [this, TRIED]}]}]}
    planned = {"$mergeObjects": ["$$one", {"$cond": [this, alert, {"wants": 0, "due": None}]}]}
    left = among(deliveries, {"$not": [untried]})
    kept = each(left, {"$cond": [TO_RING, planned, others]})
    if alert is None:
        return kept
    # One that rang while somebody decided about its ticket: what follows it is to be planned.
    rang = {"$cond": [{"$gt": [{"$max": "$$its.ts"}, None]}, [unplanned()], []]}
    new = {"$cond": [{"$eq": ["$$its", []]}, [alert], rang]}
    its = {"its": among(deliveries, this)}
    return {"$let": {"vars": its, "in": {"$concatArrays": [kept, new]}}}

"""What becomes of an entry of `deliveries` that somebody tried to post or to edit."""

from datetime import datetime, timedelta

from core.people.accounts import Hears
from core.store.delivery import entries
from core.store.delivery.deliveries import Delivery, Posted
from core.store.delivery.entries import (
    ALL,
    AT_ONCE,
    CLAIMED,
    IS_ALERT,
    IS_LINE,
    IS_NOTICE,
    THERE,
    Expression,
    Kind,
    later,
)
from core.store.mapping import Document
from core.tickets.alert import URGENT

# These fields; or it goes.
Change = Document | None

# Alert messages of one ticket that are edited, the latest of all.
FOLLOWED = 5
# Lines of comments that are edited when their comment is.
LINES_FOLLOWED = 20
# Notices of one ticket that are edited as it changes.
NOTICES_FOLLOWED = 10
NOT_TRIED: Document = {"begun": None, "first_try": None, "last_try": None}


def sent(one: Delivery, posted: Posted) -> Document:
    """Slack has it as the ticket was then: it is owed no more, unless the ticket has changed."""
    return there(posted, shows=one.wants)


def found(posted: Posted) -> Document:
    """Likewise, but nobody knows what it shows: it is behind until it is edited."""
    return there(posted, shows=0)


def edited(one: Delivery, *, says: str | None) -> Document:
    return {"says": says, "refusals": None, "free_at": None} | _shown(one.wants)


def gone() -> Document:
    """Somebody deleted the message: the next one is posted anew."""
    return NOT_TRIED | {"ts": None, "to": None, "free_at": None, "due": AT_ONCE, "shows": 0}


def told_directly(kind: Kind, id: str, *, to: str) -> Document:
    """A thread takes nothing: its ticket's requester is told by direct message, if they hear of
    such things; a receipt they have anyway."""
    direct: Document = {"id": id, "kind": kind, "to": to, "thread": None}
    if kind != "receipt":
        direct["tell"] = {"$ifNull": ["$$one.tell", Hears.NEEDED.value]}
    return NOT_TRIED | direct | {"free_at": None, "refusals": None, "due": AT_ONCE}


def not_sent(wait: timedelta, *, refused: bool = False) -> Document:
    """Certainly not in Slack: to be tried again after the wait. A refused text is counted."""
    change = put_off(wait) | NOT_TRIED
    if refused:
        change["refusals"] = {"$add": [{"$ifNull": ["$$one.refusals", 0]}, 1]}
    return change


def put_off(wait: timedelta) -> Document:
    return {"free_at": later(wait)}


def there(posted: Posted, *, shows: int) -> Document:
    message = {
        "to": posted.channel,
        "ts": posted.ts,
        "quiet": posted.quiet,
        "instead_of": posted.instead_of,
        "says": posted.says,
        "refusals": None,
        "free_at": None,
    }
    return NOT_TRIED | message | _shown(shows)


def _shown(shows: int) -> Document:
    behind = {"$gt": ["$$one.wants", shows]}
    return {"shows": shows, "due": {"$cond": [behind, AT_ONCE, None]}}


def announced(at: datetime) -> Document:
    """What the ticket keeps of the alert that it is claimed for, which rang at that time."""

    def rang(expression: Expression) -> Document:
        claimed = {"$first": entries.among(ALL, CLAIMED)}
        return {"$let": {"vars": {"rang": claimed}, "in": expression}}

    kind, due = "$$rang.ring.kind", "$$rang.ring.due"
    named = {"$concat": [kind, ":", {"$toString": {"$toLong": due}}]}
    # The time it was claimed for: somebody may have put it off while it was posted.
    this = {"kind": kind, "due": due, "at": {"$max": ["$delivery.at", at]}}
    # What is urgent rings beside all else, and puts none of that off.
    latest = {"$cond": [{"$eq": [kind, URGENT]}, "$alert.latest", this]}
    before = {"$ifNull": ["$alert.announced", []]}
    return {
        "alert.announced": {"$setUnion": [before, [rang(named)]]},
        "alert.latest": rang(latest),
    }


def latest_alerts(deliveries: Expression) -> Expression:
    """Without the messages of alerts that are not followed any more."""
    return _latest(deliveries, IS_ALERT, FOLLOWED)


def latest_lines(deliveries: Expression) -> Expression:
    """Likewise of comments."""
    return _latest(deliveries, IS_LINE, LINES_FOLLOWED)


def latest_notices(deliveries: Expression) -> Expression:
    return _latest(deliveries, IS_NOTICE, NOTICES_FOLLOWED)


def _latest(deliveries: Expression, such: Expression, most: int) -> Expression:
    followed = {"$and": [such, THERE]}
    latest = {"$slice": [entries.among("$$all", followed), -most]}
    others = entries.among("$$all", {"$not": [followed]})
    return {
        "$let": {"vars": {"all": deliveries}, "in": {"$concatArrays": [others, latest]}},
    }

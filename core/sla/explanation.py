"""A ticket's clock in words: what happened in each span, and what came of it."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby

from core.sla.facts import REQUESTER
from core.sla.reckoning import Deadline, Kind, Reckoning, Span

_UNITS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def duration(time: timedelta) -> str:
    """In its two largest units: 1 d 4 h, 20 min, 0 s; less than half a second is none."""
    left = round(time.total_seconds())
    parts = []
    for size, unit in _UNITS:
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {unit}")
        elif parts:
            break
    return " ".join(parts[:2]) or "0 s"


def told(span: Span) -> str:
    """What happened in a span, and how long it took."""
    length = duration(span.length)
    match span.kind:
        case Kind.RAN:
            return f"the clock ran {length}"
        case Kind.OUTSIDE_HOURS:
            return f"outside business hours for {length}"
        case Kind.WAITING:
            whom = "the requester" if span.waiting_for == REQUESTER else span.waiting_for
            return f"waited {length} for {whom}{_by(span, 'put on hold')}"
        case Kind.FINISHED:
            return f"resolved or closed for {length}{_by(span, 'finished')}"


def _by(span: Span, did: str) -> str:
    return f" ({did} by {span.by.name})" if span.by else ""


def promised(deadline: Deadline, *, stopped: bool) -> str:
    """How a target stands, without its due time, which everybody reads in their own zone."""
    if deadline.late:
        return "missed" if deadline.done_at else "late"
    if deadline.done_at:
        return "met"
    left = duration(deadline.remaining)
    return f"{left} left, and the clock stands still" if stopped else f"{left} left"


def folded(spans: Sequence[Span], *, most: int) -> list[Span | str]:
    """At most so many lines: the first and the last spans, and the sum of those between."""
    if len(spans) <= most:
        return list(spans)
    head = most // 3
    tail = most - head - 1
    between = spans[head : len(spans) - tail]
    return [*spans[:head], _sums(between), *spans[len(spans) - tail :]]


def _sums(spans: Sequence[Span]) -> str:
    of_kind = groupby(sorted(spans, key=lambda span: span.kind), key=lambda span: span.kind)
    sums = {kind: sum((one.length for one in some), timedelta()) for kind, some in of_kind}
    said = ", ".join(f"{_SUMMED[kind]} {duration(time)}" for kind, time in sums.items())
    return f"{len(spans)} more spans: {said}"


_SUMMED = {
    Kind.RAN: "ran",
    Kind.OUTSIDE_HOURS: "outside business hours",
    Kind.WAITING: "waited",
    Kind.FINISHED: "resolved or closed",
}


def counted(reckoning: Reckoning) -> timedelta:
    """The time that counts against the targets so far."""
    ran = (span.length for span in reckoning.spans if span.kind is Kind.RAN)
    return sum(ran, timedelta())

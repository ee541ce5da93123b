"""A ticket's clock in words: what happened in each span, and what came of it."""

from collections.abc import Sequence
from datetime import timedelta, tzinfo
from itertools import groupby

from core.sla.business_hours import DAYS, Hours, Week
from core.sla.history import REQUESTER
from core.sla.status import Deadline, Kind, SlaStatus, Span

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


def counted_time(time: timedelta, *, business: bool) -> str:
    """Time on the clock. With business hours, a day of it is not what people call a day, so it is
    told in hours, such as 24 business hours."""
    if not business or timedelta() < time < timedelta(minutes=1):
        return duration(time)
    hours, minutes = divmod(time // timedelta(minutes=1), 60)
    if not hours and minutes:
        return f"{minutes} business minute{'' if minutes == 1 else 's'}"
    some = f"{hours} business hour{'' if hours == 1 else 's'}"
    return f"{some} {minutes} min" if minutes else some


def opening_hours(week: Week, *, zone: tzinfo, holidays: bool) -> str:
    """In words: Mon-Fri 09:00-12:00 and 13:00-17:00, Europe/Berlin time, but not on holidays."""
    days = groupby(range(len(DAYS)), key=lambda day: tuple(week.get(day, ())))
    parts = [f"{_from_to(list(some))} {_parts(hours)}" for hours, some in days if hours]
    but = ", but not on public holidays" if holidays else ""
    return f"{'; '.join(parts)}, {zone} time{but}"


def _from_to(days: Sequence[int]) -> str:
    first, last = DAYS[days[0]].capitalize(), DAYS[days[-1]].capitalize()
    return first if first == last else f"{first}-{last}"


def _parts(hours: Sequence[Hours]) -> str:
    return " and ".join(f"{_clock(begin)}-{_clock(end)}" for begin, end in hours)


def _clock(time: timedelta) -> str:
    hour, minute = divmod(time // timedelta(minutes=1), 60)
    return f"{hour:02}:{minute:02}"


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


def promised(deadline: Deadline, *, stopped: bool, business: bool = False) -> str:
    """How a target stands, without its due time, which everybody reads in their own zone."""
    if deadline.late:
        return "missed" if deadline.done_at else "late"
    if deadline.done_at:
        return "met"
    left = counted_time(deadline.remaining, business=business)
    return f"{left} left, and the clock stands still" if stopped else f"{left} left"


def folded(spans: Sequence[Span], *, most: int, business: bool = False) -> list[Span | str]:
    """At most so many lines: the first and the last spans, and the sum of those between."""
    if len(spans) <= most:
        return list(spans)
    head = most // 3
    tail = most - head - 1
    between = spans[head : len(spans) - tail]
    return [*spans[:head], _sums(between, business=business), *spans[len(spans) - tail :]]


def _sums(spans: Sequence[Span], *, business: bool) -> str:
    of_kind = groupby(sorted(spans, key=lambda span: span.kind), key=lambda span: span.kind)
    sums = {kind: sum((one.length for one in some), timedelta()) for kind, some in of_kind}
    said = ", ".join(
        f"{_SUMMED[kind]} {counted_time(time, business=business and kind is Kind.RAN)}"
        for kind, time in sums.items()
    )
    return f"{len(spans)} more spans: {said}"


_SUMMED = {
    Kind.RAN: "ran",
    Kind.OUTSIDE_HOURS: "outside business hours",
    Kind.WAITING: "waited",
    Kind.FINISHED: "resolved or closed",
}


def counted(sla_status: SlaStatus) -> timedelta:
    """The time that counts against the targets so far."""
    ran = (span.length for span in sla_status.spans if span.kind is Kind.RAN)
    return sum(ran, timedelta())

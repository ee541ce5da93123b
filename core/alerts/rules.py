"""Which alert of a ticket rings next, and when. Pure: from the ticket and these rules alone."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from core.alerts.escalations import NOBODY, Escalations, Step, Told
from core.durations import duration
from core.sla.calendar import ALWAYS, Calendar
from core.sla.history import SlaHistory
from core.sla.replies import next_reply
from core.sla.status import due as due_after
from core.tickets import Ticket, TrackedTicket
from core.tickets.alert import BREACH, ESCALATION, REPLY, SOON, URGENT, Ring, Silence, name
from core.tickets.status import Priority

# As long as anything can be snoozed.
LONGEST_SNOOZE = timedelta(days=7)
_MORNING = 9


@dataclass(frozen=True)
class AlertRules:
    """What is settled about alerts, for all tickets."""

    calendar: Calendar = ALWAYS
    # The share of a ticket's time after which it is soon late; none if 0.
    soon: float = 0
    # How long an acknowledgement holds if nothing happens to its ticket.
    acknowledged: timedelta = timedelta(hours=1)
    # Priorities that ring outside business hours, too.
    urgent: frozenset[Priority] = frozenset({Priority.HIGH})
    escalations: Escalations = field(default_factory=Escalations)
    on_call: Told = NOBODY
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    # Within what each of the requester's messages is to be answered, by priority; none if it is
    # not promised.
    replies: Mapping[str, timedelta] = field(default_factory=dict)

    def step(self, kind: str) -> Step | None:
        """The step that an alert of this kind is; None if it is no escalation, or one no longer."""
        kind = kind.removeprefix(REPLY)
        number = kind.removeprefix(ESCALATION)
        return self.escalations.step(int(number)) if number != kind else None

    def told(self, kind: str, tickets: Iterable[TrackedTicket]) -> Told:
        """Whom an alert of this kind tells: its step's people, and whoever is on call where nobody
        has one of the tickets."""
        step = self.step(kind)
        told = step.told if step else NOBODY
        return told if all(ticket.assignee for ticket in tickets) else told + self.on_call

    def planned(self, ticket: Ticket, *, at: datetime) -> Ticket:
        """The ticket with the alert that rings next."""
        ring = next_ring(ticket, self, at=at)
        return replace(ticket, alert=replace(ticket.alert, ring=ring))

    def taken(self, ticket: Ticket, *, at: datetime) -> Ticket:
        """The ticket acknowledged by its assignee, who just took it, if it has rung."""
        latest = ticket.alert.latest
        if ticket.assignee is None or latest is None or ticket.breaches_at is None:
            return ticket
        rang = ticket.alert.rang
        if not any(_was_about(latest, promised, rang) for promised in awaited(ticket, self)):
            return ticket
        snoozed, until = ticket.alert.snoozed, at + self.acknowledged
        if snoozed and until < snoozed.until and ticket.alert.in_force(snoozed):
            return ticket
        silence = Silence(ticket.assignee, at, until)
        return replace(ticket, alert=replace(ticket.alert.heard(), acknowledged=silence))

    def acknowledged_until(self, ticket: TrackedTicket) -> datetime | None:
        """Whatever happens to the ticket makes an acknowledgement hold for longer."""
        by = ticket.alert.acknowledged
        if by is None or ticket.updated_at <= by.at:
            return by and by.until
        return max(by.until, ticket.updated_at + self.acknowledged)

    def is_acknowledged(self, ticket: TrackedTicket, *, at: datetime) -> bool:
        """Whether somebody sees to it, as far as that holds."""
        until = self.acknowledged_until(ticket)
        return until is not None and at < until and ticket.alert.in_force(ticket.alert.acknowledged)

    def snoozed_until(self, said: str, *, at: datetime) -> datetime | None:
        """What tomorrow means, and a duration; None for anything else, or for too long."""
        if said == "tomorrow":
            day = (at.astimezone(self.zone) + timedelta(days=1)).date()
            morning = datetime(day.year, day.month, day.day, _MORNING, tzinfo=self.zone)
            return morning.astimezone(at.tzinfo)
        time = duration(said)
        return at + time if time is not None and timedelta() < time <= LONGEST_SNOOZE else None


def next_ring(ticket: TrackedTicket, rules: AlertRules, *, at: datetime) -> Ring | None:
    """None if there is none: as long as the ticket waits, and when it is resolved or closed.

    Never one that rang already.
    """
    rings = [_next(ticket, promised, rules, at=at) for promised in awaited(ticket, rules)]
    said = ticket.alert.urgent
    if said and not ticket.status.finished and name(URGENT, said) not in ticket.alert.rang:
        # Whatever was put off, and whoever works.
        rings.append(Ring(URGENT, said, said))
    return min((ring for ring in rings if ring), key=lambda ring: ring.at, default=None)


class Awaited(NamedTuple):
    """What alerts are about, by what their kinds begin with: that it is solved, or answered."""

    kind: str
    due: datetime
    # When it will be late soon, if that is told.
    soon: datetime | None


def awaited(ticket: TrackedTicket, rules: AlertRules) -> Iterator[Awaited]:
    """What can ring, since the ticket's clock runs or it was late before that stood still."""
    if ticket.breaches_at is not None:
        yield Awaited("", ticket.sla_due, soon(ticket, rules))
    if (reply := awaited_reply(ticket, rules)) is not None:
        yield reply


def awaited_reply(ticket: TrackedTicket, rules: AlertRules) -> Awaited | None:
    sla_history, target = ticket.sla_history, rules.replies.get(ticket.priority)
    reply = next_reply(sla_history, target, rules.calendar)
    paused = sla_history.paused
    if reply is None or (paused is not None and reply.due >= paused.since):
        return None
    own = sla_history.counted_from(reply.since)
    return Awaited(REPLY, reply.due, _soon(own, reply.due, rules))


def _next(
    ticket: TrackedTicket, promised: Awaited, rules: AlertRules, *, at: datetime
) -> Ring | None:
    alert = ticket.alert
    ring = _first(ticket, promised, rules, at=at)
    until = rules.acknowledged_until(ticket)
    if until is not None and alert.in_force(alert.acknowledged):
        ring = _silence(ticket, promised, ring, rules, until, again=False)
    elif alert.snoozed is not None and alert.in_force(alert.snoozed):
        ring = _silence(ticket, promised, ring, rules, alert.snoozed.until, again=True)
    if ring is not None and ticket.priority not in rules.urgent:
        ring = ring._replace(at=rules.calendar.next_opening(ring.at))
    return ring


def _first(
    ticket: TrackedTicket, promised: Awaited, rules: AlertRules, *, at: datetime
) -> Ring | None:
    """The next in turn, if nobody put anything off."""
    of, due, soon_at = promised
    alert = ticket.alert
    if name(f"{of}{BREACH}", due) not in alert.rang:
        rings = soon_at is not None and at <= due and name(f"{of}{SOON}", due) not in alert.rang
        if rings and soon_at:
            return Ring(f"{of}{SOON}", due, soon_at)
        return Ring(f"{of}{BREACH}", due, due)
    if ticket.sla_history.paused is not None:
        return None
    number = 1
    while name(f"{of}{ESCALATION}{number}", due) in alert.rang:
        number += 1
    if (step := rules.escalations.step(number)) is None:
        return None
    # A ticket that waited has the whole of the step's time when it goes on.
    since = max(due, ticket.sla_history.latest, alert.latest.at if alert.latest else due)
    return Ring(f"{of}{ESCALATION}{number}", due, since + step.after)


def _silence(
    ticket: TrackedTicket,
    promised: Awaited,
    ring: Ring | None,
    rules: AlertRules,
    until: datetime,
    *,
    again: bool,
) -> Ring | None:
    """The first alert in turn that may ring once the time is over.

    A snoozed alert rings again as it is. After an acknowledgement the next step does, if there
    is one: somebody said they would see to it, and nothing happened.
    """
    of, due, _ = promised
    alert = ticket.alert
    if ring is not None and ring.kind == f"{of}{SOON}" and until >= due:
        ring = Ring(f"{of}{BREACH}", due, due)
    if ring is not None and ring.kind == f"{of}{BREACH}" and until >= due:
        return ring._replace(at=until)
    latest = alert.latest
    if latest is None or not _was_about(latest, promised, alert.rang):
        return ring and ring._replace(at=max(ring.at, until))
    if ring is not None and not again:
        late = ring.kind.startswith(f"{of}{ESCALATION}")
        return ring._replace(at=until if late else max(ring.at, until))
    if ticket.sla_history.paused is not None:
        return None
    escalation = latest.kind.startswith(f"{of}{ESCALATION}")
    # One of steps that are not in the settings any more tells nobody.
    kind = f"{of}{BREACH}" if escalation and rules.step(latest.kind) is None else latest.kind
    return Ring(kind, until, until)


def _was_about(latest: Ring, promised: Awaited, rang: Container[str]) -> bool:
    """Whether an alert of its kind rang for this due time."""
    same = latest.kind.startswith(REPLY) == (promised.kind == REPLY)
    return same and name(latest.kind, promised.due) in rang


def soon(ticket: TrackedTicket, rules: AlertRules) -> datetime | None:
    """When this share of the time that counts for it has passed, before it is late."""
    return _soon(ticket.sla_history, ticket.sla_due, rules)


def _soon(sla_history: SlaHistory, due: datetime, rules: AlertRules) -> datetime | None:
    if not rules.soon:
        return None
    calendar = rules.calendar
    whole = calendar.open_time(sla_history.created_at, due)
    for pause in sla_history.pauses:
        if pause.since < due:
            whole -= calendar.open_time(pause.since, min(pause.until or due, due))
    if whole <= timedelta():
        return None
    at = due_after(sla_history, whole * rules.soon, calendar)
    return at if at < due else None

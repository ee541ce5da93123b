"""Which alert of a ticket rings next, and when. Pure: from the ticket and these rules alone."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core.alerts.escalations import NOBODY, Escalations, Step, Told
from core.durations import duration
from core.sla.calendar import ALWAYS, Calendar
from core.sla.status import due as due_after
from core.tickets import Ticket, TrackedTicket
from core.tickets.alert import BREACH, ESCALATION, SOON, Ring, Silence, name
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

    def step(self, kind: str) -> Step | None:
        """The step that an alert of this kind is; None if it is no escalation, or one no longer."""
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
        rang, latest = ticket.alert.rang, ticket.alert.latest
        if ticket.assignee is None or latest is None or ticket.breaches_at is None:
            return ticket
        if name(latest.kind, ticket.sla_due) not in rang:
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
    if ticket.breaches_at is None:
        return None
    alert = ticket.alert
    ring = _first(ticket, rules, at=at)
    until = rules.acknowledged_until(ticket)
    if until is not None and alert.in_force(alert.acknowledged):
        ring = _silence(ticket, ring, rules, until, again=False)
    elif alert.snoozed is not None and alert.in_force(alert.snoozed):
        ring = _silence(ticket, ring, rules, alert.snoozed.until, again=True)
    if ring is not None and ticket.priority not in rules.urgent:
        ring = ring._replace(at=rules.calendar.next_opening(ring.at))
    return ring


def _first(ticket: TrackedTicket, rules: AlertRules, *, at: datetime) -> Ring | None:
    """The next in turn, if nobody put anything off."""
    due, alert = ticket.sla_due, ticket.alert
    if name(BREACH, due) not in alert.rang:
        soon_at = soon(ticket, rules)
        rings = soon_at is not None and at <= due and name(SOON, due) not in alert.rang
        return Ring(SOON, due, soon_at) if rings and soon_at else Ring(BREACH, due, due)
    if ticket.sla_history.paused is not None:
        return None
    number = 1
    while name(f"{ESCALATION}{number}", due) in alert.rang:
        number += 1
    if (step := rules.escalations.step(number)) is None:
        return None
    # A ticket that waited has the whole of the step's time when it goes on.
    since = max(due, ticket.sla_history.latest, alert.latest.at if alert.latest else due)
    return Ring(f"{ESCALATION}{number}", due, since + step.after)


def _silence(
    ticket: TrackedTicket, ring: Ring | None, rules: AlertRules, until: datetime, *, again: bool
) -> Ring | None:
    """The first alert in turn that may ring once the time is over.

    A snoozed alert rings again as it is. After an acknowledgement the next step does, if there
    is one: somebody said they would see to it, and nothing happened.
    """
    due, alert = ticket.sla_due, ticket.alert
    if ring is not None and ring.kind == SOON and until >= due:
        ring = Ring(BREACH, due, due)
    if ring is not None and ring.kind == BREACH and until >= due:
        return ring._replace(at=until)
    latest = alert.latest
    if latest is None or name(latest.kind, due) not in alert.rang:
        return ring and ring._replace(at=max(ring.at, until))
    if ring is not None and not again:
        late = ring.kind.startswith(ESCALATION)
        return ring._replace(at=until if late else max(ring.at, until))
    if ticket.sla_history.paused is not None:
        return None
    escalation = latest.kind.startswith(ESCALATION)
    # One of steps that are not in the settings any more tells nobody.
    kind = BREACH if escalation and rules.step(latest.kind) is None else latest.kind
    return Ring(kind, until, until)


def soon(ticket: TrackedTicket, rules: AlertRules) -> datetime | None:
    """When this share of the time that counts for it has passed, before it is late."""
    if not rules.soon:
        return None
    sla_history, due, calendar = ticket.sla_history, ticket.sla_due, rules.calendar
    whole = calendar.open_time(sla_history.created_at, due)
    for pause in sla_history.pauses:
        if pause.since < due:
            whole -= calendar.open_time(pause.since, min(pause.until or due, due))
    if whole <= timedelta():
        return None
    at = due_after(sla_history, whole * rules.soon, calendar)
    return at if at < due else None

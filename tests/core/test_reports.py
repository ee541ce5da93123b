"""What came of the tickets of a period, counted."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from bson import ObjectId

from core.people.accounts import Actor, Role, Via
from core.reports.report import Period, Report
from core.sla import ALWAYS, Policy, Sla
from core.tickets import NewTicket, Ticket
from core.tickets.status import Priority, Status
from tests.conftest import SLA
from tests.core.sla.conftest import OFFICE, berlin, hours_of

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
ADA = Actor(str(ObjectId()), "Ada", Role.USER, Via.REST)
OLGA = Actor(str(ObjectId()), "Olga", Role.AGENT, Via.REST)
AMIR = Actor(str(ObjectId()), "Amir", Role.ADMIN, Via.REST)


def filed(at=MONDAY, priority=Priority.HIGH, *, sla=SLA, assignee=None):
    new = NewTicket(title="VPN is down", priority=priority)
    ticket = Ticket.opened(new, id=str(ObjectId()), number=1, by=ADA, at=at, sla=sla)
    ticket.assignee = assignee and assignee.person
    return ticket


def went(ticket, *steps, sla=SLA):
    """Each step is hours since the filing, and the status that Olga gives it then."""
    for hours, status in steps:
        at = ticket.created_at + timedelta(hours=hours)
        ticket, _ = ticket.changed({"status": status}, by=OLGA, at=at, sla=sla)
    return ticket


def solved(hours, priority=Priority.HIGH, **more):
    return went(filed(priority=priority, **more), (hours, Status.RESOLVED))


def report_on(*tickets, sla=SLA, hours=200):
    at = MONDAY + timedelta(hours=hours)
    report = Report(Period.last(30, at=at), sla, at=at)
    for ticket in tickets:
        report.count(ticket)
    return report


def test_each_target_is_counted_by_priority():
    # High: to be answered within 1 hour and solved within 4; low: within 8 and 48.
    report = report_on(solved(0.5), solved(3), solved(5), solved(20, Priority.LOW))

    def tally(target):
        return target.tally.met, target.tally.missed, target.tally.undecided

    high, low = report.by_priority["high"], report.by_priority["low"]
    assert (tally(high.first_response), tally(high.resolution)) == ((1, 2, 0), (2, 1, 0))
    assert (tally(low.first_response), tally(low.resolution)) == ((0, 1, 0), (1, 0, 0))
    assert (tally(report.all.first_response), report.all.tickets) == ((1, 3, 0), 4)
    assert report.all.resolution.met_share == 0.75
    assert report.by_priority["medium"].resolution.met_share is None


def test_what_is_still_within_its_time_is_neither_met_nor_missed():
    report = report_on(filed(), filed(priority=Priority.LOW), hours=5)

    tally = report.all.resolution.tally
    assert (tally.met, tally.missed, tally.undecided) == (0, 1, 1)
    assert report.all.resolution.median is None
    assert report.all.resolution.nine_in_ten is None


@pytest.mark.parametrize(
    ("hours", "median", "nine_in_ten"),
    [
        ([3], 3, 3),
        ([1, 4], 2.5, 4),
        ([5, 1, 2], 2, 5),
        (range(1, 11), 5.5, 9),
        (range(1, 12), 6, 10),
        (range(1, 101), 50.5, 90),
    ],
)
def test_half_and_nine_in_ten_were_done_within_these_times(hours, median, nine_in_ten):
    resolution = report_on(*map(solved, hours)).all.resolution

    assert resolution.median == timedelta(hours=median)
    assert resolution.nine_in_ten == timedelta(hours=nine_in_ten)


def test_time_that_a_ticket_waited_is_not_counted():
    waited = went(filed(), (1, Status.WAITING), (11, Status.OPEN), (13, Status.RESOLVED))

    report = report_on(waited)

    assert report.all.first_response.median == timedelta(hours=1)
    assert report.all.resolution.median == timedelta(hours=3)
    assert report.all.waiting_share == 10 / 13


def test_time_outside_business_hours_is_neither_counted_nor_waited():
    sla = Sla(Policy.of_hours(), hours_of(OFFICE), BERLIN)
    ticket = filed(berlin("2026-03-02T16:00"), sla=sla)
    # From four in the afternoon to ten the next morning: two hours of work, one of them waited.
    ticket = went(ticket, (0.5, Status.WAITING), (17.5, Status.OPEN), (18, Status.CLOSED), sla=sla)

    report = report_on(ticket, sla=sla)

    assert report.all.resolution.median == timedelta(hours=1)
    assert report.all.waiting_share == 0.5


def test_a_reopened_ticket_counts_the_time_before_and_after():
    again = went(filed(), (1, Status.RESOLVED), (50, Status.OPEN), (52, Status.RESOLVED))

    assert report_on(again).all.resolution.median == timedelta(hours=3)


def test_the_load_is_told_by_the_clock_on_the_wall():
    # In UTC that is Sunday.
    ticket = filed(berlin("2026-07-06T00:30"))

    report = report_on(ticket, sla=Sla(Policy.of_hours(), ALWAYS, BERLIN))

    assert report.load[0][0] == 1
    assert sum(map(sum, report.load)) == 1


def test_assignees_stand_in_the_order_of_their_tickets_and_nobody_is_one():
    tickets = [
        filed(),
        *(filed(assignee=AMIR) for _ in range(3)),
        *(filed(assignee=OLGA) for _ in range(2)),
    ]

    found = report_on(*tickets).by_assignee

    assert [(who and who.name, figures.tickets) for who, figures in found] == [
        ("Amir", 3),
        ("Olga", 2),
        (None, 1),
    ]


def test_an_older_ticket_promised_no_answer():
    older = filed()
    older.first_response_due = None

    report = report_on(older)

    assert report.all.first_response.met_share is None
    assert report.all.resolution.tally.missed == 1


def test_no_tickets_make_an_empty_report():
    report = report_on()

    assert report.all.tickets == 0
    assert report.all.waiting_share is None
    assert report.by_assignee == []


def test_days_are_whole_even_where_the_clocks_change():
    period = Period.of_dates(date(2026, 3, 29), date(2026, 3, 29), zone=BERLIN)

    assert period.until - period.since == timedelta(hours=23)
    assert period.since == berlin("2026-03-29T00:00")

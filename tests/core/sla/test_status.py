"""What a ticket's clock shows: what stops it, what moves its due times and what does not."""

from datetime import UTC, datetime, timedelta

import pytest

from core.people.accounts import Actor, Person, Role, Via
from core.sla import ALWAYS, Policy, Sla, SlaHistory
from core.sla.history import REQUESTER, responds
from core.sla.status import Kind
from core.tickets import Priority
from tests.core.sla.conftest import berlin

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
POLICY = Policy.of_hours()
SLA = Sla(POLICY)
ADA = Person("a" * 24, "Ada")
OLGA = Person("b" * 24, "Olga")
FILED = SlaHistory(NINE)


def hours(count):
    return NINE + timedelta(hours=count)


def waiting(since, until=None, *, sla_history=FILED, whom=REQUESTER):
    stopped = sla_history.stopped(hours(since), OLGA, waiting_for=whom)
    return stopped if until is None else stopped.resumed(hours(until))


def finished(since, until=None, *, sla_history=FILED):
    stopped = sla_history.stopped(hours(since), OLGA, waiting_for=None)
    return stopped if until is None else stopped.resumed(hours(until))


def measured(sla_history, at, priority=Priority.HIGH, sla=SLA):
    return shown(sla_history, hours(at), priority, sla)


def shown(sla_history, at, priority=Priority.HIGH, sla=SLA):
    return sla.measure(sla_history, sla.promise(priority, sla_history), at=at)


def test_without_a_pause_the_due_times_are_the_targets_after_filing():
    sla_status = measured(FILED, 0)

    assert sla_status.first_response.due == hours(1)
    assert sla_status.resolution.due == hours(4)
    assert sla_status.resolution.remaining == timedelta(hours=4)
    assert sla_status.running


def test_waiting_stops_the_clock():
    sla_status = measured(waiting(1), 30)

    assert not sla_status.running
    assert not sla_status.resolution.late
    assert sla_status.resolution.remaining == timedelta(hours=3)


def test_the_answer_starts_the_clock_again_where_it_stood():
    sla_status = measured(waiting(1, 11), 11)

    assert sla_status.running
    assert sla_status.resolution.due == hours(14)
    assert sla_status.resolution.remaining == timedelta(hours=3)


def test_several_pauses_add_up():
    sla_history = waiting(2, 4, sla_history=waiting(0, 1))

    assert measured(sla_history, 4).resolution.due == hours(7)


def test_a_pause_that_begins_after_the_due_time_does_not_un_late_it():
    sla_history = waiting(5, 9)

    for at in (5, 6, 9, 10):
        assert measured(sla_history, at).resolution.late_since == hours(4)


def test_a_ticket_that_is_late_stays_so_while_it_waits():
    assert measured(waiting(5), 6).resolution.late


@pytest.mark.parametrize(("milliseconds", "late"), [(-1, False), (0, False), (1, True)])
def test_late_is_from_the_first_millisecond_after_the_due_time(milliseconds, late):
    at = hours(4) + timedelta(milliseconds=milliseconds)

    assert shown(FILED, at).resolution.late is late


def test_a_pause_that_begins_in_the_last_moment_is_in_time():
    sla_status = measured(waiting(4), 9)

    assert not sla_status.resolution.late
    assert sla_status.resolution.remaining == timedelta()


def test_resolve_stops_all_clocks():
    sla_status = measured(finished(0.5), 100)

    assert not sla_status.running
    assert not sla_status.first_response.late
    assert not sla_status.resolution.late
    assert sla_status.resolution.done_at == hours(0.5)


def test_what_was_resolved_in_time_and_is_closed_later_was_done_in_time():
    resolved = finished(3)
    closed = resolved.stopped(hours(90), ADA, waiting_for=None)

    assert not measured(closed, 100).resolution.late


def test_what_was_resolved_late_stays_late():
    sla_status = measured(finished(5), 100)

    assert (sla_status.resolution.late, sla_status.resolution.done_at) == (True, hours(5))


def test_the_time_between_resolving_and_reopening_does_not_count():
    sla_status = measured(finished(3, 100), 100)

    assert sla_status.resolution.due == hours(101)


def test_a_late_ticket_is_late_when_it_is_reopened():
    assert measured(finished(5, 100), 100).resolution.late_since == hours(4)


@pytest.mark.parametrize(
    ("priority", "due"), [(Priority.HIGH, 6), (Priority.MEDIUM, 26), (Priority.LOW, 50)]
)
def test_a_change_of_priority_counts_from_filing_and_keeps_earned_pauses(priority, due):
    sla_history = waiting(1, 3)

    assert measured(sla_history, 3, priority).resolution.due == hours(due)


def test_another_policy_keeps_earned_pauses():
    policy = Policy.of_hours(resolution={"high": 2})

    assert measured(waiting(1, 3), 3, sla=Sla(policy)).resolution.due == hours(4)


def test_a_reopened_ticket_keeps_earned_pauses():
    assert measured(finished(4, 10, sla_history=waiting(1, 3)), 10).resolution.due == hours(12)


def test_resolving_a_waiting_ticket_in_time_is_in_time():
    sla_history = waiting(1).stopped(hours(30), OLGA, waiting_for=None)

    sla_status = measured(sla_history, 90)

    assert not sla_status.resolution.late
    assert [span.kind for span in sla_status.spans] == [Kind.RAN, Kind.WAITING, Kind.FINISHED]


def test_waiting_for_somebody_else_is_another_span():
    sla_history = waiting(3, whom="Acme Networks", sla_history=waiting(1))

    assert [(span.kind, span.waiting_for, span.by) for span in measured(sla_history, 4).spans] == [
        (Kind.RAN, None, None),
        (Kind.WAITING, REQUESTER, OLGA),
        (Kind.WAITING, "Acme Networks", OLGA),
    ]


def test_a_response_in_time_is_met_and_one_too_late_stays_late():
    in_time = measured(FILED.responded(hours(1)), 2).first_response
    too_late = measured(FILED.responded(hours(1.5)), 2).first_response

    assert (in_time.done_at, in_time.late) == (hours(1), False)
    assert (too_late.done_at, too_late.late_since) == (hours(1.5), hours(1))


def test_no_response_is_late_once_it_was_due():
    assert not measured(FILED, 1).first_response.late
    assert measured(FILED, 1.5).first_response.late


def test_a_late_first_response_stays_late_when_another_priority_gives_more_time():
    sla_history = FILED.responded(hours(2), due=hours(1))

    assert measured(sla_history, 3, Priority.LOW).first_response.late


def test_only_the_first_response_counts():
    sla_history = FILED.responded(hours(0.5)).responded(hours(5))

    assert sla_history.first_responded_at == hours(0.5)


def test_a_reply_by_the_agent_does_not_leave_a_clock_running():
    sla_status = measured(FILED.responded(hours(0.5)), 3)

    assert not sla_status.first_response.late
    assert sla_status.first_response.remaining == timedelta()


def actor(role=Role.AGENT, **fields):
    return Actor(fields.pop("id", OLGA.id), "Olga", role, Via.REST, **fields)


def test_an_agent_or_admin_responds():
    assert responds(actor(), requester=ADA)
    assert responds(actor(Role.ADMIN), requester=ADA)


def test_the_requester_does_not_respond_to_themselves_not_even_an_agent():
    assert not responds(actor(Role.USER, id=ADA.id), requester=ADA)
    assert not responds(actor(id=ADA.id), requester=ADA)


def test_a_bot_does_not_respond():
    assert not responds(actor(bot=True), requester=ADA)


def test_no_time_runs_at_night_with_office_hours(office):
    sla = Sla(POLICY, office)
    filed = SlaHistory(berlin("2026-03-02 16:30"))

    at_midnight = shown(filed, berlin("2026-03-03 00:00"), sla=sla)

    assert not at_midnight.running
    assert not at_midnight.first_response.late
    assert at_midnight.first_response.due == berlin("2026-03-03 09:30")
    assert at_midnight.resolution.due == berlin("2026-03-03 13:30")
    assert at_midnight.resolution.remaining == timedelta(hours=3.5)


def test_what_is_due_at_closing_time_is_late_after_it_and_not_the_next_morning(office):
    filed = SlaHistory(berlin("2026-03-02 16:00"))

    at_midnight = shown(filed, berlin("2026-03-03 00:00"), sla=Sla(POLICY, office))

    assert at_midnight.first_response.late_since == berlin("2026-03-02 17:00")


def test_waiting_over_lunch_and_night_earns_only_office_hours(office):
    sla = Sla(POLICY, office)
    filed = SlaHistory(berlin("2026-03-02 11:00"))
    waited = filed.stopped(berlin("2026-03-02 11:30"), OLGA, waiting_for=REQUESTER).resumed(
        berlin("2026-03-03 09:30")
    )

    sla_status = shown(waited, berlin("2026-03-03 09:30"), sla=sla)

    assert sla_status.resolution.due == berlin("2026-03-03 14:00")
    assert [span.kind for span in sla_status.spans] == [Kind.RAN, Kind.WAITING]


def test_spans_name_nights_and_lunch(office):
    filed = SlaHistory(berlin("2026-03-02 11:00"))

    sla_status = shown(filed, berlin("2026-03-03 10:00"), sla=Sla(POLICY, office))

    assert [(span.kind, span.length / timedelta(hours=1)) for span in sla_status.spans] == [
        (Kind.RAN, 1),
        (Kind.OUTSIDE_HOURS, 1),
        (Kind.RAN, 4),
        (Kind.OUTSIDE_HOURS, 16),
        (Kind.RAN, 1),
    ]


@pytest.mark.parametrize(
    ("filed", "due"),
    [("2026-03-28 22:00", "2026-03-30 11:00"), ("2026-10-24 22:00", "2026-10-26 11:00")],
)
def test_the_due_time_is_by_the_wall_clock_over_a_change_of_clocks(office, filed, due):
    sla = Sla(Policy.of_hours(resolution={"high": 2}, first_response={"high": 1}), office)

    assert sla.promise(Priority.HIGH, SlaHistory(berlin(filed))).resolution == berlin(due)


def test_due_times_are_whole_milliseconds_because_bson_keeps_no_more():
    sla = Sla(Policy.of_hours(resolution={"high": 1 / 7}, first_response={"high": 1 / 9}), ALWAYS)
    promise = sla.promise(Priority.HIGH, SlaHistory(NINE + timedelta(microseconds=1)))

    assert [due.microsecond % 1000 for due in promise] == [0, 0]


def test_a_clock_that_is_a_little_behind_makes_no_negative_time():
    sla_history = waiting(2, 1)

    assert sla_history.pauses[0].until == hours(2)
    assert all(span.length > timedelta() for span in measured(sla_history, 1).spans)


def test_a_pause_is_over_when_the_clock_runs_again_and_that_only_once():
    sla_history = waiting(1, 2)

    assert sla_history.resumed(hours(3)) == sla_history

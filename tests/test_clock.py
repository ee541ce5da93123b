"""When a ticket is due, and whether it is late."""

from datetime import UTC, datetime, timedelta

import pytest

from core.clock import Sla, is_breached, utcnow
from core.tickets import Priority

FILED = datetime(2025, 10, 4, 20, 17, 40, 78000, UTC)


@pytest.mark.parametrize(
    ("priority", "hours"), [(Priority.HIGH, 4), (Priority.MEDIUM, 24), (Priority.LOW, 48)]
)
def test_a_ticket_is_due_its_prioritys_hours_after_it_was_filed(priority, hours):
    sla = Sla({Priority.HIGH: 4, Priority.MEDIUM: 24, Priority.LOW: 48})

    due = sla.due(priority, created_at=FILED)

    assert due - FILED == timedelta(hours=hours)


def test_hours_may_be_fractions():
    sla = Sla({Priority.HIGH: 0.0005})

    due = sla.due(Priority.HIGH, created_at=FILED)

    assert due - FILED == timedelta(seconds=1.8)


def test_due_times_are_whole_milliseconds_because_bson_keeps_no_more():
    sla = Sla({Priority.HIGH: 1 / 7})

    due = sla.due(Priority.HIGH, created_at=FILED)

    assert due.microsecond % 1000 == 0


@pytest.mark.parametrize(("milliseconds", "late"), [(-1, False), (0, False), (1, True)])
def test_a_ticket_is_late_from_the_first_millisecond_after_it_was_due(milliseconds, late):
    # Case 23.
    assert is_breached(FILED, at=FILED + timedelta(milliseconds=milliseconds)) is late


def test_a_stopped_clock_is_never_late():
    assert not is_breached(None, at=FILED)


def test_now_is_in_utc_and_in_whole_milliseconds():
    now = utcnow()

    assert now.tzinfo is UTC
    assert now.microsecond % 1000 == 0

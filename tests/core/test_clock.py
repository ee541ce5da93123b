"""What time it is, and whether that is too late; tests/sla has the rest."""

from datetime import UTC, datetime, timedelta

import pytest

from core.clock import is_breached, utcnow

FILED = datetime(2025, 10, 4, 20, 17, 40, 78000, UTC)


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

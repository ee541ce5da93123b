"""A ticket's clock in words."""

from datetime import UTC, datetime, timedelta

import pytest

from core.people.accounts import Person
from core.sla import Policy, Sla, SlaHistory
from core.sla.explanation import counted_time, duration, folded, promised, told
from core.sla.history import REQUESTER
from core.tickets import Priority

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
SLA = Sla(Policy.of_hours(resolution={"high": 4}, first_response={"high": 1}))
OLGA = Person("b" * 24, "Olga")


def hours(count):
    return NINE + timedelta(hours=count)


def measured(sla_history, *, at):
    return SLA.measure(sla_history, SLA.promise(Priority.HIGH, sla_history), at=at)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (0.4, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3600, "1 h"),
        (3661, "1 h 1 min"),
        (86400 + 3 * 3600 + 59, "1 d 3 h"),
        (86400 + 59, "1 d"),
    ],
)
def test_a_duration_is_told_in_its_two_largest_units(seconds, said):
    assert duration(timedelta(seconds=seconds)) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 business hours"),
        (59, "59 s"),
        (59 * 60, "59 business minutes"),
        (3600, "1 business hour"),
        (26.5 * 3600, "26 business hours 30 min"),
    ],
)
def test_time_that_counts_is_told_in_business_hours_where_there_are_any(seconds, said):
    assert counted_time(timedelta(seconds=seconds), business=True) == said
    assert counted_time(timedelta(seconds=seconds), business=False) == duration(
        timedelta(seconds=seconds)
    )


def test_each_span_says_what_happened_for_how_long_and_by_whom():
    sla_history = (
        SlaHistory(NINE)
        .stopped(hours(1), OLGA, waiting_for=REQUESTER)
        .stopped(hours(3), OLGA, waiting_for="Acme Networks")
        .stopped(hours(4), OLGA, waiting_for=None)
    )

    spans = measured(sla_history, at=hours(6)).spans

    assert [told(span) for span in spans] == [
        "the clock ran 1 h",
        "waited 2 h for the requester (put on hold by Olga)",
        "waited 1 h for Acme Networks (put on hold by Olga)",
        "resolved or closed for 2 h (finished by Olga)",
    ]


def test_a_target_is_told_by_how_it_stands():
    def said(sla_history, at):
        sla_status = measured(sla_history, at=hours(at))
        stopped = sla_history.paused is not None
        return promised(sla_status.resolution, stopped=stopped)

    filed = SlaHistory(NINE)
    assert said(filed, 1) == "3 h left"
    assert said(filed, 5) == "late"
    assert said(filed.stopped(hours(1), OLGA, waiting_for="Acme"), 9) == (
        "3 h left, and the clock stands still"
    )
    assert said(filed.stopped(hours(1), OLGA, waiting_for=None), 9) == "met"
    assert said(filed.stopped(hours(5), OLGA, waiting_for=None), 9) == "missed"


def test_many_spans_are_folded_in_the_middle_and_their_time_is_not_lost():
    sla_history = SlaHistory(NINE)
    for hour in range(1, 40, 2):
        sla_history = sla_history.stopped(hours(hour), OLGA, waiting_for="Acme").resumed(
            hours(hour + 1)
        )
    spans = measured(sla_history, at=hours(40)).spans

    lines = folded(spans, most=10)

    assert len(lines) == 10
    assert lines[3] == "31 more spans: ran 15 h, waited 16 h"
    assert folded(spans, most=10, business=True)[3] == (
        "31 more spans: ran 15 business hours, waited 16 h"
    )
    assert lines[:3] == list(spans[:3])
    assert lines[4:] == list(spans[-6:])


def test_few_spans_are_not_folded():
    spans = measured(SlaHistory(NINE), at=hours(40)).spans

    assert folded(spans, most=10) == list(spans)

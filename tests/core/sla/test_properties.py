"""What holds for every ticket's clock, across changes of clocks, holidays, pauses and reopening."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from core.people.accounts import Person
from core.sla import ALWAYS, Policy, Sla, SlaHistory
from core.sla.explanation import counted
from core.sla.history import MOST_PAUSES, REQUESTER
from core.sla.status import Kind
from core.tickets import Priority
from tests.core.sla.conftest import BERLIN, OFFICE, hours_of

OLGA = Person("b" * 24, "Olga")
CALENDARS = [
    ALWAYS,
    hours_of(OFFICE, holidays=["DE-BY"]),
    hours_of({"mon-sun": ["00:00-24:00"]}),
    hours_of({"mon-sun": ["00:30-02:30", "02:45-03:15"]}),
    hours_of(
        {"sat-tue": ["22:00-24:00"], "wed": ["00:00-06:00"]},
        zone="America/New_York",
        holidays=["US"],
    ),
    hours_of({"mon-fri": ["01:00-04:00"]}, zone="Australia/Lord_Howe", holidays=["AU"]),
]
# A year in which every clock that changes does so twice.
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(  # noqa: DTZ001
    lambda at: at.replace(tzinfo=UTC, microsecond=at.microsecond // 1000 * 1000)
)
LENGTHS = st.timedeltas(timedelta(), timedelta(days=20)).map(
    lambda time: time // timedelta(milliseconds=1) * timedelta(milliseconds=1)
)
STEPS = st.lists(
    st.tuples(LENGTHS, st.sampled_from(["go on", "finish", REQUESTER, "Acme"])), max_size=8
)
HOURS = st.floats(0.001, 100)


@st.composite
def tickets(draw):
    """A ticket to which this and that happened, and a moment after all of it."""
    at = draw(INSTANTS)
    sla_history = SlaHistory(at)
    for passed, what in draw(STEPS):
        at += passed
        if what == "go on":
            sla_history = sla_history.resumed(at)
        else:
            sla_history = sla_history.stopped(
                at, OLGA, waiting_for=None if what == "finish" else what
            )
    return sla_history, at + draw(LENGTHS)


def sla_of(calendar, hours):
    return Sla(Policy.of_hours(resolution={"high": hours}, first_response={"high": 1}), calendar)


def measured(sla, sla_history, *, at):
    return sla.measure(sla_history, sla.promise(Priority.HIGH, sla_history), at=at)


@settings(max_examples=400, deadline=None)
@given(tickets(), st.sampled_from(CALENDARS), HOURS)
def test_the_spans_add_up_to_the_wall_clock_exactly(ticket, calendar, hours):
    sla_history, at = ticket

    spans = measured(sla_of(calendar, hours), sla_history, at=at).spans

    edges = [sla_history.created_at, *(span.until for span in spans)]
    assert [span.since for span in spans] == edges[:-1]
    assert edges[-1] == at
    assert all(span.since < span.until for span in spans)
    assert sum((span.length for span in spans), timedelta()) == at - sla_history.created_at


@settings(max_examples=400, deadline=None)
@given(tickets(), st.sampled_from(CALENDARS), HOURS)
def test_what_ran_and_what_remains_are_the_target(ticket, calendar, hours):
    sla_history, at = ticket
    sla = sla_of(calendar, hours)

    sla_status = measured(sla, sla_history, at=at)

    ran = sum((span.length for span in sla_status.spans if span.kind is Kind.RAN), timedelta())
    resolution, target = sla_status.resolution, sla.policy[Priority.HIGH].resolution
    if resolution.late:
        assert ran >= target
    elif resolution.done_at is None:
        assert ran + resolution.remaining == target
    else:
        assert ran <= target


@settings(max_examples=300, deadline=None)
@given(tickets(), st.sampled_from(CALENDARS), HOURS, LENGTHS)
def test_what_is_late_stays_late_whatever_comes_later(ticket, calendar, hours, later):
    sla_history, at = ticket
    sla = sla_of(calendar, hours)
    before = measured(sla, sla_history, at=at).resolution

    waited = sla_history.stopped(at, OLGA, waiting_for="Acme").resumed(at + later)
    after = measured(sla, waited, at=at + later).resolution

    if before.late:
        assert after.late
        assert after.due == before.due


@settings(max_examples=12, deadline=None)
@given(INSTANTS, st.sampled_from(CALENDARS), st.randoms(use_true_random=False), HOURS)
def test_very_many_pauses_are_told_as_fewer_and_no_due_time_moves(at, calendar, chance, hours):
    sla = sla_of(calendar, hours)
    every = fewer = SlaHistory(at)
    due = sla.promise(Priority.HIGH, every).resolution
    for _ in range(MOST_PAUSES + 40):
        at += timedelta(milliseconds=chance.randrange(60 * 60 * 1000))
        whom = chance.choice([None, REQUESTER, "Acme"])
        every, fewer = (
            sla_history.stopped(at, OLGA, waiting_for=whom) for sla_history in (every, fewer)
        )
        fewer = fewer.bounded(calendar, [due])
        at += timedelta(milliseconds=chance.randrange(60 * 60 * 1000))
        every, fewer = every.resumed(at), fewer.resumed(at).bounded(calendar, [due])
        due = sla.promise(Priority.HIGH, every).resolution
        assert sla.promise(Priority.HIGH, fewer).resolution == due
        assert len(fewer.pauses) <= MOST_PAUSES

    whole, told = (measured(sla, sla_history, at=at) for sla_history in (every, fewer))
    assert counted(told) == counted(whole)
    assert told.resolution == whole.resolution


@settings(max_examples=300, deadline=None)
@given(INSTANTS, st.sampled_from(CALENDARS), LENGTHS)
def test_open_time_and_the_instant_after_it_are_each_others_inverse(since, calendar, time):
    due = calendar.after(since, time)

    assert calendar.open_time(since, due) == time


@settings(max_examples=300, deadline=None)
@given(INSTANTS, LENGTHS, LENGTHS, st.sampled_from(CALENDARS))
def test_open_time_may_be_taken_in_two_parts(since, first, second, calendar):
    middle = since + first
    until = middle + second

    parts = calendar.open_time(since, middle) + calendar.open_time(middle, until)

    assert calendar.open_time(since, until) == parts


@settings(max_examples=300, deadline=None)
@given(INSTANTS)
def test_an_instant_is_open_if_the_wall_clock_says_so(at):
    calendar = hours_of({"mon-sun": ["00:30-02:30", "02:45-03:15"]})
    local = at.astimezone(BERLIN)
    minutes = local.hour * 60 + local.minute

    assert calendar.is_open(at) is (30 <= minutes < 150 or 165 <= minutes < 195)

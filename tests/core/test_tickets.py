"""What may happen to a ticket: pure decisions, no database."""

from datetime import UTC, datetime, timedelta

import pytest

from core.errors import NotAllowed, WrongState
from core.people.accounts import Actor, Person, Role, Via
from core.tickets import (
    ACTION_FOR,
    TRANSITIONS,
    Comment,
    NewTicket,
    Priority,
    Status,
    Ticket,
    TimelineEntry,
    ticket_number,
)
from tests.conftest import SLA

FILED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = FILED + timedelta(hours=1)
ADA = Actor("a" * 24, "Ada", Role.USER, Via.REST)
OLGA = Actor("b" * 24, "Olga", Role.AGENT, Via.SLACK)

# From the status of the row to that of the column.
TABLE = """
                 open  in_progress  waiting  resolved  closed
    open         same  yes          yes      yes       yes
    in_progress  yes   same         yes      yes       yes
    waiting      yes   yes          same     yes       yes
    resolved     yes   yes          no       same      yes
    closed       yes   no           no       no        same
"""
HEAD, *ROWS = [line.split() for line in TABLE.strip().splitlines()]
CELLS = [
    pytest.param(Status(row[0]), Status(to), cell, id=f"{row[0]} to {to}")
    for row in ROWS
    for to, cell in zip(HEAD, row[1:], strict=True)
]


def ticket(status=Status.OPEN, **fields):
    new = NewTicket(title="Server down", priority=Priority.MEDIUM)
    opened = Ticket.opened(new, id="c" * 24, number=7, by=ADA, at=FILED, sla=SLA)
    opened.status = status
    for name, value in fields.items():
        setattr(opened, name, value)
    return opened


def changed(ticket, by=OLGA, **fields):
    return ticket.changed(fields, by=by, at=LATER, sla=SLA)


def test_the_table_has_a_cell_for_every_change_of_status():
    assert [Status(row[0]) for row in ROWS] == [Status(name) for name in HEAD] == list(Status)
    assert set(TRANSITIONS) == set(ACTION_FOR) == set(Status)


@pytest.mark.parametrize(("old", "new", "cell"), CELLS)
def test_which_status_may_follow_which(old, new, cell):
    try:
        decided = changed(ticket(old), status=new)
    except WrongState:
        answer = "no"
    else:
        answer = "same" if decided is None else "yes"

    assert answer == cell


def test_what_the_state_does_not_allow_is_said_with_the_way_out():
    with pytest.raises(WrongState, match="T-7 is closed; reopen it before it can be in progress"):
        changed(ticket(Status.CLOSED), status=Status.IN_PROGRESS)


def test_a_change_raises_the_version_and_leaves_the_old_ticket_as_it_was():
    old = ticket()

    new, _ = changed(old, title="Server up")

    assert (old.version, old.title, old.updated_at) == (1, "Server down", FILED)
    assert (new.version, new.title, new.updated_at) == (2, "Server up", LATER)


def test_a_change_to_what_it_is_already_is_no_change():
    olga = OLGA.person

    assert changed(ticket(assignee=olga), title="Server down", assignee=olga) is None


def test_an_assignee_who_was_renamed_is_still_the_same():
    before = OLGA.person._replace(name="Olga Maiden-Name")

    assert changed(ticket(assignee=before), assignee=OLGA.person) is None


def test_the_timeline_tells_who_when_from_where_and_what_with_old_and_new():
    _, entry = changed(ticket(), title="Server up", status=Status.WAITING, priority=Priority.MEDIUM)

    assert entry == TimelineEntry(
        at=LATER,
        by=Person(OLGA.id, "Olga"),
        via=Via.SLACK,
        what="changed",
        changes={
            "title": ("Server down", "Server up"),
            "status": (Status.OPEN, Status.WAITING),
            "waiting_for": (None, "requester"),
        },
    )


@pytest.mark.parametrize(("priority", "hours"), [(Priority.HIGH, 4), (Priority.LOW, 48)])
def test_a_new_priority_counts_the_due_time_from_when_the_ticket_was_filed(priority, hours):
    new, entry = changed(ticket(), priority=priority)

    assert new.sla_due == FILED + timedelta(hours=hours)
    assert entry.changes["sla_due"] == (FILED + timedelta(hours=24), new.sla_due)


@pytest.mark.parametrize("status", Status)
def test_the_clock_stops_for_finished_tickets_and_runs_for_all_others(status):
    breaches_at = ticket(status).breaches_at

    assert breaches_at == (None if status in (Status.RESOLVED, Status.CLOSED) else ticket().sla_due)


def at(hour):
    return FILED + timedelta(hours=hour)


def after(old, hour, by=OLGA, **fields):
    return old.changed(fields, by=by, at=at(hour), sla=SLA)[0]


def test_the_time_between_resolving_and_reopening_does_not_count():
    resolved = after(ticket(), 1, status=Status.RESOLVED)
    closed = after(resolved, 2, status=Status.CLOSED)

    assert after(closed, 101, status=Status.OPEN).sla_due == at(124)


def test_a_new_priority_keeps_earned_pauses():
    waited = after(after(ticket(), 1, status=Status.WAITING), 11, status=Status.OPEN)

    assert after(waited, 11, priority=Priority.HIGH).sla_due == at(14)


def test_assigning_keeps_earned_pauses():
    waited = after(after(ticket(), 1, status=Status.WAITING), 11, status=Status.OPEN)

    assert after(waited, 12, assignee=OLGA.person).sla_due == at(34)


def test_an_agents_change_of_status_is_the_first_response():
    started = after(ticket(), 1, status=Status.IN_PROGRESS)

    assert started.first_responded_at == at(1)
    assert after(started, 2, status=Status.RESOLVED).first_responded_at == at(1)


@pytest.mark.parametrize(
    ("by", "fields"),
    [
        (OLGA, {"priority": Priority.HIGH}),
        (OLGA, {"assignee": OLGA.person}),
        (OLGA._replace(bot=True), {"status": Status.IN_PROGRESS}),
        (ADA, {"status": Status.CLOSED}),
        (OLGA._replace(id=ADA.id), {"status": Status.IN_PROGRESS}),
    ],
    ids=["a priority", "an assignment", "a bot", "the requester", "an agent's own ticket"],
)
def test_what_is_no_first_response(by, fields):
    assert after(ticket(), 1, by=by, **fields).first_responded_at is None


def test_a_new_priority_moves_the_first_response_unless_it_was_given():
    before = after(ticket(), 1, priority=Priority.LOW)
    late = after(ticket(), 5, status=Status.IN_PROGRESS)

    assert before.first_response_due == at(8)
    assert after(late, 6, priority=Priority.LOW).first_response_due == at(4)


def test_notes_are_hidden_from_all_but_agents_and_so_is_that_there_are_any():
    public = Comment("d" * 24, "hello", OLGA.person, FILED)
    noted = ticket(comments=(public, public._replace(message="hush", internal=True)))

    assert noted.seen_by(OLGA) == noted
    assert noted.seen_by(ADA).comments == (public,)
    assert noted.seen_by(ADA).etag == '"1.1"'


def test_one_field_that_is_not_allowed_refuses_the_whole_change():
    with pytest.raises(NotAllowed):
        changed(ticket(), by=ADA, title="Server up", priority=Priority.HIGH)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("42", 42),
        ("#42", 42),
        ("T-42", 42),
        ("t-42", 42),
        ("042", 42),
        ("", None),
        ("T42", None),
        ("T-", None),
        ("-42", None),
        ("4.2", None),
        (" 42", None),
        ("42\n", None),
        ("٤٢", None),
        ("1_0", None),
        ("9" * 16, None),
    ],
)
def test_how_a_ticket_may_be_named_by_its_number(text, number):
    assert ticket_number(text) == number


def test_the_etag_covers_version_and_comments():
    assert ticket(version=3, comments=(None, None)).etag == '"3.2"'

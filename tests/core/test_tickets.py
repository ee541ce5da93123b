"""What may happen to a ticket: pure decisions, no database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from core.errors import InvalidInput, NotAllowed, WrongState
from core.people.accounts import Actor, Person, Role, Via
from core.sla.history import Pause
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
from core.tickets.alert import name as alert_name
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


def test_a_waiting_ticket_breaches_at_no_time():
    assert after(ticket(), 1, status=Status.WAITING).breaches_at is None


def test_a_ticket_that_was_late_before_it_waits_is_late_all_the_same():
    late = after(ticket(), 25, status=Status.WAITING)

    assert late.breached(at=at(26))
    assert after(late, 30, status=Status.IN_PROGRESS).sla_due == at(24)


def test_what_waited_is_due_later_by_as_much():
    waiting = after(ticket(), 1, status=Status.WAITING)

    resumed = after(waiting, 11, status=Status.IN_PROGRESS)

    assert waiting.sla_due == at(24)
    assert resumed.sla_due == resumed.breaches_at == at(34)


def test_a_pause_tells_who_began_it_and_for_whom():
    waiting = after(ticket(), 1, status=Status.WAITING, waiting_for="Acme Networks")

    [pause] = after(waiting, 11, status=Status.OPEN).pauses

    assert pause == Pause(at(1), OLGA.person, "Acme Networks", at(11))


def test_whom_it_waits_for_is_forgotten_when_it_waits_no_more():
    waiting = after(ticket(), 1, status=Status.WAITING)

    assert waiting.waiting_for == "requester"
    assert after(waiting, 2, status=Status.OPEN).waiting_for is None


def test_whom_it_waits_for_may_change_while_it_waits():
    waiting = after(ticket(), 1, status=Status.WAITING)

    other = after(waiting, 3, waiting_for="Acme Networks")

    assert [pause.waiting_for for pause in other.pauses] == ["requester", "Acme Networks"]


def test_waiting_for_somebody_else_after_it_was_due_makes_nothing_late():
    waiting = after(ticket(), 1, status=Status.WAITING)

    other = after(waiting, 30, waiting_for="Acme Networks")

    assert (other.sla_due, other.breaches_at) == (at(53), None)
    assert after(other, 40, status=Status.OPEN).sla_due == at(63)


def test_what_is_resolved_while_it_waits_was_not_late_for_waiting():
    waiting = after(ticket(), 1, status=Status.WAITING)

    resolved = after(waiting, 30, status=Status.RESOLVED)

    stands = SLA.measure(resolved.sla_history, resolved.promise, at=at(31)).resolution
    assert (stands.due, stands.late) == (at(53), False)


def test_waiting_again_for_the_same_is_no_change():
    waiting = after(ticket(), 1, status=Status.WAITING, waiting_for="Acme Networks")

    assert changed(waiting, status=Status.WAITING) is None


@pytest.mark.parametrize("status", [Status.OPEN, Status.RESOLVED])
def test_whom_it_waits_for_goes_with_no_other_status(status):
    with pytest.raises(InvalidInput, match="goes with the status waiting"):
        changed(ticket(Status.IN_PROGRESS), waiting_for="Acme", status=status)


def test_only_a_ticket_that_waits_waits_for_somebody_else():
    with pytest.raises(WrongState, match="T-7 waits for nobody; give it the status waiting, too"):
        changed(ticket(Status.IN_PROGRESS), waiting_for="Acme")


def test_the_requester_may_not_say_whom_it_waits_for():
    waiting = after(ticket(), 1, status=Status.WAITING)

    with pytest.raises(NotAllowed):
        changed(waiting, by=ADA, waiting_for="Acme")


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


@pytest.mark.parametrize(
    ("assignee", "status"), [(OLGA.person, Status.IN_PROGRESS), (None, Status.OPEN)]
)
def test_the_requesters_answer_sets_a_ticket_going_that_waits_for_them(assignee, status):
    waiting = after(ticket(assignee=assignee), 1, status=Status.WAITING)

    going, entry = waiting.answered(by=ADA, at=at(11), sla=SLA)

    assert (going.status, going.sla_due, going.waiting_for) == (status, at(34), None)
    assert entry.changes["status"] == (Status.WAITING, status)
    assert entry.by == ADA.person


def test_nothing_else_sets_a_waiting_ticket_going():
    for_them = after(ticket(), 1, status=Status.WAITING)
    for_others = after(ticket(), 1, status=Status.WAITING, waiting_for="Acme")

    assert for_them.answered(by=OLGA, at=at(2), sla=SLA) is None
    assert for_others.answered(by=ADA, at=at(2), sla=SLA) is None
    assert ticket().answered(by=ADA, at=at(2), sla=SLA) is None


def resumed(one, *hours):
    """Its requester said something at these, in the order in which it is heard of."""
    for hour in hours:
        followed = one.answered(by=ADA, at=at(hour), sla=SLA)
        one = followed[0] if followed else one
    return one


@pytest.mark.parametrize("heard", [*permutations((5, 8, 11))])
def test_it_went_on_when_they_said_something_first_in_whatever_order_that_is_heard(heard):
    waiting = after(ticket(), 1, status=Status.WAITING)

    going = resumed(waiting, *heard)

    assert (going.status, going.sla_due, going.breaches_at) == (Status.OPEN, at(28), at(28))
    assert [(one.since, one.until) for one in going.pauses] == [(at(1), at(5))]


def test_what_is_heard_late_is_about_the_time_in_which_it_was_said():
    first = resumed(after(ticket(), 1, status=Status.WAITING), 11)
    again = after(first, 12, status=Status.WAITING)

    moved, entry = again.answered(by=ADA, at=at(3), sla=SLA)

    assert (moved.status, moved.waiting_for) == (Status.WAITING, "requester")
    assert [one.until for one in moved.pauses] == [at(3), None]
    assert moved.sla_due == at(26)
    assert entry.changes == {"sla_due": (at(34), at(26))}
    assert moved.answered(by=ADA, at=at(3), sla=SLA) is None


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.IN_PROGRESS])
def test_it_went_on_then_whatever_set_it_going_later(status):
    ended = after(after(ticket(), 1, status=Status.WAITING), 30, status=status)

    moved = resumed(ended, 2)

    assert (moved.status, moved.sla_due) == (status, at(25))
    assert moved.pauses[0].until == at(2)


@pytest.mark.parametrize(("said", "whom"), [(0.9, None), (2, "Acme"), (11, None)])
def test_no_other_time_is_moved(said, whom):
    waited = after(ticket(), 1, status=Status.WAITING, **({"waiting_for": whom} if whom else {}))
    going = after(waited, 11, status=Status.OPEN)

    assert going.answered(by=ADA, at=at(said), sla=SLA) is None


def test_what_rang_for_a_due_time_does_not_ring_for_the_one_that_it_had_been():
    going = resumed(after(ticket(), 1, status=Status.WAITING), 11)
    rang = frozenset({alert_name("breach", at(34)), alert_name("reply-breach", at(34))})
    going = replace(going, alert=replace(going.alert, rang=rang))

    moved = resumed(going, 3)

    assert moved.alert.rang == rang | {alert_name("breach", at(26))}


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

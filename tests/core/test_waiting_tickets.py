"""What waits: its clock stands, and goes on when it was answered."""

from dataclasses import replace
from itertools import permutations

import pytest

from core.errors import InvalidInput, NotAllowed, WrongState
from core.sla.history import Pause
from core.tickets import Status
from core.tickets.alert import name as alert_name
from tests.conftest import SLA
from tests.core.test_tickets import ADA, OLGA, after, at, changed, ticket


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

"""Which alert rings next, and when: the rules alone, with no desk around them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.alerts.escalations import Escalations, Step
from core.alerts.rules import AlertRules, next_ring
from core.people.accounts import Actor, Role, Via
from core.sla import Policy, Sla
from core.tickets import NewTicket, Priority, Status, Ticket
from core.tickets.alert import Ring
from tests.core.sla.conftest import berlin, hours_of

OLGA = Actor("a" * 24, "Olga", Role.AGENT, Via.SLACK)
ADA = Actor("b" * 24, "Ada", Role.USER, Via.SLACK)
STEPS = Escalations((Step(timedelta(minutes=15)), Step(timedelta(minutes=30), channel="C1")), 1)
FILED = berlin("2026-03-02 10:00")
DAY_AND_NIGHT = Sla(Policy.of_hours())
NINE_TO_FIVE = Sla(Policy.of_hours(), hours_of({"mon-fri": ["09:00-17:00"]}))


def hours(number):
    return timedelta(hours=number)


def filed(priority=Priority.HIGH, *, at=FILED, sla=DAY_AND_NIGHT):
    new = NewTicket(title="VPN", priority=priority)
    return Ticket.opened(new, id="c" * 24, number=1, by=ADA, at=at, sla=sla)


def rung(ticket, ring, *, at=None):
    """The ticket after that alert has rung."""
    alert = ticket.alert
    latest = ring._replace(at=at or ring.at)
    return replace(ticket, alert=replace(alert, rang=alert.rang | {ring.name}, latest=latest))


def all_rings(ticket, rules, *, most=20):
    rings = []
    at = ticket.created_at
    while (ring := next_ring(ticket, rules, at=at)) and len(rings) < most:
        rings.append((ring.kind, ring.at - ticket.created_at))
        ticket, at = rung(ticket, ring), ring.at
    return rings


def test_without_any_rules_only_the_breach_rings():
    assert all_rings(filed(), AlertRules()) == [("breach", hours(4))]


def test_soon_rings_after_a_share_of_the_tickets_own_time():
    assert all_rings(filed(), AlertRules(soon=0.75)) == [("soon", hours(3)), ("breach", hours(4))]


def test_soon_counts_no_time_in_which_the_ticket_waited():
    ticket = filed()
    ticket, _ = ticket.changed(
        {"status": Status.WAITING}, by=OLGA, at=FILED + hours(1), sla=DAY_AND_NIGHT
    )
    assert next_ring(ticket, AlertRules(soon=0.75), at=FILED + hours(1)) is None
    ticket, _ = ticket.changed(
        {"status": Status.OPEN}, by=OLGA, at=FILED + hours(11), sla=DAY_AND_NIGHT
    )

    assert next_ring(ticket, AlertRules(soon=0.75), at=FILED + hours(11)).at == FILED + hours(13)


def test_soon_is_left_out_where_the_ticket_is_late_already():
    ring = next_ring(filed(), AlertRules(soon=0.75), at=FILED + hours(5))

    assert ring == Ring("breach", FILED + hours(4), FILED + hours(4))


def test_steps_ring_in_order_and_repeat():
    rings = all_rings(filed(), AlertRules(escalations=STEPS))

    minutes = [(kind, time / timedelta(minutes=1) - 240) for kind, time in rings]
    assert minutes == [
        ("breach", 0),
        ("escalation-1", 15),
        ("escalation-2", 45),
        ("escalation-3", 60),
        ("escalation-4", 90),
    ]
    assert STEPS.step(3).channel is None
    assert STEPS.step(4).channel == "C1"


def breached(rules):
    ticket = filed()
    return rung(ticket, next_ring(ticket, replace(rules, soon=0), at=FILED))


def silence(ticket, what, *, at, until):
    return ticket.silence(what, by=OLGA, at=at, until=until)[0]


def test_after_an_acknowledgement_the_next_step_rings_if_nothing_happened():
    rules, now = AlertRules(escalations=STEPS), FILED + hours(4.1)
    ticket = silence(breached(rules), "acknowledged", at=now, until=now + hours(1))

    ring = next_ring(ticket, rules, at=now)

    assert (ring.kind, ring.at) == ("escalation-1", now + hours(1))


def test_whatever_happens_to_the_ticket_makes_an_acknowledgement_hold_for_longer():
    rules, now = AlertRules(escalations=STEPS), FILED + hours(4.1)
    ticket = silence(breached(rules), "acknowledged", at=now, until=now + hours(1))

    ticket = replace(ticket, updated_at=now + hours(0.5))

    assert next_ring(ticket, rules, at=now + hours(0.5)).at == now + hours(1.5)


def test_an_acknowledgement_without_steps_lets_the_breach_ring_once_more():
    rules, now = AlertRules(), FILED + hours(4.1)
    ticket = silence(breached(rules), "acknowledged", at=now, until=now + hours(1))

    again = next_ring(ticket, rules, at=now)

    assert again == Ring("breach", now + hours(1), now + hours(1))
    assert next_ring(rung(ticket, again), rules, at=again.at) is None


def test_what_rings_again_is_no_escalation_where_its_step_is_gone():
    due = FILED + hours(4)
    ticket = rung(rung(filed(), Ring("breach", due, due)), Ring("escalation-1", due, due))
    ticket, _ = ticket.silence("acknowledged", by=OLGA, at=due, until=due + hours(1))

    ring = next_ring(ticket, AlertRules(), at=due)

    assert ring == Ring("breach", due + hours(1), due + hours(1))


@pytest.mark.parametrize(("snooze", "stays"), [(2, True), (0.5, False)])
def test_who_takes_a_ticket_that_is_snoozed_for_longer_leaves_it_so(snooze, stays):
    due = FILED + hours(4)
    ticket = rung(filed(), Ring("breach", due, due))
    ticket, _ = ticket.silence("snoozed", by=OLGA, at=due, until=due + hours(snooze))
    ticket = replace(ticket, assignee=OLGA.person)

    taken = AlertRules(acknowledged=hours(1)).taken(ticket, at=due)

    assert (taken.alert.snoozed is not None, taken.alert.acknowledged is None) == (stays, stays)


def test_what_is_snoozed_rings_again_as_it_is_and_then_goes_on():
    rules, now = AlertRules(escalations=STEPS), FILED + hours(4.1)
    ticket = silence(breached(rules), "snoozed", at=now, until=now + hours(2))

    again = next_ring(ticket, rules, at=now)
    after = next_ring(rung(ticket, again), rules, at=again.at)

    assert again == Ring("breach", now + hours(2), now + hours(2))
    assert (after.kind, after.at) == ("escalation-1", again.at + timedelta(minutes=15))


@pytest.mark.parametrize("what", ["acknowledged", "snoozed"])
def test_a_breach_that_was_put_off_rings_as_itself_when_the_time_is_over(what):
    rules = AlertRules(soon=0.75)
    ticket = rung(filed(), next_ring(filed(), rules, at=FILED))
    ticket = silence(ticket, what, at=FILED + hours(3), until=FILED + hours(5))

    ring = next_ring(ticket, rules, at=FILED + hours(3))

    assert ring == Ring("breach", FILED + hours(4), FILED + hours(5))


def test_a_new_due_time_ends_an_acknowledgement():
    rules, now = AlertRules(), FILED + hours(4.1)
    ticket = silence(breached(rules), "acknowledged", at=now, until=now + hours(1))

    ticket, _ = ticket.changed({"priority": Priority.LOW}, by=OLGA, at=now, sla=DAY_AND_NIGHT)

    assert ticket.alert.acknowledged is None
    assert next_ring(ticket, rules, at=now).at == FILED + hours(48)


@pytest.mark.parametrize("status", [Status.WAITING, Status.RESOLVED, Status.CLOSED])
def test_nothing_rings_for_a_ticket_that_rests(status):
    rules, now = AlertRules(escalations=STEPS), FILED + hours(4.1)

    ticket, _ = breached(rules).changed({"status": status}, by=OLGA, at=now, sla=DAY_AND_NIGHT)

    assert next_ring(ticket, rules, at=now) is None


def test_a_late_ticket_that_goes_on_has_the_whole_of_the_steps_time():
    rules, now = AlertRules(escalations=STEPS), FILED + hours(4.1)
    waiting, _ = breached(rules).changed(
        {"status": Status.WAITING}, by=OLGA, at=now, sla=DAY_AND_NIGHT
    )
    ticket, _ = waiting.changed(
        {"status": Status.OPEN}, by=OLGA, at=now + hours(9), sla=DAY_AND_NIGHT
    )

    assert next_ring(ticket, rules, at=now + hours(9)).at == now + hours(9.25)


def nagging(urgent):
    return AlertRules(
        calendar=NINE_TO_FIVE.calendar,
        soon=0.75,
        urgent=frozenset(urgent),
        escalations=Escalations((Step(hours(7)),)),
    )


def test_no_reminder_at_midnight_with_hours_9_to_17():
    ticket = filed(Priority.MEDIUM, at=berlin("2026-03-02 10:00"), sla=NINE_TO_FIVE)
    rules = nagging([Priority.HIGH])

    rings = [ticket.created_at + time for _, time in all_rings(ticket, rules)]

    # Of 24 hours that count, 18 have passed on Wednesday at 12:00; late on Thursday at 10:00,
    # and nobody saw to it until 17:00, when they are gone.
    assert rings == [
        berlin("2026-03-04 12:00"),
        berlin("2026-03-05 10:00"),
        berlin("2026-03-06 09:00"),
    ]


def test_what_is_urgent_rings_at_night():
    ticket = filed(Priority.HIGH, at=berlin("2026-03-02 12:00"), sla=NINE_TO_FIVE)

    rings = [ticket.created_at + time for _, time in all_rings(ticket, nagging([Priority.HIGH]))]

    assert rings[-1] == berlin("2026-03-02 23:00")


REPLIES = AlertRules(soon=0.75, replies={Priority.HIGH: hours(1)}, escalations=STEPS)


def asking(*after):
    return replace(filed(), asked=tuple(FILED + hours(time) for time in after))


def test_an_answer_that_is_due_rings_soon_and_late_and_goes_through_the_steps_beside_the_rest():
    rings = all_rings(asking(1), replace(REPLIES, escalations=Escalations(STEPS.steps[:1])))

    assert [(kind, time / timedelta(minutes=1)) for kind, time in rings] == [
        ("reply-soon", 105),
        ("reply-breach", 120),
        ("reply-escalation-1", 135),
        ("soon", 180),
        ("breach", 240),
        ("escalation-1", 255),
    ]


def test_what_is_said_later_rings_for_itself():
    ticket = rung(asking(1), next_ring(asking(1), REPLIES, at=FILED + hours(1)))

    again = next_ring(replace(ticket, asked=(*ticket.asked, FILED + hours(1.8))), REPLIES, at=FILED)

    assert (again.kind, again.at) == ("reply-soon", FILED + hours(2.55))


def test_nothing_rings_for_an_answer_that_was_given_or_is_not_promised():
    assert next_ring(filed(), REPLIES, at=FILED).kind == "soon"
    assert next_ring(asking(1), replace(REPLIES, replies={}), at=FILED).kind == "soon"


def test_an_answer_rings_no_more_while_the_ticket_waits_or_is_resolved():
    for status in (Status.WAITING, Status.RESOLVED):
        ticket, _ = asking(1).changed(
            {"status": status}, by=OLGA, at=FILED + hours(1.1), sla=DAY_AND_NIGHT
        )
        assert next_ring(ticket, REPLIES, at=FILED + hours(1.1)) is None


def test_a_silence_puts_off_what_is_due_to_be_answered_too():
    ticket = rung(asking(1), Ring("reply-soon", FILED + hours(2), FILED + hours(1.75)))
    now = FILED + hours(1.8)
    ticket = silence(ticket, "acknowledged", at=now, until=now + hours(1))

    ring = next_ring(ticket, REPLIES, at=now)

    assert (ring.kind, ring.due, ring.at) == ("reply-breach", FILED + hours(2), now + hours(1))


def test_who_takes_a_ticket_whose_requester_waits_has_acknowledged_it():
    ticket = rung(asking(1), Ring("reply-breach", FILED + hours(2), FILED + hours(2)))
    ticket = replace(ticket, assignee=OLGA.person)

    assert REPLIES.taken(ticket, at=FILED + hours(2.1)).alert.acknowledged
    assert not REPLIES.taken(replace(ticket, asked=()), at=FILED + hours(2.1)).alert.acknowledged

"""The next reply: which of a requester's words it is counted from, and when it is due."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.people.accounts import Person
from core.sla import ALWAYS, Policy, Sla, SlaHistory
from core.sla.history import REQUESTER
from core.sla.replies import next_reply
from tests.core.sla.conftest import berlin

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
OLGA = Person("b" * 24, "Olga")
FILED = SlaHistory(NINE)


def hours(count):
    return NINE + timedelta(hours=count)


def asked(*times, sla_history=FILED):
    return replace(sla_history, asked=tuple(hours(time) for time in times))


def due(sla_history):
    return (next_reply(sla_history, HOUR, ALWAYS).due - NINE) / HOUR


def test_nothing_is_due_where_nobody_asked_or_nothing_is_promised():
    assert next_reply(FILED, HOUR, ALWAYS) is None
    assert next_reply(asked(1), None, ALWAYS) is None


def test_it_counts_from_what_they_said():
    assert next_reply(asked(2), HOUR, ALWAYS) == (hours(2), hours(3))


def test_of_several_the_last_counts_in_whatever_order_they_are_heard_of():
    assert due(asked(2, 2.5, 3)) == due(asked(3, 2, 2.5)) == 4


def test_who_asks_again_when_it_is_late_does_not_make_it_punctual():
    assert due(asked(2, 2.5, 3.6, 4)) == 3.5


@pytest.mark.parametrize(
    ("since", "until", "then"),
    [(0.5, 1, 3), (2.5, 4, 4.5), (1, 5, 6), (1.5, 2, 3), (3.5, 9, 3)],
    ids=["before", "within", "around", "up to it", "after it was late"],
)
def test_it_stands_still_while_the_ticket_waits(since, until, then):
    waited = FILED.stopped(hours(since), OLGA, waiting_for="Acme").resumed(hours(until))

    assert due(asked(2, sla_history=waited)) == then


def test_what_was_said_while_it_waits_for_somebody_else_is_not_late_meanwhile():
    waits = FILED.stopped(hours(1), OLGA, waiting_for="Acme")

    assert due(asked(2, 8, sla_history=waits)) == 9
    assert due(asked(2, 8, sla_history=waits.resumed(hours(10)))) == 11


def test_of_what_is_resolved_nobody_waits_for_an_answer_until_it_goes_on():
    resolved = asked(2, sla_history=FILED.stopped(hours(2.25), OLGA, waiting_for=None))

    assert next_reply(resolved, HOUR, ALWAYS) is None
    assert due(resolved.resumed(hours(5))) == 5.75


def test_only_business_hours_count(office):
    evening = SlaHistory(berlin("2026-03-02 09:00"), asked=(berlin("2026-03-02 16:30"),))

    assert next_reply(evening, HOUR, office).due == berlin("2026-03-03 09:30")


def test_it_is_explained_with_the_other_targets():
    sla = Sla(Policy.of_hours(next_reply={"high": 1, "medium": 2, "low": 3}))
    sla_history = asked(2)

    def shown(sla_history, at):
        promise = sla.promise("medium", sla_history)
        return sla.explain("medium", sla_history, promise, at=hours(at)).next_reply

    reply = shown(sla_history, 2.5)
    assert (reply.due, reply.remaining, reply.late) == (hours(4), 1.5 * HOUR, False)
    assert shown(sla_history, 5).late_since == hours(4)
    stopped = sla_history.stopped(hours(3), OLGA, waiting_for=REQUESTER)
    assert shown(stopped, 9).remaining == HOUR
    assert shown(FILED, 1) is None

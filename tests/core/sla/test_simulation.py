"""What another policy would have made of tickets that are known already."""

from datetime import UTC, datetime, timedelta

from core.people.accounts import Person
from core.sla import ALWAYS, Policy, SlaHistory
from core.sla.history import REQUESTER
from core.sla.policy import Targets
from core.sla.simulation import Past, tried
from core.tickets import Priority

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOW = Policy.of_hours()
THEN = NOW.replaced({Priority.HIGH: Targets(timedelta(minutes=30), timedelta(hours=2))})
OLGA = Person("b" * 24, "Olga")


def hours(count):
    return NINE + timedelta(hours=count)


def resolved(after, priority=Priority.HIGH, sla_history=None):
    stopped = (sla_history or SlaHistory(NINE)).stopped(hours(after), OLGA, waiting_for=None)
    return Past(priority, stopped)


def resolutions(past, policy, at=100):
    outcomes = tried(past, policy, ALWAYS, at=hours(at)).outcomes
    return {
        priority: (one.resolution.met, one.resolution.missed, one.resolution.undecided)
        for priority, one in outcomes.items()
    }


def test_what_a_stricter_target_would_have_missed_is_counted_by_priority():
    past = [resolved(1), resolved(3), resolved(5), resolved(3, Priority.LOW)]

    assert resolutions(past, NOW) == {"high": (2, 1, 0), "low": (1, 0, 0)}
    assert resolutions(past, THEN) == {"high": (1, 2, 0), "low": (1, 0, 0)}


def test_time_spent_waiting_counts_under_no_policy():
    waited = SlaHistory(NINE).stopped(hours(1), OLGA, waiting_for=REQUESTER).resumed(hours(30))

    assert resolutions([resolved(30.5, sla_history=waited)], THEN) == {"high": (1, 0, 0)}


def test_what_is_not_resolved_yet_is_missed_once_it_is_late_and_undecided_before():
    past = [Past(Priority.HIGH, SlaHistory(NINE))]

    assert resolutions(past, NOW, at=3) == {"high": (0, 0, 1)}
    assert resolutions(past, THEN, at=3) == {"high": (0, 1, 0)}


def test_first_responses_are_held_against_the_tried_target_not_the_promise_of_then():
    past = [Past(Priority.HIGH, SlaHistory(NINE).responded(hours(0.75), due=hours(1)))]

    now = tried(past, NOW, ALWAYS, at=hours(2)).outcomes[Priority.HIGH].first_response
    then = tried(past, THEN, ALWAYS, at=hours(2)).outcomes[Priority.HIGH].first_response

    assert (now.met, now.missed, then.met, then.missed) == (1, 0, 0, 1)

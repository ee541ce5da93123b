"""The log hears of a problem when it begins and when it ends."""

from datetime import timedelta

from structlog.testing import capture_logs

from bot.runtime.problems import Problems, Trouble
from tests.bot.health.conftest import told_of
from tests.bot.runtime.test_jobs import Hands


def test_the_log_hears_of_a_problem_once_and_of_its_end(clock):
    now = Hands()
    problems = Problems(clock, now)
    begun = clock()

    with capture_logs() as logged:
        for message in ("A", "A", "B"):
            problems.update("messages", [Trouble(message)])
            clock.forward(minutes=1)
            now.seconds += 60
        [problem] = problems.all
        problems.update("messages", [])
        problems.update("messages", [])

    assert (problem.since, problem.message) == (begun, "B")
    assert told_of(logged) == [("a problem", "messages"), ("a problem is over", "messages")]
    assert logged[-1]["seconds"] == 180


def test_two_of_a_kind_are_two_problems(clock):
    problems = Problems(clock, Hands())
    problems.update("index", [Trouble("A", which="a"), Trouble("B", which="b")])

    with capture_logs() as logged:
        problems.update("index", [Trouble("B", which="b")])

    assert [problem.message for problem in problems.all] == ["B"]
    assert [(entry["event"], entry["which"]) for entry in logged] == [("a problem is over", "a")]


def test_what_passes_within_its_patience_is_told_to_nobody(clock):
    now = Hands()
    problems = Problems(clock, now)

    with capture_logs() as logged:
        problems.update("socket", [Trouble("down", patience=10)])
        now.seconds += 9
        problems.update("socket", [Trouble("down", patience=10)])
        assert problems.all == []
        problems.update("socket", [])
        assert logged == []
        problems.update("socket", [Trouble("down", patience=10)])
        now.seconds += 10
        assert [problem.name for problem in problems.all] == ["socket"]
        problems.update("socket", [Trouble("down", patience=10)])

    assert told_of(logged) == [("a problem", "socket")]


def test_what_lasted_before_it_was_found_began_then(clock):
    problems = Problems(clock, Hands())

    problems.update("job", [Trouble("fails", lasted=90)])

    [problem] = problems.all
    assert problem.since == clock() - timedelta(seconds=90)

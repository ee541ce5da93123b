"""The steps in a file, and how long something may be put off."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from core.alerts.escalations import BadEscalations, Escalations, Step, Told, read_escalations
from core.alerts.rules import AlertRules
from tests.core.sla.conftest import berlin
from tests.core.test_alerts import FILED


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("30m", "2026-03-28 18:30"),
        ("2h", "2026-03-28 20:00"),
        # The clocks are changed in between.
        ("tomorrow", "2026-03-29 09:00"),
    ],
)
def test_until_when_something_is_snoozed(said, until):
    rules = AlertRules(zone=ZoneInfo("Europe/Berlin"))

    assert rules.snoozed_until(said, at=berlin("2026-03-28 18:00")) == berlin(until)


@pytest.mark.parametrize("said", ["", "0m", "-5m", "8000h", "tonight", "30", "٣٠m"])
def test_what_means_no_time(said):
    assert AlertRules().snoozed_until(said, at=FILED) is None


def test_the_steps_in_a_file(tmp_path):
    path = tmp_path / "steps.yml"
    path.write_text("""
        steps:
          - {after_minutes: 15, tell: [U123, S45X]}
          - {after_minutes: 30, tell: [C0MANAGERS]}
        repeat: 2
    """)

    assert read_escalations(path) == Escalations(
        (
            Step(timedelta(minutes=15), Told(("U123",), ("S45X",))),
            Step(timedelta(minutes=30), channel="C0MANAGERS"),
        ),
        repeat=2,
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("steps: [", "not YAML"),
        ("steps: []", "steps"),
        ("hello", "there are no steps"),
        (
            "steps: [{after_minutes: 0, tell: [U123]}]",
            "after_minutes of step 1 must be more than 0",
        ),
        ("steps: [{after_minutes: 5, tell: [olga]}]", "must be the id of a person"),
        ("steps: [{after_minutes: 5, tell: [C12, C34]}]", "one channel only"),
        ("steps: [{after_minutes: 5, tell: [U123]}]\nrepeats: 2", "repeats"),
    ],
)
def test_a_file_that_says_something_else_is_refused(tmp_path, text, sentence):
    path = tmp_path / "steps.yml"
    path.write_text(text)

    with pytest.raises(BadEscalations, match=sentence):
        read_escalations(path)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BadEscalations, match="cannot be read"):
        read_escalations(tmp_path / "none.yml")

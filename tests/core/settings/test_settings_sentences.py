"""What is wrong with settings is said in sentences that tell what is right."""

import pytest

from tests.core.settings.test_settings import read


def test_every_bad_setting_gets_a_line(tmp_path):
    [answer] = read(tmp_path, {"PORT": "x", "LOG_LEVEL": "x", "HELPDESK_SCAN_SECONDS": "x"})

    lines = answer["bad"].splitlines()
    assert [line.split()[0] for line in lines] == ["PORT", "HELPDESK_SCAN_SECONDS", "LOG_LEVEL"]


def test_what_is_allowed_is_said(tmp_path):
    [answer] = read(tmp_path, {"PORT": "70000", "LOG_FORMAT": "xml", "HELPDESK_SLA_HOURS": "4"})

    port, hours, format = answer["bad"].splitlines()
    assert port == "PORT must be a whole number from 0 to 65535."
    assert "high" in hours
    assert format == "LOG_FORMAT must be text or json."


@pytest.mark.parametrize("wrong", ["canary", "-1", "70000", "1.5"])
def test_a_number_that_is_none_is_answered_with_its_limits(tmp_path, wrong):
    [answer] = read(tmp_path, {"PORT": wrong, "HELPDESK_ALERT_POST_SECONDS": "x"})

    assert answer["bad"].splitlines() == [
        "PORT must be a whole number from 0 to 65535.",
        "HELPDESK_ALERT_POST_SECONDS must be a number above 0, at most 60.",
    ]


def test_hours_that_are_none_are_answered_with_their_priority(tmp_path):
    hours = '{"high":0,"medium":"canary","low":1e99}'

    [answer] = read(tmp_path, {"HELPDESK_SLA_HOURS": hours})

    assert answer["bad"].splitlines() == [
        "HELPDESK_SLA_HOURS must be more than 0 for high.",
        "HELPDESK_SLA_HOURS must be a number for medium.",
        "HELPDESK_SLA_HOURS must be at most 8784 for low.",
    ]


def test_a_key_that_is_none_is_told_from_a_value(tmp_path):
    [answer] = read(tmp_path, {"HELPDESK_SLA_HOURS": '{"high":4,"medum":24}'})

    assert answer["bad"] == "Each key of HELPDESK_SLA_HOURS must be low, medium or high."


LIST = 'needs a list for each day, such as ["09:00-12:00", "13:00-17:00"]'
DAYS = "the days are mon, tue, wed, thu, fri, sat, sun"


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ('{"mon-fri": "09:00-12:00"}', LIST),
        ('{"mon-fry": ["09:00-12:00"]}', f"has an unknown day fry: {DAYS}"),
        ('{"mon-fry": "09:00-12:00"}', f"has an unknown day fry: {DAYS}; it {LIST}"),
        ('{"canary": ["09:00-12:00"]}', f"has an unknown day: {DAYS}"),
    ],
)
def test_business_hours_that_are_none_are_answered_with_some_that_are(tmp_path, hours, said):
    [answer] = read(tmp_path, {"HELPDESK_BUSINESS_HOURS": hours})

    assert answer["bad"] == f"HELPDESK_BUSINESS_HOURS {said}."


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        (
            "[{after_minutes: 5, tel: [U123]}]",
            "step 1 lacks tell, and step 1 has tel, which is no part of a step",
        ),
        (
            "[{after_minutes: 5, tell: [U123]}, {tell: [U123]}]",
            "step 2 lacks after_minutes",
        ),
        (
            "[15]",
            "step 1 is not made of after_minutes and tell",
        ),
        (
            "[{after_minutes: 5, tell: []}]",
            "tell of step 1 needs at least 1 of them",
        ),
        (
            "[{after_minutes: 0, tell: [U123]}]",
            "after_minutes of step 1 must be more than 0",
        ),
        (
            "[{after_minutes: 5, tell: [U123, olga]}]",
            "tell of step 1 must be the id of a person (U…), a user group (S…) or a channel (C…) "
            "in Slack",
        ),
        (
            "[{after_minutes: 5, tell: [C12, C34]}]",
            "step 1 may tell one channel only; another channel is another step",
        ),
    ],
)
def test_a_step_that_is_wrong_is_named_as_people_count(tmp_path, steps, said):
    (tmp_path / "steps.yml").write_text(f"steps: {steps}")

    [answer] = read(tmp_path, {"HELPDESK_ESCALATIONS": "steps.yml"})

    assert answer["bad"] == f"HELPDESK_ESCALATIONS names a file in which {said}."

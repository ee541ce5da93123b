"""What follows from settings together: where Slack is, who reaches the desk, its clock."""

from datetime import UTC, datetime, timedelta

import pytest

from core.settings import Settings
from tests.core.settings.test_settings import SLACK, read


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.0.0.2", True),
        ("localhost", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.0.2.1", False),
        ("desk.example.com", False),
    ],
)
def test_whether_only_this_machine_reaches_the_server_follows_from_its_host(host, loopback):
    assert Settings(_env_file=None, HOST=host).on_loopback is loopback


def test_slack_is_connected_by_a_signing_secret_or_by_socket_mode(tmp_path):
    http = SLACK
    socket = SLACK | {"SLACK_SIGNING_SECRET": "", "SLACK_APP_TOKEN": "xapp-1"}

    by_http, by_socket, without = read(tmp_path, http, socket, {})

    assert by_http["slack"]["signing_secret"] == "canary"
    assert by_http["slack"]["channel"] == "C0123456789"
    assert by_socket["slack"]["app_token"] == "xapp-1"
    assert by_socket["slack"]["signing_secret"] is None
    assert without["slack"] is None


def test_holidays_alone_are_the_only_days_that_do_not_count():
    settings = Settings(_env_file=None, HELPDESK_HOLIDAYS="DE", HELPDESK_TIME_ZONE="Europe/Berlin")
    christmas = datetime(2026, 12, 25, tzinfo=UTC)

    calendar = settings.build_sla().calendar
    days = [calendar.is_open(christmas + timedelta(days=n)) for n in (-2, 0, 3)]
    assert days == [True, False, True]


def test_nobody_has_longer_to_answer_than_to_solve_unless_it_is_said():
    hours = '{"high":0.5,"medium":24,"low":48}'
    said = Settings(_env_file=None, HELPDESK_SLA_HOURS=hours, HELPDESK_RESPONSE_HOURS=hours)
    unsaid = Settings(_env_file=None, HELPDESK_SLA_HOURS=hours)

    def responses(settings):
        return [settings.build_sla().policy[name].first_response for name in ("high", "medium")]

    assert responses(unsaid) == [timedelta(minutes=30), timedelta(hours=4)]
    assert responses(said) == [timedelta(minutes=30), timedelta(hours=24)]

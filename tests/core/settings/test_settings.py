"""Settings: what is allowed is said, what was given is not, and nothing else is listened to."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from core.settings import Settings, setting_name

ROOT = Path(__file__).parents[3]
# Reads the settings anew for each environment that it is given.
READ = """
import json, os, sys
from core.settings import BadSettings, read_settings

for environment in json.load(sys.stdin):
    os.environ.clear()
    os.environ.update(environment)
    try:
        settings, _ = read_settings()
    except BadSettings as error:
        print(json.dumps({"bad": str(error)}))
    else:
        slack = settings.slack and vars(settings.slack)
        print(json.dumps({"settings": json.loads(settings.model_dump_json()), "slack": slack}))
"""
SLACK = {
    "SLACK_BOT_TOKEN": "xoxb-canary",
    "SLACK_SIGNING_SECRET": "canary",
    "HELPDESK_ALERT_CHANNEL": "C0123456789",
}


def start(program, folder, **environment):
    """A program of its own, started in this folder with nothing else in its environment."""
    return subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "HOME": str(folder)} | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def read(folder, *environments):
    """What a program makes of the settings in each of these environments."""
    home = {"HOME": str(folder)}
    output, _ = start(READ, folder).communicate(
        json.dumps([home | environment for environment in environments])
    )
    return [json.loads(line) for line in output.splitlines()]


GOOD = [
    ({}, {"port": 4000, "host": "127.0.0.1", "mongo_uri": None, "min_password": 6}),
    ({}, {"cors_origins": ["local"], "scan_seconds": 10, "log_level": "info", "log_format": None}),
    ({}, {"sla_hours": {"high": 4, "medium": 24, "low": 48}}),
    ({}, {"alert_post_seconds": 10, "alert_lease_seconds": 20, "alert_history_seconds": 15}),
    ({"PORT": "0"}, {"port": 0}),
    ({}, {"local_slack_port": 4500}),
    ({"HELPDESK_LOCAL_SLACK_PORT": "0"}, {"local_slack_port": 0}),
    ({"HOST": "0.0.0.0"}, {"host": "0.0.0.0"}),
    (
        {"HELPDESK_SLA_HOURS": '{"high":0.0005,"medium":1,"low":2}'},
        {"sla_hours": {"high": 0.0005, "medium": 1, "low": 2}},
    ),
    ({}, {"response_hours": None, "business_hours": None, "time_zone": "UTC", "holidays": []}),
    (
        {"HELPDESK_RESPONSE_HOURS": '{"high":0.5,"medium":1,"low":2}'},
        {"response_hours": {"high": 0.5, "medium": 1, "low": 2}},
    ),
    ({}, {"reply_hours": None}),
    (
        {"HELPDESK_REPLY_HOURS": '{"high":0.5,"medium":1,"low":2}'},
        {"reply_hours": {"high": 0.5, "medium": 1, "low": 2}},
    ),
    (
        {"HELPDESK_BUSINESS_HOURS": '{"mon-fri":["09:00-12:00","13:00-17:00"]}'},
        {"business_hours": {"mon-fri": ["09:00-12:00", "13:00-17:00"]}},
    ),
    ({"HELPDESK_TIME_ZONE": "Europe/Berlin"}, {"time_zone": "Europe/Berlin"}),
    ({"HELPDESK_HOLIDAYS": "DE-BY, fr"}, {"holidays": ["DE-BY", "fr"]}),
    ({"HELPDESK_SCAN_SECONDS": "0.5"}, {"scan_seconds": 0.5}),
    ({}, {"digest_time": "09:00:00"}),
    ({"HELPDESK_DIGEST_TIME": ""}, {"digest_time": "09:00:00"}),
    ({"HELPDESK_DIGEST_TIME": "23:59"}, {"digest_time": "23:59:00"}),
    ({"HELPDESK_DIGEST_TIME": "Off"}, {"digest_time": None}),
    ({"HELPDESK_ADMINS": " U1, U2 ,,"}, {"admins": ["U1", "U2"]}),
    (
        {"HELPDESK_CORS_ORIGINS": "local, https://Desk.Example.com/, http://[::1]:3000, *"},
        {"cors_origins": ["local", "https://desk.example.com", "http://[::1]:3000", "*"]},
    ),
    (
        {},
        {
            "rate_limit": {"count": 600, "seconds": 60},
            "anonymous_rate_limit": {"count": 30, "seconds": 60},
        },
    ),
    ({"HELPDESK_RATE_LIMIT": " 5 / Hour "}, {"rate_limit": {"count": 5, "seconds": 3600}}),
    ({"HELPDESK_RATE_LIMIT": "9999999/second"}, {"rate_limit": {"count": 9999999, "seconds": 1}}),
    (
        {"HELPDESK_RATE_LIMIT": "Off", "HELPDESK_ANONYMOUS_RATE_LIMIT": "off"},
        {"rate_limit": None, "anonymous_rate_limit": None},
    ),
    ({}, {"trusted_proxies": []}),
    (
        {"HELPDESK_TRUSTED_PROXIES": "10.0.0.0/8, 192.0.2.7,2001:DB8::/32"},
        {"trusted_proxies": ["10.0.0.0/8", "192.0.2.7/32", "2001:db8::/32"]},
    ),
    ({"LOG_LEVEL": "WARNING"}, {"log_level": "warning"}),
    ({"HELPDESK_CARD_THREAD": "Public"}, {"card_thread": "public"}),
    (
        {"SLACK_API_URL": "http://127.0.0.1:4500/api"},
        {"slack_api_url": "http://127.0.0.1:4500/api/"},
    ),
    # Empty is unset.
    ({"PORT": "", "HELPDESK_SLA_HOURS": "", "LOG_FORMAT": ""}, {"port": 4000, "log_format": None}),
    ({"MONGO_URI": "", "JWT_SECRET": "", "SLACK_BOT_TOKEN": ""}, {"mongo_uri": None}),
    (
        {"HELPDESK_ADMINS": "", "HELPDESK_CORS_ORIGINS": ""},
        {"admins": [], "cors_origins": ["local"]},
    ),
    # What carries no prefix is not ours.
    ({"ADMINS": "U1", "DATA": "/nowhere", "AGENTS": "U2"}, {"admins": [], "agents": []}),
    ({"CORS_ORIGINS": "x", "SCAN_SECONDS": "1"}, {"cors_origins": ["local"], "scan_seconds": 10}),
]
BAD = [
    ({"PORT": "canary"}, "PORT"),
    ({"PORT": "65536"}, "PORT"),
    ({"PORT": "-1"}, "PORT"),
    ({"HELPDESK_LOCAL_SLACK_PORT": "canary"}, "HELPDESK_LOCAL_SLACK_PORT"),
    ({"HELPDESK_LOCAL_SLACK_PORT": "65536"}, "HELPDESK_LOCAL_SLACK_PORT"),
    ({"HELPDESK_SLA_HOURS": "canary"}, "HELPDESK_SLA_HOURS"),
    ({"HELPDESK_CORS_ORIGINS": "canary.example.com"}, "HELPDESK_CORS_ORIGINS"),
    ({"HELPDESK_CORS_ORIGINS": "https://canary.example.com/app"}, "HELPDESK_CORS_ORIGINS"),
    ({"HELPDESK_SLA_HOURS": "[]"}, "HELPDESK_SLA_HOURS"),
    ({"HELPDESK_SLA_HOURS": '{"high":4}'}, "HELPDESK_SLA_HOURS"),
    ({"HELPDESK_SLA_HOURS": '{"high":0,"medium":24,"low":48}'}, "HELPDESK_SLA_HOURS"),
    ({"HELPDESK_SLA_HOURS": '{"high":-1,"medium":24,"low":48}'}, "HELPDESK_SLA_HOURS"),
    ({"HELPDESK_SLA_HOURS": '{"high":NaN,"medium":24,"low":48}'}, "HELPDESK_SLA_HOURS"),
    ({"HELPDESK_SLA_HOURS": '{"high":1e99,"medium":24,"low":48}'}, "HELPDESK_SLA_HOURS"),
    ({"HELPDESK_RESPONSE_HOURS": '{"high":4}'}, "HELPDESK_RESPONSE_HOURS"),
    ({"HELPDESK_REPLY_HOURS": '{"high":4}'}, "HELPDESK_REPLY_HOURS"),
    ({"HELPDESK_REPLY_HOURS": "4"}, "HELPDESK_REPLY_HOURS"),
    ({"HELPDESK_BUSINESS_HOURS": "canary"}, "HELPDESK_BUSINESS_HOURS"),
    ({"HELPDESK_BUSINESS_HOURS": "{}"}, "HELPDESK_BUSINESS_HOURS"),
    ({"HELPDESK_BUSINESS_HOURS": '{"canary":["09:00-17:00"]}'}, "HELPDESK_BUSINESS_HOURS"),
    ({"HELPDESK_BUSINESS_HOURS": '{"mon":["canary"]}'}, "HELPDESK_BUSINESS_HOURS"),
    ({"HELPDESK_BUSINESS_HOURS": '{"mon":"09:00-17:00"}'}, "HELPDESK_BUSINESS_HOURS"),
    ({"HELPDESK_BUSINESS_HOURS": '{"mon":["09:00-09:01"]}'}, "HELPDESK_BUSINESS_HOURS"),
    ({"HELPDESK_TIME_ZONE": "canary"}, "HELPDESK_TIME_ZONE"),
    ({"HELPDESK_TIME_ZONE": "Europe"}, "HELPDESK_TIME_ZONE"),
    ({"HELPDESK_TIME_ZONE": "../../etc/canary"}, "HELPDESK_TIME_ZONE"),
    ({"HELPDESK_HOLIDAYS": "DE, canary"}, "HELPDESK_HOLIDAYS"),
    ({"HELPDESK_SCAN_SECONDS": "0"}, "HELPDESK_SCAN_SECONDS"),
    ({"HELPDESK_SCAN_SECONDS": "canary"}, "HELPDESK_SCAN_SECONDS"),
    ({"HELPDESK_DIGEST_TIME": "24:00"}, "HELPDESK_DIGEST_TIME"),
    ({"HELPDESK_DIGEST_TIME": "9"}, "HELPDESK_DIGEST_TIME"),
    ({"HELPDESK_DIGEST_TIME": "canary"}, "HELPDESK_DIGEST_TIME"),
    ({"HELPDESK_MIN_PASSWORD": "0"}, "HELPDESK_MIN_PASSWORD"),
    ({"HELPDESK_MIN_PASSWORD": "129"}, "HELPDESK_MIN_PASSWORD"),
    ({"HELPDESK_ALERT_POST_SECONDS": "20"}, "HELPDESK_ALERT_POST_SECONDS"),
    ({"HELPDESK_ALERT_LEASE_SECONDS": "10"}, "HELPDESK_ALERT_LEASE_SECONDS"),
    ({"HELPDESK_ALERT_HISTORY_SECONDS": "-1"}, "HELPDESK_ALERT_HISTORY_SECONDS"),
    ({"HELPDESK_RATE_LIMIT": "canary"}, "HELPDESK_RATE_LIMIT"),
    ({"HELPDESK_RATE_LIMIT": "600"}, "HELPDESK_RATE_LIMIT"),
    ({"HELPDESK_RATE_LIMIT": "0/minute"}, "HELPDESK_RATE_LIMIT"),
    ({"HELPDESK_RATE_LIMIT": "-1/minute"}, "HELPDESK_RATE_LIMIT"),
    ({"HELPDESK_RATE_LIMIT": "1e3/minute"}, "HELPDESK_RATE_LIMIT"),
    ({"HELPDESK_RATE_LIMIT": "10000000/minute"}, "HELPDESK_RATE_LIMIT"),
    ({"HELPDESK_RATE_LIMIT": "5/week"}, "HELPDESK_RATE_LIMIT"),
    ({"HELPDESK_ANONYMOUS_RATE_LIMIT": "canary/minute"}, "HELPDESK_ANONYMOUS_RATE_LIMIT"),
    ({"HELPDESK_TRUSTED_PROXIES": "canary"}, "HELPDESK_TRUSTED_PROXIES"),
    ({"HELPDESK_TRUSTED_PROXIES": "10.0.0.1/8"}, "HELPDESK_TRUSTED_PROXIES"),
    ({"HELPDESK_TRUSTED_PROXIES": "10.0.0.0/8 canary"}, "HELPDESK_TRUSTED_PROXIES"),
    ({"LOG_LEVEL": "canary"}, "LOG_LEVEL"),
    ({"HELPDESK_CARD_THREAD": "secret"}, "HELPDESK_CARD_THREAD"),
    ({"LOG_FORMAT": "canary"}, "LOG_FORMAT"),
    ({"SLACK_API_URL": "https://canary.example.com/api/"}, "SLACK_API_URL"),
    ({"SLACK_API_URL": "http://slack.com/api/"}, "SLACK_API_URL"),
    ({"SLACK_API_URL": "http://127.0.0.1.canary.example.com/"}, "SLACK_API_URL"),
    ({"SLACK_API_URL": "http://127.0.0.1@canary.example.com/"}, "SLACK_API_URL"),
    ({"SLACK_BOT_TOKEN": "xoxb-canary"}, "SLACK_BOT_TOKEN"),
    ({"SLACK_SIGNING_SECRET": "canary"}, "SLACK_BOT_TOKEN"),
    ({"SLACK_APP_TOKEN": "xapp-canary"}, "SLACK_BOT_TOKEN"),
    (SLACK | {"HELPDESK_ALERT_CHANNEL": ""}, "HELPDESK_ALERT_CHANNEL"),
    (SLACK | {"SLACK_SIGNING_SECRET": ""}, "SLACK_SIGNING_SECRET"),
]
FIRST_BAD = len(GOOD)


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """Each environment's, in order, from one program."""
    folder = tmp_path_factory.mktemp("settings")
    return read(folder, *(environment for environment, _ in [*GOOD, *BAD]))


def shown(case):
    return " ".join(f"{name}={value}" for name, value in case[0].items())[:50] or "nothing"


@pytest.mark.parametrize("case", range(len(GOOD)), ids=lambda case: shown(GOOD[case]))
def test_good_settings_are_taken_and_the_rest_has_its_default(answers, case):
    expected = GOOD[case][1]

    settings = answers[case]["settings"]

    assert {name: settings[name] for name in expected} == expected


@pytest.mark.parametrize("case", range(len(BAD)), ids=lambda case: shown(BAD[case]))
def test_a_bad_setting_is_named_and_its_value_is_not(answers, case):
    message = answers[FIRST_BAD + case]["bad"]

    assert BAD[case][1] in message
    assert "canary" not in message
    assert message.endswith(".")
    assert "Traceback" not in message


def test_settings_come_from_the_env_file_of_the_folder_and_the_environment_wins(tmp_path):
    (tmp_path / ".env").write_text("PORT=4001\nHOST=0.0.0.0\nUNKNOWN=1\n")

    [answer] = read(tmp_path, {"PORT": "4002"})

    assert answer["settings"]["port"] == 4002
    assert answer["settings"]["host"] == "0.0.0.0"


def test_a_secret_is_not_shown_with_the_settings(tmp_path):
    secrets = {"JWT_SECRET": "canary", "MONGO_URI": "mongodb://ada:canary@127.0.0.1/helpdesk"}

    [answer] = read(tmp_path, SLACK | secrets)

    assert "canary" not in str(answer["settings"])


def test_every_setting_is_named_as_it_is_called_from_outside():
    names = {setting_name(field) for field in Settings.model_fields}

    unprefixed = {name for name in names if not name.startswith("HELPDESK_")}
    assert unprefixed == {
        "HOST",
        "PORT",
        "MONGO_URI",
        "JWT_SECRET",
        "JWT_SECRET_BEFORE",
        "SLACK_BOT_TOKEN",
        "SLACK_SIGNING_SECRET",
        "SLACK_APP_TOKEN",
        "SLACK_API_URL",
        "LOG_LEVEL",
        "LOG_FORMAT",
    }

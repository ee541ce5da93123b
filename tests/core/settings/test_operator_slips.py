"""What an operator gives is taken as meant, or stops the start with what is right."""

import pytest

from tests.core.settings.test_settings import SLACK, read

SOCKET = SLACK | {"SLACK_SIGNING_SECRET": "", "SLACK_APP_TOKEN": "xapp-1-A0-canary"}
CHANNEL = "C0123456789"

# What is unmistakable, and what is made of it.
MEANT = [
    ({"HOST": " 127.0.0.1 "}, "host", "127.0.0.1"),
    ({"HOST": "0.0.0.0\n"}, "host", "0.0.0.0"),
    ({"HOST": '"0.0.0.0"'}, "host", "0.0.0.0"),
    ({"HOST": "'localhost'"}, "host", "localhost"),
    ({"HOST": "[::1]"}, "host", "::1"),
    ({"HOST": "\ufeff::"}, "host", "::"),
    ({"HOST": "127.0.0.1\u200b"}, "host", "127.0.0.1"),
    ({"HOST": "desk.example.com\u00a0"}, "host", "desk.example.com"),
    ({"PORT": " 4001\r\n"}, "port", 4001),
    ({"PORT": '"4001"'}, "port", 4001),
    ({"port": "4001"}, "port", 4001),
    ({"LOG_FORMAT": "JSON"}, "log_format", "json"),
    ({"HELPDESK_URGENT": "High, MEDIUM"}, "urgent", ["high", "medium"]),
    ({"HELPDESK_TIME_ZONE": " Europe/Berlin "}, "time_zone", "Europe/Berlin"),
    ({"HELPDESK_DIGEST_TIME": '"08:30"'}, "digest_time", "08:30:00"),
    (
        {"HELPDESK_CORS_ORIGINS": "https://A.example.com/"},
        "cors_origins",
        ["https://a.example.com"],
    ),
    ({"HELPDESK_AGENTS": "U012,U034"}, "agents", ["U012", "U034"]),
    ({"HELPDESK_AGENTS": "U012 U034"}, "agents", ["U012", "U034"]),
    ({"HELPDESK_AGENTS": "U012;U034\nW056"}, "agents", ["U012", "U034", "W056"]),
    ({"HELPDESK_AGENTS": "<@U012>, <@U034|olga smith>"}, "agents", ["U012", "U034"]),
    ({"HELPDESK_AGENTS": "@U012"}, "agents", ["U012"]),
    ({"HELPDESK_AGENTS": '["U012", "U034"]'}, "agents", ["U012", "U034"]),
    ({"HELPDESK_AGENTS": "u0123456789"}, "agents", ["U0123456789"]),
    ({"HELPDESK_AGENTS": "UABCDEFGH"}, "agents", ["UABCDEFGH"]),
    ({"HELPDESK_ADMINS": "https://acme.slack.com/team/U012"}, "admins", ["U012"]),
    ({"HELPDESK_ON_CALL": "U012, U034"}, "on_call", ["U012", "U034"]),
    ({"HELPDESK_ON_CALL": "<!subteam^S0123456789|@oncall>"}, "on_call", ["S0123456789"]),
    ({"HELPDESK_ON_CALL": "S0123456789"}, "on_call", ["S0123456789"]),
    ({"HELPDESK_INTAKE": "{}"}, "intake", {}),
    *(
        ({"HELPDESK_INTAKE": given}, "intake", {CHANNEL: "every"})
        for given in (
            f'{{"{CHANNEL}":"every"}}',
            f'\'{{"{CHANNEL.lower()}": " Every "}}\'',
            f'{{\n"<#{CHANNEL}|help>": "EVERY"\n}}',
            f'{{"https://acme.slack.com/archives/{CHANNEL}": "every"}}',
        )
    ),
    (
        {"HELPDESK_INTAKE": '{"C01":"offer","G02":"mention","C03":"off"}'},
        "intake",
        {"C01": "offer", "G02": "mention", "C03": "off"},
    ),
    ({}, "ticket_emoji", "ticket"),
    ({"HELPDESK_TICKET_EMOJI": ""}, "ticket_emoji", ""),
    ({"HELPDESK_TICKET_EMOJI": ":Admission_Tickets:"}, "ticket_emoji", "admission_tickets"),
    ({"HELPDESK_TICKET_EMOJI": "\N{TICKET}"}, "ticket_emoji", "ticket"),
    ({"HELPDESK_TICKET_EMOJI": "+1"}, "ticket_emoji", "+1"),
    ({"HELPDESK_ALERT_CHANNEL": "#helpdesk"}, "alert_channel", "#helpdesk"),
    *(
        (SLACK | {"HELPDESK_ALERT_CHANNEL": given}, "alert_channel", CHANNEL)
        for given in (
            f" {CHANNEL} ",
            CHANNEL.lower(),
            f"#{CHANNEL}",
            f"<#{CHANNEL}>",
            f"<#{CHANNEL}|helpdesk>",
            f"https://acme.slack.com/archives/{CHANNEL}",
            f"https://acme.slack.com/archives/{CHANNEL}/p1700000000000100",
            f"https://app.slack.com/client/T012345/{CHANNEL}",
            f"slack://channel?team=T012345&id={CHANNEL}",
        )
    ),
]
# What is not, the setting that is named, and a word of the remedy.
REFUSED = [
    ({"HOST": "   "}, "HOST", "blank"),
    ({"HOST": "http://127.0.0.1"}, "HOST", "without http://"),
    ({"HOST": "127.0.0.1:4000"}, "HOST", "without a port"),
    ({"HOST": "4000"}, "HOST", "address"),
    ({"HOST": "127.0.0"}, "HOST", "address"),
    ({"HOST": "*"}, "HOST", "0.0.0.0 for all"),
    ({"HOST": "canary canary"}, "HOST", "address"),
    ({"HOST": "127.0.0.1\n::1"}, "HOST", "line break"),
    ({"HOST": "canary\x1b[0m"}, "HOST", "control character"),
    ({"HOST": "canary\udcff"}, "HOST", "UTF-8"),
    ({"PORT": "tcp://canary:1"}, "PORT", "from 0 to 65535"),
    ({"PORT": "4000/tcp"}, "PORT", "from 0 to 65535"),
    ({"PORT": "4000 4001"}, "PORT", "from 0 to 65535"),
    ({"JWT_SECRET": "  "}, "JWT_SECRET", "blank"),
    ({"JWT_SECRET": '""'}, "JWT_SECRET", "blank"),
    ({"JWT_SECRET": "\u200b"}, "JWT_SECRET", "blank"),
    ({"JWT_SECRET": "canary\ncanary"}, "JWT_SECRET", "line break"),
    (SLACK | {"SLACK_BOT_TOKEN": "xoxp-canary"}, "SLACK_BOT_TOKEN", "begins with xoxb-"),
    (SLACK | {"SLACK_BOT_TOKEN": "xapp-canary"}, "SLACK_BOT_TOKEN", "begins with xoxb-"),
    (SLACK | {"SLACK_BOT_TOKEN": "xoxe.xoxb-1-canary"}, "SLACK_BOT_TOKEN", "begins with xoxb-"),
    (SLACK | {"SLACK_BOT_TOKEN": "xoxb-..."}, "SLACK_BOT_TOKEN", "copy it anew"),
    (SLACK | {"SLACK_BOT_TOKEN": "xoxb-can ary"}, "SLACK_BOT_TOKEN", "copy it anew"),
    (SLACK | {"SLACK_BOT_TOKEN": "xoxb-can\nary"}, "SLACK_BOT_TOKEN", "line break"),
    (SLACK | {"SLACK_BOT_TOKEN": "xoxb-"}, "SLACK_BOT_TOKEN", "copy it anew"),
    (SOCKET | {"SLACK_APP_TOKEN": "xoxb-canary"}, "SLACK_APP_TOKEN", "begins with xapp-"),
    (SOCKET | {"SLACK_APP_TOKEN": "A0canary"}, "SLACK_APP_TOKEN", "begins with xapp-"),
    (SLACK | {"SLACK_SIGNING_SECRET": "can ary"}, "SLACK_SIGNING_SECRET", "Basic Information"),
    (SLACK | {"SLACK_SIGNING_SECRET": "xoxb-canary"}, "SLACK_SIGNING_SECRET", "Signing Secret"),
    (SLACK | {"SLACK_SIGNING_SECRET": "xapp-canary"}, "SLACK_SIGNING_SECRET", "Signing Secret"),
    (SLACK | {"SLACK_SIGNING_SECRET": "Bearer canary"}, "SLACK_SIGNING_SECRET", "Signing Secret"),
    (SLACK | {"SLACK_SIGNING_SECRET": "1234.5678"}, "SLACK_SIGNING_SECRET", "Signing Secret"),
    (SLACK | {"SLACK_SIGNING_SECRET": "canaryCanarycanaryCanary"}, "SLACK_SIGNING_SECRET", "Sign"),
    (SLACK | {"SLACK_SIGNING_SECRET": "canäry"}, "SLACK_SIGNING_SECRET", "Signing Secret"),
    *(
        (SLACK | {"HELPDESK_ALERT_CHANNEL": given}, "HELPDESK_ALERT_CHANNEL", "such as C0123456789")
        for given in (
            "#helpdesk",
            "helpdesk",
            "D0123456789",
            "U0123456789",
            "https://canary.example.com/",
            "C0123456789,C0123456780",
            "canary",
            "C012 3456",
        )
    ),
    *(
        ({name: given}, name, "such as U0123456789")
        for name in ("HELPDESK_AGENTS", "HELPDESK_ADMINS")
        for given in (
            "canary",
            "@canary",
            "ulrike",
            "walter2",
            "UWE",
            "U012, canary",
            "S0123456789",
            "C0123456789",
            "B0123456789",
            "canary@example.com",
            "<@canary>",
            "<!subteam^S012>",
            "Olga Smith",
        )
    ),
    ({"HELPDESK_CORS_ORIGINS": "canary.example.com"}, "HELPDESK_CORS_ORIGINS", "https://"),
    ({"HELPDESK_CORS_ORIGINS": "https://a/canary"}, "HELPDESK_CORS_ORIGINS", "without a path"),
    ({"HELPDESK_CORS_ORIGINS": "https://*.canary"}, "HELPDESK_CORS_ORIGINS", "https://"),
    ({"HELPDESK_CORS_ORIGINS": "*, canary"}, "HELPDESK_CORS_ORIGINS", "number 2"),
    ({"HELPDESK_RATE_LIMIT": "600"}, "HELPDESK_RATE_LIMIT", "such as 600/minute, or off"),
    ({"HELPDESK_RATE_LIMIT": "none"}, "HELPDESK_RATE_LIMIT", "such as 600/minute, or off"),
    ({"HELPDESK_RATE_LIMIT": "0/hour"}, "HELPDESK_RATE_LIMIT", "such as 600/minute, or off"),
    (
        {"HELPDESK_ANONYMOUS_RATE_LIMIT": "9/min"},
        "HELPDESK_ANONYMOUS_RATE_LIMIT",
        "a second, minute",
    ),
    ({"HELPDESK_TRUSTED_PROXIES": "::1, canary"}, "HELPDESK_TRUSTED_PROXIES", "number 2 is none"),
    ({"HELPDESK_TRUSTED_PROXIES": "10.0.0.1/8"}, "HELPDESK_TRUSTED_PROXIES", "number 1 is none"),
    ({"HELPDESK_SLA_HOURS": '{"high":1,"medium":2,"low":3,"low":4}'}, "HELPDESK_SLA_HOURS", "once"),
    ({"HELPDESK_SLA_HOURS": "[" * 9000}, "HELPDESK_SLA_HOURS", "JSON"),
    *(
        ({"HELPDESK_INTAKE": given}, "HELPDESK_INTAKE", remedy)
        for given, remedy in (
            ("canary", 'JSON such as {"C0123456789":"every"}'),
            ("C0123456789:every", "JSON"),
            ('["C0123456789"]', "JSON"),
            ("{C0123456789:every}", "JSON"),
            ('{"C0123456789":"every",}', "JSON"),
            ('{"#canary":"every"}', "number 1 is none"),
            ('{"C0123456789":"off","D0123456789":"every"}', "number 2 is none"),
            ('{"":"every"}', "by its id"),
            ('{"C0123456789":"canary"}', "every, offer, mention or off"),
            ('{"C0123456789":""}', "every, offer, mention or off"),
            ('{"C0123456789":null}', "every, offer, mention or off"),
            ('{"C0123456789":true}', "number 1 has another"),
            ('{"C0123456789":["every"]}', "number 1 has another"),
            ('{"C0123456789":"off","C0123456789":"off"}', "once"),
            ('{"C0123456789":"off","<#C0123456789>":"off"}', "once"),
        )
    ),
    *(
        ({"HELPDESK_TICKET_EMOJI": given}, "HELPDESK_TICKET_EMOJI", "such as ticket")
        for given in ("\N{BIRD}", "can ary", "canary:canary", "::", "canary,canary")
    ),
    ({"HELPDESK_TICKET_EMOJI": " "}, "HELPDESK_TICKET_EMOJI", "blank"),
    ({"HELPDESK_BUSINESS_HOURS": '{"mon":[],"mon":[]}'}, "HELPDESK_BUSINESS_HOURS", "once"),
    ({"HELPDESK_DATA": "$HOME/canary"}, "HELPDESK_DATA", "whole path"),
    ({"HELPDESK_DATA": "~canary-nobody/x"}, "HELPDESK_DATA", "whole path"),
    ({"HELPDESK_ESCALATIONS": "${canary}/x.yml"}, "HELPDESK_ESCALATIONS", "whole path"),
    ({"HELPDESK_ESCALATIONS": "~canary-nobody/x.yml"}, "HELPDESK_ESCALATIONS", "whole path"),
    ({"HELPDESK_SCAN_SECONDS": "nan"}, "HELPDESK_SCAN_SECONDS", "from 0.05 to 3600"),
    ({"HELPDESK_SCAN_SECONDS": "inf"}, "HELPDESK_SCAN_SECONDS", "from 0.05 to 3600"),
    ({"HELPDESK_SOON_PERCENT": "150"}, "HELPDESK_SOON_PERCENT", "from 0, less than 100"),
    ({"HELPDESK_SOON_PERCENT": "75%"}, "HELPDESK_SOON_PERCENT", "from 0, less than 100"),
    ({"SLACK_API_URL": "http://127.0.0.1:99999/api/"}, "SLACK_API_URL", "on this machine"),
    ({"SLACK_API_URL": "ftp://127.0.0.1/"}, "SLACK_API_URL", "on this machine"),
    ({"SLACK_API_URL": "http://[::1"}, "SLACK_API_URL", "on this machine"),
]


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("slips")
    return read(folder, *(case[0] for case in [*MEANT, *REFUSED]))


@pytest.mark.parametrize("at", range(len(MEANT)), ids=lambda at: f"{MEANT[at][0]!r}"[-60:])
def test_what_is_unmistakable_is_taken_as_meant(answers, at):
    _, field, expected = MEANT[at]

    assert answers[at].get("settings", answers[at]).get(field) == expected


@pytest.mark.parametrize("at", range(len(REFUSED)), ids=lambda at: f"{REFUSED[at][0]!r}"[-60:])
def test_what_is_not_stops_the_start_with_name_and_remedy(answers, at):
    _, name, remedy = REFUSED[at]

    [said] = answers[len(MEANT) + at]["bad"].splitlines()

    assert said.startswith(f"{name} ")
    assert remedy in said
    assert said.endswith(".")
    assert "anary" not in said


def test_a_token_is_found_in_what_was_copied_with_it(tmp_path):
    copies = ["Bearer xoxb-1-a", "bearer  xoxb-1-a", ' "xoxb-1-a"\n']

    answers = read(tmp_path, *(SLACK | {"SLACK_BOT_TOKEN": copy} for copy in copies))

    assert {answer["slack"]["bot_token"] for answer in answers} == {"xoxb-1-a"}


def test_the_signing_secret_is_found_in_what_was_copied_with_it(tmp_path):
    copies = [" canary ", "canary\r\n", "'canary'", "\ufeffcanary"]

    answers = read(tmp_path, *(SLACK | {"SLACK_SIGNING_SECRET": copy} for copy in copies))

    assert {answer["slack"]["signing_secret"] for answer in answers} == {"canary"}


def test_json_may_have_several_lines(tmp_path):
    hours = '{\n  "high": 1,\n\t"medium": 2,\r\n  "low": 3\n}'
    week = '{\n  "mon-fri": ["09:00-17:00"]\n}'

    [answer] = read(tmp_path, {"HELPDESK_RESPONSE_HOURS": hours, "HELPDESK_BUSINESS_HOURS": week})

    assert answer["settings"]["response_hours"] == {"high": 1, "medium": 2, "low": 3}
    assert answer["settings"]["business_hours"] == {"mon-fri": ["09:00-17:00"]}

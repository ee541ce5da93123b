"""Each kind of slip, made with every setting in turn: it is taken as meant, or named. Nothing that
somebody wrote is passed over, and of all that is wrong one start tells."""

import json

import pytest

from core.settings import Settings, setting_name
from tests.core.settings.test_settings import start

# What each may be, and is not by default.
GIVEN = {
    "HOST": "0.0.0.0",
    "PORT": "4001",
    "MONGO_URI": "mongodb://db.example.com/helpdesk",
    "JWT_SECRET": "canary-canary-canary-canary-canary",
    "JWT_SECRET_BEFORE": "canary-before-canary-before-canary",
    "SLACK_BOT_TOKEN": "xoxb-1-canary",
    "SLACK_SIGNING_SECRET": "canary",
    "SLACK_APP_TOKEN": "xapp-1-canary",
    "SLACK_API_URL": "http://127.0.0.1:4500/api/",
    "HELPDESK_LOCAL_SLACK_PORT": "4501",
    "HELPDESK_ALERT_CHANNEL": "C0123456789",
    "HELPDESK_CARD_THREAD": "public",
    "HELPDESK_INTAKE": '{"C0123456789":"every"}',
    "HELPDESK_TICKET_EMOJI": "admission_tickets",
    "HELPDESK_ADMINS": "U0123456780",
    "HELPDESK_AGENTS": "U0123456789,U0123456788",
    "HELPDESK_SLA_HOURS": '{"high":1,"medium":2,"low":3}',
    "HELPDESK_RESPONSE_HOURS": '{"high":1,"medium":2,"low":3}',
    "HELPDESK_REPLY_HOURS": '{"high":1,"medium":2,"low":3}',
    "HELPDESK_BUSINESS_HOURS": '{"mon-fri":["09:00-17:00"]}',
    "HELPDESK_TIME_ZONE": "Europe/Berlin",
    "HELPDESK_HOLIDAYS": "12-24",
    "HELPDESK_SOON_PERCENT": "50",
    "HELPDESK_ACKNOWLEDGE_MINUTES": "30",
    "HELPDESK_CLOSE_WAITING_DAYS": "14",
    "HELPDESK_RETENTION_DAYS": "730",
    "HELPDESK_URGENT": "high,medium",
    "HELPDESK_ESCALATIONS": "steps.yml",
    "HELPDESK_ON_CALL": "S0123456789",
    "HELPDESK_MENTIONS_PER_HOUR": "10",
    "HELPDESK_SCAN_SECONDS": "5",
    "HELPDESK_ALERT_POST_SECONDS": "5",
    "HELPDESK_ALERT_LEASE_SECONDS": "15",
    "HELPDESK_ALERT_HISTORY_SECONDS": "5",
    "HELPDESK_CATCH_UP_SECONDS": "60",
    "HELPDESK_DATA": "helpdesk-data",
    "HELPDESK_MIN_PASSWORD": "8",
    "HELPDESK_CORS_ORIGINS": "https://desk.example.com",
    "HELPDESK_RATE_LIMIT": "100/second",
    "HELPDESK_ANONYMOUS_RATE_LIMIT": "off",
    "HELPDESK_TRUSTED_PROXIES": "10.0.0.0/8,2001:db8::7",
    "LOG_LEVEL": "debug",
    "LOG_FORMAT": "json",
    "HELPDESK_DIGEST_TIME": "08:30",
    "HELPDESK_METRICS_PORT": "9100",
}
TAKEN = {
    "blanks around it": " {name} = {value} ",
    "export": "export {name}={value}",
    "in small letters": "{small}={value}",
    "in quotes": "{name}='{value}'",
    "in two pairs of quotes": "{name}='\"{value}\"'",
    "blanks in quotes": "{name}=' {value} '",
    "a blank that is copied along": "{name}={value}\u00a0",
    "a sign that nobody sees": "{name}=\ufeff{value}\u200b",
    "a comment behind it": "{name}={value} # as agreed",
    "a line break behind it": '{name}="{escaped}\n"',
    "twice the same": "{name}={value}\n{name}={value}",
}
# The last line is the one that is wrong.
REFUSED = {
    "a colon": "{name}: {value}",
    "no sign": "{name} {value}",
    "no value": "{name}",
    "a quote that is not closed": "{name}='{value}",
    "something behind the quote": "{name}='{value}' canary",
    "twice otherwise": "{name}={value}\n{name}=a canary",
    "in another encoding": "{name}={value}\udce4",
    "a NUL": "{name}={value}\0",
    "a name in it that stands for nothing": "{name}=${{CANARY}}{value}",
    "a blank": "{name}=' '",
    "a control character": "{name}={value}\a",
    "what it cannot be": "{name}=canary canary\\",
    "a letter left out": "{left_out}={value}",
    "a letter twice": "{doubled}={value}",
    "two letters swapped": "{swapped}={value}",
    "a minus": "{minus}={value}",
    "our name before it, or left out": "{other}={value}",
}
# A secret may be anything, and so may the name of a folder.
RIGHT = {
    (name, "what it cannot be") for name in ("JWT_SECRET", "JWT_SECRET_BEFORE", "HELPDESK_DATA")
}
NEEDED = ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "HELPDESK_ALERT_CHANNEL")
READ = """
import json, os, sys
from pathlib import Path
from core.settings import BadSettings, read_settings

for content in json.load(sys.stdin):
    Path(".env").write_bytes(content.encode("utf-8", "surrogateescape"))
    try:
        settings, unknown = read_settings()
    except BadSettings as error:
        print(json.dumps({"bad": str(error).splitlines()}))
    else:
        shown = settings.model_dump_json() + str(settings.slack)
        shown += f"{settings.token_secret()} {settings.token_secret_before()}"
        print(json.dumps({"settings": shown, "unknown": unknown}))
"""


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """What a program makes of each of these files of settings."""
    tmp_path = tmp_path_factory.mktemp("slips")
    (tmp_path / "steps.yml").write_text("steps: [{after_minutes: 5, tell: [U0123456789]}]")

    def answers(contents):
        output, _ = start(READ, tmp_path).communicate(json.dumps(contents))
        return [json.loads(line) for line in output.splitlines()]

    return answers


@pytest.fixture(scope="module")
def answers(read):
    """By slip and setting, what is made of the file, and that file; by None without a slip."""
    cases = {(None, name): lines(name, f"{name}={value}") for name, value in GIVEN.items()}
    for kind, line in (TAKEN | REFUSED).items():
        cases |= {(kind, name): content for name, content in slips(kind, line)}
    made = zip(cases.items(), read([*cases.values()]), strict=True)
    answers = {}
    for ((kind, name), content), answer in made:
        answers.setdefault(kind, {})[name] = answer, content
    return answers


def lines(name, written):
    """With what has to go along with it."""
    return "\n".join([*(f"{one}={GIVEN[one]}" for one in NEEDED if one != name), written])


def slips(kind, line):
    """The slip, made with twenty settings in turn."""
    names = [name for name in GIVEN if (name, kind) not in RIGHT]
    first = [*TAKEN, *REFUSED].index(kind) * 7
    for name in (names[at % len(names)] for at in range(first, first + 20)):
        value, rest = GIVEN[name], name.removeprefix("HELPDESK_")
        at = max(at for at in range(len(name) - 1) if name[at] != name[at + 1])
        written = line.format(
            name=name,
            value=value,
            escaped=value.replace('"', '\\"'),
            small=name.lower(),
            left_out=name[:at] + name[at + 1 :],
            doubled=name[:at] + name[at] + name[at:],
            swapped=name[:at] + name[at + 1] + name[at],
            minus=name.replace("_", "-") if "_" in name else f"{name}-",
            other=rest if rest != name else f"HELPDESK_{name}",
        )
        yield name, lines(name, written)


def test_every_setting_is_among_them():
    assert {setting_name(field) for field in Settings.model_fields} == {*GIVEN}


# The content, and how each sentence begins that is said of it.
ALL_AT_ONCE = [
    # What each line and each setting is by itself, in the file and here, and what of them does
    # not go together.
    (
        "hello world\nPORT: canary\n\nHOST=can ary\nLOG_LEVEL=canary\nMONGO_URL=canary\n"
        "HELPDESK_AGENTS=@canary\nSLACK_BOT_TOKEN=xoxb-canary\n"
        "HELPDESK_ALERT_LEASE_SECONDS=5\n",
        [
            ".env, line 1 is no setting, because it has no = after a name",
            ".env, line 2 has a : where a = belongs",
            "MONGO_URL is no setting (.env, line 6): write MONGO_URI in its place",
            "HOST must be an address or a name of this machine",
            "HELPDESK_AGENTS must be Slack user ids such as U0123456789",
            "LOG_LEVEL must be debug, info, warning or error (.env, line 5)",
            "HELPDESK_ALERT_POST_SECONDS must be less than HELPDESK_ALERT_LEASE_SECONDS",
            "SLACK_BOT_TOKEN alone does not connect",
            "HELPDESK_ALERT_CHANNEL must be the id of the channel for tickets and alerts",
        ],
    ),
    # A line that is no text hides no other; what it was to give is not missed twice.
    (
        "SLACK_BOT_TOKEN=xoxb-\udce4\nSLACK_APP_TOKEN=xapp-1\nPORT=canary",
        [
            ".env, line 1 is not text in UTF-8",
            "PORT must be a whole number from 0 to 65535 (.env, line 3)",
        ],
    ),
    (
        "SLACK_TOKEN=xoxb-1\nSLACK_APP_TOKEN=xapp-1",
        ["SLACK_TOKEN is no setting (.env, line 1): write SLACK_BOT_TOKEN in its place"],
    ),
    (
        "SLACK_BOT_TOKEN=canary\nSLACK_APP_TOKEN=xapp-1",
        ["SLACK_BOT_TOKEN must be the one that begins with xoxb-"],
    ),
    # Who knows what else stands in such a file.
    ("\udcff\udcfeSLACK_APP_TOKEN=xapp-1", [".env is UTF-16"]),
]


def test_one_start_tells_all_that_is_wrong(read):
    answers = read([content for content, _ in ALL_AT_ONCE])

    for (_, said), answer in zip(ALL_AT_ONCE, answers, strict=True):
        assert [line[: len(part)] for line, part in zip(answer["bad"], said, strict=True)] == said
        assert all(line.endswith(".") for line in answer["bad"])


@pytest.mark.parametrize("slip", TAKEN)
def test_what_is_unmistakable_is_taken_as_meant(answers, slip):
    assert len(answers[slip]) == 20
    for name, (answer, _) in answers[slip].items():
        [meant, _] = answers[None][name]
        assert "settings" in meant
        assert answer == meant, name


@pytest.mark.parametrize("slip", REFUSED)
def test_what_is_not_is_named_and_its_value_is_not(answers, slip):
    assert len(answers[slip]) == 20
    for name, (answer, content) in answers[slip].items():
        assert "bad" in answer, name
        [said] = answer["bad"]
        last = content.count("\n") + 1
        assert name in said or f".env, line {last} " in said
        assert "canary" not in said.lower()
        assert said.endswith(".")

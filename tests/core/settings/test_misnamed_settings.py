"""Names of settings that are nearly right are told from names that are others'."""

from tests.core.settings.test_settings import read, start

MISNAMED = {
    "MONGO_URL": "MONGO_URI",
    "MONGODB_URI": "MONGO_URI",
    "MONGODB_URL": "MONGO_URI",
    "MONGO_DB_URL": "MONGO_URI",
    "MONGO_CONNECTION_STRING": "MONGO_URI",
    "HELPDESK_MONGO_URI": "MONGO_URI",
    "HELPDESK_MONGODB_URI": "MONGO_URI",
    "MONGO-URI": "MONGO_URI",
    "JWT_SECRT": "JWT_SECRET",
    "JWT_SECRETS": "JWT_SECRET",
    "JWT-SECRET": "JWT_SECRET",
    "HELPDESK_JWT_SECRET": "JWT_SECRET",
    "SLACK_TOKEN": "SLACK_BOT_TOKEN",
    "SLACK_BOTTOKEN": "SLACK_BOT_TOKEN",
    "SLACK_BOT_TOKN": "SLACK_BOT_TOKEN",
    "SLACK_SIGNING_KEY": "SLACK_SIGNING_SECRET",
    "SLACK_APPTOKEN": "SLACK_APP_TOKEN",
    "HELPDESK_SLACK_BOT_TOKEN": "SLACK_BOT_TOKEN",
    "HELPDESK_AGENT": "HELPDESK_AGENTS",
    "HELPDESK_ADMIN": "HELPDESK_ADMINS",
    "HELPDESK_CHANNEL": "HELPDESK_ALERT_CHANNEL",
    "HELPDESK_TIMEZONE": "HELPDESK_TIME_ZONE",
    "HELPDESK_SLA_HOUR": "HELPDESK_SLA_HOURS",
    "HELPDESK_PORT": "PORT",
    "HELPDESK_HOST": "HOST",
    "HELPDESK_LOG_LEVEL": "LOG_LEVEL",
    "helpdesk_agent": "HELPDESK_AGENTS",
    "LOG_LEVL": "LOG_LEVEL",
}
# Of a file that is ours, what is a little further away, too.
MISNAMED_IN_FILE = MISNAMED | {
    "JWT_SECRET_KEY": "JWT_SECRET",
    "LOGLEVEL": "LOG_LEVEL",
    "PROT": "PORT",
    "HSOT": "HOST",
    "ALERT_CHANNEL": "HELPDESK_ALERT_CHANNEL",
    "AGENTS": "HELPDESK_AGENTS",
    "SLA_HOURS": "HELPDESK_SLA_HOURS",
}
FOREIGN = {
    "HOSTNAME": "a",
    "HOSTS": "a",
    "POST": "a",
    "PORTS": "a",
    "MONGO_PORT": "1",
    "MONGO_INITDB_ROOT_USERNAME": "a",
    "ME_CONFIG_MONGODB_URL": "mongodb://a",
    "DATABASE_URL": "mongodb://a",
    "JWT_ISSUER": "a",
    "JWT_SECRET_KEY": "a",
    "LOGLEVEL": "a",
    "LOGNAME": "a",
    "NPM_CONFIG_LOGLEVEL": "a",
    "RUST_LOG": "a",
    "DATA": "a",
    "AGENTS": "a",
    "TZ": "a",
    "HELPDESK_PORT": "tcp://10.0.0.1:4000",
    "HELPDESK_PORT_4000_TCP_ADDR": "10.0.0.1",
    "HELPDESK_SERVICE_HOST": "10.0.0.1",
}


def test_a_name_nearly_right_stops_the_start_with_the_right_one(tmp_path):
    answers = read(tmp_path, *({name: "canary"} for name in MISNAMED))

    assert [answer.get("bad") for answer in answers] == [
        f"{name.upper()} is no setting: write {right} in its place, or take it away."
        for name, right in MISNAMED.items()
    ]


def test_a_name_nearly_right_in_the_file_is_found_by_its_line(tmp_path):
    names = sorted(MISNAMED_IN_FILE, key=str.upper)
    (tmp_path / ".env").write_text("".join(f"\n{name}=canary\n" for name in names))

    [answer] = read(tmp_path, {})

    expected = {
        f"{name.upper()} is no setting (.env, line {2 * (at + 1)}): "
        f"write {MISNAMED_IN_FILE[name]} in its place, or take it away."
        for at, name in enumerate(names)
        # The same name in capitals counts once, and by its last line.
        if name != "HELPDESK_AGENT"
    }
    assert set(answer["bad"].splitlines()) == expected


UNKNOWN = "from core.settings import read_settings; print(*read_settings()[1], sep='\\n')"


def test_names_that_are_others_are_left_alone(tmp_path):
    [answer] = read(tmp_path, FOREIGN)
    warned, _ = start(UNKNOWN, tmp_path, **FOREIGN).communicate()

    assert "settings" in answer
    assert warned == "\n"


def test_a_name_beside_the_right_one_is_warned_about_where_it_is_ours(tmp_path):
    given = {"HELPDESK_AGENT": "a", "HELPDESK_AGENTS": "U1", "MONGO_URL": "a", "MONGO_URI": ""}

    [answer] = read(tmp_path, given)
    warned, _ = start(UNKNOWN, tmp_path, SLACK_WEBHOOK_URL="a", **given).communicate()

    assert answer["settings"]["agents"] == ["U1"]
    assert warned.splitlines() == [
        "HELPDESK_AGENT is no setting, and does nothing. Is HELPDESK_AGENTS meant?",
        "SLACK_WEBHOOK_URL is no setting, and does nothing.",
    ]

"""The `helpdesk` command: what it says and how it exits."""

import socket
from importlib.metadata import version

import pytest


def add(email="amir@example.com", role="admin", *more):
    return ["user", "add", "--email", email, "--name", "Amir", "--role", role, *more]


def test_version_is_the_installed_one(helpdesk):
    assert helpdesk("version").stdout.strip() == version("helpdesk")


async def test_the_description_of_rest_is_what_is_served_and_takes_no_setting(
    helpdesk, session, rest_url
):
    written = helpdesk("openapi", MONGO_URI="nonsense", PORT="many")

    assert (written.returncode, written.stderr) == (0, "")
    async with session.get(f"{rest_url}/openapi.json") as served:
        assert written.stdout == await served.text()


async def test_an_added_admin_signs_in(helpdesk, stranger):
    made = helpdesk(*add(), said="correct-horse-battery\n")

    assert (made.returncode, made.stdout) == (0, "Amir <amir@example.com> may sign in as admin.\n")
    credentials = {"email": "AMIR@example.com", "password": "correct-horse-battery"}
    login = await stranger.post("/api/auth/login", credentials)
    stranger.headers = {"Authorization": f"Bearer {login.body['token']}"}
    assert (await stranger.get("/api/auth/me")).body["role"] == "admin"


async def test_an_added_program_is_known_for_one(helpdesk, store):
    helpdesk(*add("robot@example.com", "agent", "--bot"), said="correct-horse-battery\n")

    assert (await store.accounts.with_email("robot@example.com")).bot is True


def test_a_slack_user_is_named_by_an_id(helpdesk):
    made = helpdesk(*add("amir@example.com", "admin", "--slack", "amir"), said="correct-horse\n")

    assert (made.returncode, made.stdout) == (2, "")
    assert made.stderr == "--slack must be a Slack user's id such as U0123456789.\n"


def test_a_slack_user_is_no_program(helpdesk):
    made = helpdesk(*add("robot@example.com", "agent", "--bot", "--slack", "U0AMIR"))

    assert (made.returncode, "a person" in made.stderr) == (2, True)


async def test_an_added_account_can_be_that_of_a_slack_user(helpdesk, people, store):
    seen = await people.slack_user("U0AMIR", name="amir")

    helpdesk(*add("amir@example.com", "agent", "--slack", "U0AMIR"), said="correct-horse-battery\n")

    account = await store.accounts.get(seen.id)
    assert (account.slack_id, account.email, account.role) == (
        "U0AMIR",
        "amir@example.com",
        "agent",
    )


def test_a_staff_password_needs_twelve_characters(helpdesk):
    refused = helpdesk(*add(), said="eleven-char\n")

    assert refused.returncode == 2
    assert refused.stderr == "The password needs at least 12 characters.\n"


def test_an_email_address_is_taken_only_once(helpdesk):
    helpdesk(*add(), said="correct-horse-battery\n")

    refused = helpdesk(*add("Amir@Example.com"), said="correct-horse-battery\n")

    assert refused.returncode == 1
    assert "already" in refused.stderr


@pytest.mark.parametrize(
    "words", [["nonsense"], ["user", "add"], ["user", "add", "--role", "king"]], ids=str
)
def test_wrong_usage_exits_with_two(helpdesk, words):
    assert helpdesk(*words).returncode == 2


def test_a_bad_setting_stops_the_start_with_its_name_and_never_its_value(helpdesk):
    refused = helpdesk("serve", PORT="many", SLACK_BOT_TOKEN="xoxb-geheim")

    assert refused.returncode == 2
    assert "PORT" in refused.stderr
    assert "geheim" not in refused.stderr + refused.stdout
    assert "Traceback" not in refused.stderr


def test_a_database_that_does_not_answer_is_said_in_a_sentence(helpdesk):
    nowhere = "mongodb://127.0.0.1:1/helpdesk"

    refused = helpdesk("serve", MONGO_URI=nowhere)

    assert refused.returncode == 1
    assert refused.stderr == "MongoDB does not answer. Start it, or correct MONGO_URI.\n"


@pytest.mark.parametrize("mongo", [{}, {"MONGO_URI": ""}], ids=["another's", "its own"])
def test_a_data_folder_that_cannot_be_is_said_with_its_setting(helpdesk, tmp_path, mongo):
    (tmp_path / "file").touch()

    refused = helpdesk("serve", HELPDESK_DATA=str(tmp_path / "file" / "data"), **mongo)

    assert refused.returncode == 2
    assert refused.stderr.startswith("HELPDESK_DATA must be a folder that can be written: ")


def test_the_data_folder_is_for_nobody_else_to_read(helpdesk, tmp_path):
    made = helpdesk(
        *add(), said="correct-horse-battery\n", MONGO_URI="", HELPDESK_DATA=str(tmp_path / "data")
    )

    assert made.returncode == 0, made.stderr
    for folder in ("data", "data/local-slack"):
        assert (tmp_path / folder).stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("setting", ["PORT", "HELPDESK_LOCAL_SLACK_PORT"])
def test_a_port_that_is_taken_is_said_with_the_setting_that_chooses_it(helpdesk, setting):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = str(other.getsockname()[1])
        ports = {"PORT": "0", "HELPDESK_LOCAL_SLACK_PORT": "0"} | {setting: taken}

        refused = helpdesk("serve", "--no-samples", **ports)

    assert refused.returncode == 1
    said = f"Port {taken} is taken: stop what uses it, or set {setting} to another.\n"
    assert refused.stderr == said
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("host", ["192.0.2.1", "nowhere.invalid"])
def test_a_host_that_is_not_this_machine_names_its_setting(helpdesk, host):
    refused = helpdesk("serve", "--no-samples", HOST=host)

    assert refused.returncode == 1
    assert refused.stderr == (
        "HOST must be an address or a name of this machine, such as 127.0.0.1.\n"
    )


@pytest.mark.parametrize("content", [b"PORT: 4000\n", b"\xff\xfe", b"JWT_SECRT=geheim\n"])
def test_a_line_of_the_file_that_is_none_stops_the_start(helpdesk, tmp_path, content):
    (tmp_path / ".env").write_bytes(content)

    refused = helpdesk("serve")

    assert refused.returncode == 2
    assert ".env" in refused.stderr
    assert "geheim" not in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_secret_that_is_none_stops_the_start_and_is_told_to_be_brought_back(helpdesk, tmp_path):
    (tmp_path / "data").mkdir(mode=0o700)
    (tmp_path / "data" / "jwt_secret").touch(mode=0o600)

    refused = helpdesk("serve", HELPDESK_DATA=str(tmp_path / "data"), JWT_SECRET="")

    assert refused.returncode == 2
    assert "holds no secret to sign tokens with" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("uri", ["nonsense", "mongodb://ada:p@ss@host/helpdesk"])
def test_an_address_that_is_none_names_its_setting(helpdesk, uri):
    refused = helpdesk("serve", MONGO_URI=uri)

    assert refused.returncode == 2
    assert refused.stderr.startswith("MONGO_URI must be an address")
    assert "p@ss" not in refused.stderr


def test_slack_tokens_that_were_swapped_are_told_apart(helpdesk):
    swapped = {"SLACK_BOT_TOKEN": "xapp-1", "SLACK_APP_TOKEN": "xoxb-1"}

    refused = helpdesk("serve", HELPDESK_ALERT_CHANNEL="C0123456789", **swapped)

    assert refused.returncode == 2
    assert "SLACK_BOT_TOKEN must be the one that begins with xoxb-" in refused.stderr

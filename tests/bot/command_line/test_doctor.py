"""`helpdesk doctor` where one thing is wrong: it names that and its mend, and nothing else."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.command_line.checks import machine, mongo
from bot.command_line.checks.finding import Verdict
from bot.slack.lookups.scopes import SCOPES
from core.clock import utcnow
from core.settings import Settings
from core.store import open_store
from core.store.mongo.embedded import installed_mongod
from localslack import Fault
from tests.bot.conftest import BOT_TOKEN, MANIFEST, SIGNING_SECRET, strict_slack
from tests.conftest import SECRET
from tests.support.lone_mongod import lone_mongod
from tests.support.started import ended


@pytest.fixture
async def own_uri(mongo_uri, raw_client):
    """A database of its own, as a desk has left it: indexes may be dropped there."""
    uri = mongo_uri.replace("/helpdesk?", "/doctor?")
    async with open_store(uri) as store:
        await store.prepare()
        yield uri
    await raw_client.drop_database("doctor")


@pytest.fixture
def given(slack, own_uri, tmp_path):
    """A set-up in which all is well."""
    return {
        "MONGO_URI": own_uri,
        "JWT_SECRET": SECRET,
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": slack.api_url,
        "HELPDESK_ALERT_CHANNEL": slack.helpdesk.id,
        "HELPDESK_AGENTS": slack.olga.id,
        "HELPDESK_ON_CALL": slack.olga.id,
        "HELPDESK_DATA": str(tmp_path / "data"),
    }


@pytest.fixture
def run(given, tmp_path):
    """The command as it is started."""

    async def ran(*words, **changed):
        return await ended("doctor", *words, cwd=tmp_path, settings=given | changed)

    return ran


@pytest.fixture
def problems(run):
    """What is wrong, as (check, message); the exit status has to say so."""

    async def found(**changed):
        status, said, complaints = await run("--json", **changed)
        assert "Traceback" not in complaints
        told = json.loads(said)
        wrong = [
            (one["check"], one["message"]) for one in told["checks"] if one["verdict"] == "problem"
        ]
        assert (status, told["ok"]) == ((1, False) if wrong else (0, True))
        return wrong

    return found


async def test_where_all_is_well_it_says_so_of_each_thing_and_exits_with_zero(run, slack):
    status, said, complaints = await run()

    assert (status, complaints) == (0, "")
    lines = [line.split(maxsplit=1) for line in said.splitlines()]
    assert {word for word, _ in lines} == {"ok", "not"}
    rest = [words for word, words in lines if word == "not"]
    assert [words.split(None, 1)[1].split("  ")[0] for words in rest] == ["disk", "signing secret"]
    for scope in SCOPES:
        assert f"{scope} is there." in said
    assert not slack.calls_of("chat.postMessage")


async def test_an_index_that_the_next_start_makes_is_no_problem(run, raw_client):
    accounts = raw_client["doctor"]["accounts"]
    await accounts.drop_index("email")
    # Not alike: the index is of those alone that have one.
    await accounts.insert_many({"name": "Olga"} for _ in range(2))

    status, said, _ = await run("--json")

    found = [one for one in json.loads(said)["checks"] if one["check"] == "index"]
    message = "The index accounts.email is missing: a desk that runs makes it within a minute."
    assert found == [{"check": "index", "verdict": "note", "message": message}]
    assert status == 0
    assert "email" not in await accounts.index_information()


async def test_socket_mode_is_asked_for_and_left_to_the_desk(run, slack):
    by_socket = {"SLACK_SIGNING_SECRET": "", "SLACK_APP_TOKEN": slack.app_token}

    status, said, _ = await run(**by_socket)

    assert status == 0
    assert "Slack takes SLACK_APP_TOKEN" in said
    assert slack.sockets.count == 0


async def test_it_is_wrong_usage_to_say_more(run):
    assert (await run("please"))[0] == 2


class TestOfOneThingThatIsWrong:
    async def test_a_token_that_slack_refuses(self, problems, slack):
        [(check, said)] = await problems(SLACK_BOT_TOKEN="xoxb-another")
        slack.workspace.problems.clear()

        assert check == "token"
        assert said == (
            "Slack refuses the bot's token (invalid_auth): set SLACK_BOT_TOKEN to the token of the"
            " installed app."
        )

    async def test_a_slack_that_cannot_be_reached(self, problems):
        [(check, said)] = await problems(SLACK_API_URL="http://127.0.0.1:1/api/")

        assert check == "token"
        assert "see whether this machine reaches it" in said

    async def test_a_channel_that_the_bot_is_not_in(self, problems, slack):
        await slack.remove(slack.bot, "#helpdesk", by=slack.amir)

        [(check, said)] = await problems()

        assert check == "channels"
        assert said.startswith(f"{slack.helpdesk.id}: Slack refuses messages (not_in_channel)")
        assert "type /invite @HelpDesk in the channel" in said

    async def test_a_channel_that_is_archived(self, problems, slack):
        await slack.archive("#helpdesk", by=slack.amir)

        [(check, said)] = await problems()

        assert check == "channels"
        assert "unarchive the channel, or name another in HELPDESK_ALERT_CHANNEL" in said

    async def test_a_channel_of_the_intake_that_is_none(self, problems):
        [(check, said)] = await problems(HELPDESK_INTAKE='{"C0NOWHERE1":"every"}')

        assert check == "channels"
        assert "C0NOWHERE1" in said
        assert "HELPDESK_INTAKE" in said

    async def test_an_agent_whom_slack_does_not_know(self, problems, slack):
        agents = f"{slack.olga.id},U0NOBODY123"

        [(check, said)] = await problems(HELPDESK_AGENTS=agents)

        assert check == "people"
        assert said.startswith("Slack knows nobody of the id U0NOBODY123, which HELPDESK_AGENTS")

    async def test_an_app_token_that_slack_refuses(self, problems, slack):
        by_socket = {"SLACK_SIGNING_SECRET": "", "SLACK_APP_TOKEN": "xapp-another"}

        [(check, said)] = await problems(**by_socket)
        slack.workspace.problems.clear()

        assert check == "socket"
        assert "set SLACK_APP_TOKEN to a token of this app" in said

    async def test_a_mongodb_that_does_not_answer(self, problems):
        [wrong] = await problems(MONGO_URI="mongodb://127.0.0.1:1/helpdesk")

        assert wrong == ("database", "MongoDB does not answer. Start it, or correct MONGO_URI.")

    async def test_a_mongodb_of_a_name_that_no_machine_has(self, problems):
        [(check, said)] = await problems(MONGO_URI="mongodb://nowhere.invalid/helpdesk")

        assert check == "database"
        assert said.startswith("No machine has the name that MONGO_URI gives")

    async def test_a_password_that_mongodb_does_not_know(self, problems, own_uri):
        uri = own_uri.replace("mongodb://", "mongodb://ada:geheim@")

        [(check, said)] = await problems(MONGO_URI=uri)

        assert check == "database"
        assert said.startswith("MongoDB refuses the user name or password in MONGO_URI")
        assert "geheim" not in said

    async def test_a_replica_set_of_another_name(self, problems, own_uri):
        uri = own_uri.replace("directConnection=true", "replicaSet=another")

        [(check, said)] = await problems(MONGO_URI=uri)

        assert check == "database"
        assert "whether the replicaSet in MONGO_URI is its name" in said

    async def test_a_mongodb_that_is_no_replica_set(self, problems, tmp_path):
        async with lone_mongod(tmp_path / "lone") as uri:
            [(check, said)] = await problems(MONGO_URI=uri)

        assert check == "replica set"
        assert "--replSet" in said
        assert "rs.initiate()" in said
        assert "nobody can link their Slack user" in said

    async def test_an_index_whose_documents_are_alike(self, problems, raw_client):
        accounts = raw_client["doctor"]["accounts"]
        await accounts.drop_index("email")
        await accounts.insert_many({"email_folded": "ada@example.com"} for _ in range(2))

        [(check, said)] = await problems()

        assert check == "index"
        assert "documents of “accounts” are alike in email_folded" in said
        assert "ada@example.com" not in said

    async def test_an_index_that_another_stands_in_the_way_of(self, problems, raw_client):
        accounts = raw_client["doctor"]["accounts"]
        await accounts.drop_index("email")
        await accounts.create_index("name", name="email")

        [(check, said)] = await problems()

        assert check == "index"
        assert 'Drop it: db.accounts.dropIndex("email").' in said

    async def test_a_setting_that_cannot_be(self, problems):
        [(check, said)] = await problems(HELPDESK_SOON_PERCENT="geheim")

        assert check == "settings"
        assert said.startswith("HELPDESK_SOON_PERCENT must be a number")
        assert "geheim" not in said

    async def test_a_secret_that_is_short(self, problems):
        [(check, said)] = await problems(JWT_SECRET="geheim")

        assert check == "secret"
        assert said.startswith("JWT_SECRET is short")
        assert "geheim" not in said

    async def test_a_kept_secret_that_is_none(self, problems, tmp_path):
        (tmp_path / "data").mkdir()
        (tmp_path / "data" / "jwt_secret").touch()

        [(check, said)] = await problems(JWT_SECRET="")

        assert check == "secret"
        assert "Bring it back from a backup, or delete it" in said

    async def test_a_data_folder_that_cannot_be_written(self, problems, tmp_path):
        (tmp_path / "file").touch()

        [(check, said)] = await problems(
            JWT_SECRET="", HELPDESK_DATA=str(tmp_path / "file" / "data")
        )

        assert check == "disk"
        assert said.startswith("HELPDESK_DATA must be a folder that can be written: ")


@pytest.mark.parametrize("scope", ["chat:write", "channels:history", "files:write"])
async def test_a_scope_that_is_missing_is_named_with_what_is_lost(run, given, scope):
    async with strict_slack(replace(MANIFEST, scopes=MANIFEST.scopes - {scope})) as slack:
        status, said, _ = await run("--json", SLACK_API_URL=slack.api_url)
        slack.workspace.problems.clear()  # Slack minds what is tried without it.

    told = [one for one in json.loads(said)["checks"] if one["verdict"] in ("problem", "note")]
    [one] = told
    optional = SCOPES[scope].optional
    assert (one["check"], one["verdict"]) == ("scopes", "note" if optional else "problem")
    assert SCOPES[scope].lost in one["message"]
    assert "manifest.yml" in one["message"]
    assert status == (0 if optional else 1)


async def test_a_channel_of_which_slack_says_nothing_is_not_checked(run, slack):
    slack.fail("conversations.history", Fault.status(503), times=None)

    status, said, _ = await run()

    assert status == 0
    assert f"because Slack has said nothing of {slack.helpdesk.id}." in said


async def test_clocks_that_differ_are_told_by_how_much(given, own_uri):
    settings = Settings(_env_file=None, MONGO_URI=own_uri)
    for seconds, way in ((-20, "behind"), (20, "before")):
        shifted = lambda by=seconds: utcnow() + timedelta(seconds=by)  # noqa: E731
        found = [one async for one in mongo.of_mongo(settings, shifted)]

        [wrong] = [one for one in found if one.verdict is Verdict.PROBLEM]
        assert wrong.check == "clock"
        assert f"20 s {way} MongoDB's" in wrong.message
        assert "NTP" in wrong.message


def test_a_disk_that_is_nearly_full_is_told(tmp_path):
    settings = Settings(_env_file=None, HELPDESK_DATA=tmp_path)

    assert machine.of_disk(settings).verdict is Verdict.OK
    found = machine.of_disk(settings, least=2**60)

    assert found.verdict is Verdict.PROBLEM
    assert found.message.startswith("Only ")


async def test_a_database_that_no_desk_has_used_is_not_checked_for_indexes(run, mongo_uri):
    status, said, _ = await run(MONGO_URI=mongo_uri.replace("/helpdesk?", "/new?"))

    assert status == 0
    assert "because no desk has run on this database yet" in said


async def test_the_desk_without_any_setting_is_well(run, given, tmp_path):
    """With a MongoDB and a Slack of its own."""
    if installed_mongod() is None:
        pytest.skip("there is no mongod to start")
    nothing = dict.fromkeys(given, "") | {"HELPDESK_DATA": str(tmp_path / "data")}

    status, said, _ = await run(**nothing)

    assert status == 0, said
    assert "The desk's own MongoDB starts." in said
    assert "the desk has a Slack of its own" in said

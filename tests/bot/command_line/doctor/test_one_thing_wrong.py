"""`helpdesk doctor` where one thing is wrong: it names that and its mend, and nothing else."""

import json
from dataclasses import replace

import pytest

from bot.slack.lookups.scopes import SCOPES
from tests.bot.conftest import MANIFEST, strict_slack
from tests.support.lone_mongod import lone_mongod


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

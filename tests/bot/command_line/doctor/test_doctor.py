"""`helpdesk doctor`: what it looks at, and what it leaves alone."""

import json
from datetime import timedelta

import pytest

from bot.command_line.checks import machine, mongo
from bot.command_line.checks.finding import Verdict
from bot.slack.lookups.scopes import SCOPES
from core.clock import utcnow
from core.settings import Settings
from core.store.mongo.embedded import installed_mongod
from localslack import Fault


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

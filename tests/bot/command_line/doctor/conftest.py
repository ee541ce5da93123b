"""`helpdesk doctor` as it is started, in a set-up in which all is well."""

import json

import pytest

from core.store import open_store
from tests.bot.conftest import BOT_TOKEN, SIGNING_SECRET
from tests.conftest import SECRET
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

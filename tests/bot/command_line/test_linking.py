"""`helpdesk user link`: whose Slack id is mistyped becomes nobody."""

import pytest

from core.people.accounts import Role
from localslack import Fault
from tests.bot.conftest import BOT_TOKEN, SIGNING_SECRET
from tests.support.started import ended

EMAIL = "ben@example.com"


@pytest.fixture
async def run(slack, store, mongo_uri, tmp_path, password_hash):
    """The command as it is started, for somebody's account."""
    await store.accounts.add(name="Ben", email=EMAIL, password_hash=password_hash, role=Role.USER)

    async def ran(slack_id):
        settings = {
            "MONGO_URI": mongo_uri,
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": slack.api_url,
            "HELPDESK_ALERT_CHANNEL": slack.helpdesk.id,
            "HELPDESK_DATA": str(tmp_path / "data"),
        }
        return await ended("user", "link", EMAIL, slack_id, cwd=tmp_path, settings=settings)

    return ran


@pytest.fixture
def in_slack(database):
    async def ids():
        rows = database["accounts"].find({"slack_id": {"$exists": True}})
        return [row["slack_id"] async for row in rows]

    return ids


async def test_whom_slack_does_not_know_is_nobody(run, in_slack):
    status, said, complaints = await run("U0NOBODY123")

    assert (status, said) == (1, "")
    assert complaints == (
        "Slack knows nobody of the id U0NOBODY123: Copy member ID, in a person's profile, gives "
        "the right one.\n"
    )
    assert await in_slack() == []


async def test_whom_slack_knows_need_not_have_used_the_desk(run, slack, in_slack):
    status, said, _ = await run(slack.ben.id)

    assert status == 0
    assert said == "Ben <ben@example.com> is U0BEN in Slack now: their tickets are one list.\n"
    assert await in_slack() == [slack.ben.id]


@pytest.mark.parametrize("fault", [Fault.status(503), Fault.error("missing_scope")])
async def test_where_slack_does_not_say_it_is_whom_the_desk_has_seen(
    run, slack, store, in_slack, fault
):
    slack.fail("users.info", fault, times=None)
    await store.accounts.of_slack_user(slack.ben.id, name="ben")

    status, said, complaints = await run(slack.ada.id)
    assert (status, said) == (1, "")
    assert complaints.startswith(f"The desk has not seen {slack.ada.id} yet")

    assert (await run(slack.ben.id))[0] == 0
    assert await in_slack() == [slack.ben.id]

"""The desk is one workspace's, and its people's: nobody else gets in, or an account."""

import pytest

from bot.slack.receiver.workspace import NoPerson, NotOurs, Workspace
from localslack import Fault
from tests.bot.conftest import card_of
from tests.support.deliveries import nothing_is_owed
from tests.support.slack_requests import ADA, OLGA, command, form, pressed, send, sent

ELSEWHERE = {"id": "T0OTHER", "domain": "other"}


@pytest.fixture
async def known(slack, desk_url, file):
    """The desk has asked Slack whose it is, and has posted."""
    await slack.until(lambda: [call for call in slack.calls_of("auth.test") if call.seconds])
    await file("The first")
    # It is posted when the answer about the first is in.
    return await file("The second")


async def accounts(database):
    return await database.accounts.distinct("slack_id")


@pytest.mark.parametrize(
    "foreign",
    [
        {"team_id": "T0OTHER"},
        {"api_app_id": "A0OTHER"},
        {"user_id": "USLACKBOT"},
        {"user_id": "U0BOT"},
        {"team_id": "T0OTHER", "enterprise_id": "E1", "is_enterprise_install": "true"},
    ],
    ids=str,
)
async def test_a_command_from_elsewhere_files_nothing(slack, known, database, foreign):
    before = await accounts(database)
    body = command(**({"text": "new high x", "user_id": "U0NEW", "trigger_id": "7.7"} | foreign))

    reply = await send(slack, body)

    assert reply.status == 200
    assert reply.json["response_type"] == "ephemeral"
    assert "workspace" in reply.json["text"] or "people" in reply.json["text"]
    assert await accounts(database) == before
    assert await database.tickets.count_documents({}) == 2


@pytest.mark.parametrize(
    "foreign",
    [
        {"team": ELSEWHERE},
        {"api_app_id": "A0OTHER"},
        {"user": {"id": "USLACKBOT", "name": "slackbot"}},
        {"user": {"id": "U0BOT", "name": "helpdesk"}},
    ],
    ids=str,
)
async def test_a_press_and_a_form_from_elsewhere_do_nothing(slack, known, database, foreign):
    await nothing_is_owed(database)
    before = await accounts(database), await database.tickets.find().to_list()
    user = {"user": ADA | {"id": "U0NEW"}} | foreign

    press = await send(slack, form(pressed("start", "T-1", **user)))
    filed = await send(slack, form({**sent(), **user}))

    assert (press.status, press.body) == (200, b"")
    assert filed.json["response_action"] == "errors"
    assert (await accounts(database), await database.tickets.find().to_list()) == before


async def test_who_pressed_from_elsewhere_is_told(slack, known):
    await slack.command("status 1", by=slack.olga)
    url = f"{slack.base_url}response/"
    address = next(
        value for value in slack.http.last.body.decode().split("&") if "response" in value
    )
    address = url + address.rsplit("%2F", 1)[1]

    await send(slack, form(pressed("start", "T-1", by=OLGA, team=ELSEWHERE, response_url=address)))

    assert await slack.until(
        lambda: [m for m in slack.seen_by(slack.olga, "#general") if "another Slack" in m.text]
    )


async def test_people_of_a_workspace_that_shares_a_channel_are_welcome(slack, known, program):
    guest = {"id": "W0GUEST", "name": "gus", "username": "gus", "team_id": "T0OTHER"}
    elsewhere = {"team": ELSEWHERE, "view": {"id": "V7", "app_installed_team_id": "T0LOCAL"}}

    filed = await send(slack, form(sent("From a guest", by=guest)))
    sent_there = await send(slack, form(sent("From there", by=guest, **elsewhere)))
    press = await send(slack, form(pressed("start", "T-3", by=guest)))

    assert (filed.body, sent_there.body, press.body) == (b"", b"", b"")
    found = (await program.get("/api/tickets")).body["items"]
    assert [item["requester"]["name"] for item in found] == ["gus", "gus", "ada", "ada"]
    assert found[1]["status"] == "in_progress"


async def test_what_is_not_known_yet_refuses_nobody(slack, start, store, database):
    slack.fail("auth.test", Fault.status(503))
    async with start():
        reply = await send(slack, command(text="new high x", team_id="T0OTHER"))

        assert "is filed" in reply.json["text"]
        assert await slack.until(lambda: card_of(slack, "T-1"))


def test_an_app_of_a_whole_organization_is_used_from_all_its_workspaces():
    ours = Workspace()
    ours.is_told(
        {"team_id": "E1", "enterprise_id": "E1", "is_enterprise_install": True, "user_id": "U1"}
    )

    ours.check({"team_id": "T7", "enterprise_id": "E1", "user_id": "U2"})
    ours.check({"team": {"id": "T8"}, "enterprise": {"id": "E1"}, "user": {"id": "U2"}})
    ours.check({"team": None, "enterprise": {"id": "E1"}, "user": {"id": "U2"}})
    with pytest.raises(NotOurs):
        ours.check({"team_id": "T7", "enterprise_id": "E2", "user_id": "U2"})
    with pytest.raises(NotOurs):
        ours.check({"team_id": "T7", "user_id": "U2"})
    with pytest.raises(NoPerson):
        ours.check({"team_id": "T7", "enterprise_id": "E1", "user_id": "U1"})

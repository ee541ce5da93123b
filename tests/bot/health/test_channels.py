"""A channel that takes nothing, or that cannot be read: what /readyz says of it, and to whom."""

import asyncio
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from api.tokens import Tokens
from bot.health import PASSING
from bot.slack.api_errors import UNTIL_REPAIRED
from bot.slack.history import Doubt
from core.people.accounts import Role
from localslack import Fault
from tests.bot.health.conftest import NOWHERE, kinds, told_of
from tests.conftest import SECRET

BROKEN = "Slack refuses messages (not_in_channel): type /invite @HelpDesk in the channel."


async def post(poster, channel):
    until = asyncio.get_running_loop().time() + 5
    return await poster.post(channel, {"text": "Hello"}, until=until)


async def test_what_another_channel_does_not_take_breaks_nothing(health, poster):
    await post(poster, NOWHERE)

    assert await kinds(health) == [("messages", False)]


@pytest.mark.parametrize("owed", [True, False])
async def test_what_was_refused_here_is_told_while_anything_is_owed(
    slack, health, poster, program, owed
):
    """Another process may have posted it since: then this one would never know."""
    slack.fail("chat.postMessage", Fault.error("not_in_channel"), times=None)
    if owed:
        await program.file("VPN is down")
    await post(poster, slack.helpdesk.id)
    assert await kinds(health) == [("messages", True)]

    poster.troubles._failing["chat.postMessage", slack.helpdesk.id].latest -= UNTIL_REPAIRED + 1

    assert await kinds(health) == ([("messages", True)] if owed else [])


async def test_a_message_that_is_gone_says_nothing_about_its_channel(slack, health, poster):
    await poster.edit(slack.helpdesk.id, "1.1", {"text": "Hello"})

    assert [call.answer["error"] for call in slack.calls_of("chat.update")] == ["message_not_found"]
    assert await health.problems() == []


async def test_without_the_scope_for_histories_the_desk_is_ok_and_says_so(
    slack, health, history, clock
):
    slack.fail("conversations.history", Fault.error("missing_scope"))

    with capture_logs() as logged:
        assert (await history.look([Doubt(clock(), clock())], channel=slack.helpdesk.id)).blind
        assert await kinds(health) == [("history", False)]

    assert told_of(logged) == [("a problem", "history")]


async def test_a_channel_that_cannot_be_read_breaks_a_promise_until_it_can(health, history, clock):
    await history.look([Doubt(clock(), clock())], channel=NOWHERE)

    assert await kinds(health) == [("history", True)]


@pytest.mark.parametrize("forwarded", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
async def test_channels_are_named_to_callers_on_this_machine_and_to_admins_only(
    slack, program, store, forwarded, looked
):
    slack.fail("chat.postMessage", Fault.error("not_in_channel"), times=None)
    await program.file("Server down")
    await slack.until(lambda: slack.calls_of("chat.postMessage"))
    await looked()
    admin = await store.accounts.add(
        name="Amir", email="amir@example.com", password_hash="none", role=Role.ADMIN
    )
    token = {"Authorization": f"Bearer {Tokens(SECRET).issue(admin)}"}
    through = {forwarded: "203.0.113.7"}

    near = await replace(program, headers={}).get("/readyz")
    far = await replace(program, headers=through).get("/readyz")
    agent = await program.get("/readyz", headers=through)
    forged = await program.get("/readyz", headers=through | {"Authorization": "Bearer x"})
    amir = await replace(program, headers=through | token).get("/readyz")

    assert {answer.status for answer in (near, far, agent, forged, amir)} == {503}
    for answer in (near, amir):
        assert answer.body["detail"] == [BROKEN]
        assert answer.body["problems"][0]["message"] == BROKEN
    for answer in (far, agent, forged):
        [problem] = answer.body["problems"]
        assert problem.keys() == {"name", "since"}
        assert (answer.body["status"], answer.body["detail"]) == ("not ready", ["messages"])


@pytest.mark.parametrize(
    ("why", "channel", "remedy", "patience"),
    [
        ("channel_not_found", "C0HELPDESK", "by its id, in HELPDESK_ALERT_CHANNEL", 0),
        ("channel_not_found", NOWHERE, "/invite @HelpDesk in the channel, or close the tickets", 0),
        ("not_in_channel", "C0HELPDESK", "type /invite @HelpDesk in the channel", 0),
        ("missing_scope", NOWHERE, "install the app again from manifest.yml", 0),
        ("ratelimited", NOWHERE, "it goes on as fast as Slack lets it", PASSING),
        ("TimeoutError", NOWHERE, "see whether this machine reaches Slack", PASSING),
    ],
)
async def test_how_far_the_reading_is_behind_is_told_with_a_remedy(
    health, store, now, why, channel, remedy, patience
):
    await store.readings.add_channels([channel], since="1772442000.000100")
    await store.readings.failed(channel, why)
    with capture_logs() as logged:
        if patience:
            assert await kinds(health) == []
            now.seconds += patience
        assert await kinds(health) == [("reading", False)]
        [problem] = await health.problems()
        assert problem.message.startswith(f"What was said in {channel} since 2026-03-02 09:00 UTC")
        assert f"({why})" in problem.message
        assert remedy in problem.message

        await store.readings.read_to(channel, "1772442000.000200")
        assert await kinds(health) == []
    assert told_of(logged) == [("a problem", "reading"), ("a problem is over", "reading")]

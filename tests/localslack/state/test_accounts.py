"""People whose account is closed: what they can still do, and what the app is told of them."""

from dataclasses import replace

import pytest

from localslack import NotPossible
from tests.localslack.web_api.test_web_api import refused


@pytest.fixture
def manifest(manifest):
    return replace(
        manifest,
        events=manifest.events | {"user_change"},
        scopes=manifest.scopes | {"users:read.email", "im:write"},
    )


async def test_the_app_is_told_that_somebody_is_deactivated(slack, client, ear):
    await slack.deactivate(slack.ada)
    await slack.deactivate(slack.ada)

    event = ear.event["event"]
    shown = (await client.users_info(user="U0ADA"))["user"]
    assert len(ear.heard) == 1
    assert (event["type"], event["user"]) == ("user_change", shown)
    assert shown["deleted"] is True
    listed = (await client.users_list())["members"]
    assert [each["id"] for each in listed if each["deleted"]] == ["U0ADA"]


async def test_who_is_deactivated_is_not_found_by_email_and_gets_no_new_conversation(slack, client):
    await slack.deactivate(slack.ada)

    await refused(client.users_lookupByEmail(email="ada@example.com"), "users_not_found")
    await refused(client.conversations_open(users="U0ADA"), "user_disabled")
    # As in Slack, where their direct messages are still there, for nobody to read.
    assert (await client.chat_postMessage(channel="U0ADA", text="Hi"))["ok"]


@pytest.mark.parametrize(
    "doing",
    [
        lambda s, _: s.post("Hi", by=s.ada),
        lambda s, _: s.command("new", by=s.ada),
        lambda s, _: s.shortcut("open_ticket", by=s.ada),
        lambda s, _: s.open_home(by=s.ada),
        lambda s, _: s.invite(s.bot, "#random", by=s.ada),
        lambda s, _: s.invite(s.ada, "#private-ops", by=s.olga),
        lambda s, form: s.submit(form, title="VPN"),
        lambda s, form: s.close(form),
    ],
    ids=["post", "command", "shortcut", "home", "invite", "be invited", "submit", "close"],
)
async def test_who_is_deactivated_can_do_nothing(slack, ear, form, doing):
    await slack.deactivate(slack.ada)
    before = len(ear.heard)

    with pytest.raises(NotPossible, match="ada is deactivated"):
        await doing(slack, form)
    assert len(ear.heard) == before


async def test_who_is_deactivated_does_nothing_to_messages_and_has_no_files(slack, ear, card):
    await slack.deactivate(slack.ada)

    for doing in (
        slack.click(card, "claim", by=slack.ada),
        slack.react(card, "eyes", by=slack.ada),
        slack.message_shortcut("from_message", card, by=slack.ada),
    ):
        with pytest.raises(NotPossible, match="ada is deactivated"):
            await doing
    with pytest.raises(NotPossible, match="ada is deactivated"):
        slack.upload("a.txt", b"a", by=slack.ada)


async def test_an_account_can_be_opened_again(slack, client, ear):
    await slack.deactivate(slack.ada)
    await slack.reactivate(slack.ada)

    await slack.post("I am back", by=slack.ada)
    assert ear.event["event"]["user"]["deleted"] is False
    assert (await client.users_lookupByEmail(email="ada@example.com"))["ok"]


async def test_an_app_has_no_account_to_close(slack):
    with pytest.raises(NotPossible, match="removed from channels"):
        await slack.deactivate(slack.bot)

"""Methods by which an app finds its way: channels, members, people, the workspace, itself."""

from dataclasses import replace

import pytest

from tests.localslack.web_api.test_web_api import refused

READ = {"channels:read", "groups:read", "im:read", "mpim:read"}


@pytest.fixture
def manifest(manifest):
    more = {"channels:join", "users:read.email", "team:read", "usergroups:read"}
    return replace(manifest, scopes=manifest.scopes | READ | more)


def names(answer):
    return [channel.get("name", channel["id"]) for channel in answer["channels"]]


async def test_channels_are_listed_by_type_and_private_ones_only_from_within(slack, client):
    slack.direct(slack.ada)
    public = await client.conversations_list()
    assert names(public) == ["general", "helpdesk", "random"]
    every = "public_channel,private_channel,im,mpim"
    assert "private-ops" not in names(await client.conversations_list(types=every))
    slack.channel("#private-ops").members.add("U0BOT")
    private = await client.conversations_list(types=["private_channel", "im"])
    assert names(private) == ["private-ops", "D0ADA"]
    assert slack.problems == []


async def test_channels_go_by_pages_and_without_archived_ones(slack, client):
    slack.channel("#random").is_archived = True
    first = await client.conversations_list(limit=2, exclude_archived=False)
    cursor = first["response_metadata"]["next_cursor"]
    rest = await client.conversations_list(limit=2, cursor=cursor)
    assert names(first) + names(rest) == ["general", "helpdesk", "random"]
    assert names(await client.conversations_list(exclude_archived=True)) == ["general", "helpdesk"]


async def test_the_channels_of_somebody(slack, client):
    assert names(await client.users_conversations()) == ["general", "helpdesk"]
    hers = await client.users_conversations(user="U0OLGA", types="public_channel,private_channel")
    assert names(hers) == ["general", "helpdesk", "random"]
    await refused(client.users_conversations(user="U0NOBODY"), "user_not_found")


async def test_every_type_of_channel_has_its_scope(manifest, client):
    object.__setattr__(manifest, "scopes", frozenset({"channels:read"}))
    await client.conversations_list(types="public_channel")
    answer = await refused(client.conversations_list(types="public_channel,im"), "missing_scope")
    assert answer["needed"] == "im:read"
    await refused(client.conversations_members(channel="D0ADA"), "channel_not_found")


async def test_an_unknown_type_of_channel(slack, client):
    await refused(client.conversations_list(types="public"), "invalid_types")
    assert slack.problems


async def test_the_members_of_a_channel(client):
    first = await client.conversations_members(channel="C0RANDOM", limit=3)
    cursor = first["response_metadata"]["next_cursor"]
    rest = await client.conversations_members(channel="C0RANDOM", cursor=cursor)
    assert {*first["members"], *rest["members"]} == {"U0ADA", "U0BEN", "U0OLGA", "U0AMIR"}
    await refused(client.conversations_members(channel="C0OPS"), "channel_not_found")


async def test_the_app_joins_a_public_channel(slack, client):
    changed = []
    slack.workspace.watchers.append(changed.append)
    joined = await client.conversations_join(channel="C0RANDOM")
    again = await client.conversations_join(channel="C0RANDOM")
    assert joined["channel"]["is_member"]
    assert slack.channel("#random") in changed
    assert again["warning"] == "already_in_channel"
    assert (await client.chat_postMessage(channel="#random", text="Hi"))["ok"]


async def test_what_cannot_be_joined(slack, client):
    slack.channel("#random").is_archived = True
    await refused(client.conversations_join(channel="C0RANDOM"), "is_archived")
    await refused(client.conversations_join(channel="C0OPS"), "channel_not_found")
    direct = slack.direct(slack.ada).id
    await refused(
        client.conversations_join(channel=direct), "method_not_supported_for_channel_type"
    )


async def test_a_person_is_found_by_their_address(slack, client):
    found = await client.users_lookupByEmail(email="Ben@example.com")
    assert (found["user"]["id"], found["user"]["profile"]["email"]) == ("U0BEN", "ben@example.com")
    await refused(client.users_lookupByEmail(email="no@example.com"), "users_not_found")
    assert slack.problems == []


async def test_the_workspace_and_the_bot(client):
    assert (await client.team_info())["team"]["domain"] == "local"
    await refused(client.team_info(team="T1"), "team_not_found")
    me = (await client.auth_test())["bot_id"]
    assert (await client.bots_info(bot=me))["bot"]["user_id"] == "U0BOT"
    await refused(client.bots_info(bot="B1"), "bot_not_found")
    [group] = (await client.usergroups_list())["usergroups"]
    assert (group["id"], group["handle"]) == ("S0ONCALL", "oncall")


@pytest.mark.parametrize(
    ("method", "scope"),
    [
        ("users.lookupByEmail", "users:read.email"),
        ("conversations.join", "channels:join"),
        ("team.info", "team:read"),
        ("bots.info", "users:read"),
        ("usergroups.list", "usergroups:read"),
        ("users.conversations", "channels:read"),
    ],
)
async def test_each_method_has_its_scope(manifest, slack, client, method, scope):
    object.__setattr__(manifest, "scopes", frozenset({"chat:write"}))
    answer = await refused(client.api_call(method), "missing_scope")
    assert answer["needed"] == scope


async def test_without_a_messages_tab_nobody_gets_direct_messages(manifest, slack, client):
    object.__setattr__(manifest, "messages_tab", False)
    await refused(client.chat_postMessage(channel="U0ADA", text="Hi"), "messages_tab_disabled")
    assert slack.problems

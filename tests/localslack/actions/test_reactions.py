"""Emoji on messages: by people, by the app, and what each hears of the other."""

from dataclasses import replace

import pytest

from localslack import NotPossible
from tests.localslack.web_api.test_web_api import refused


@pytest.fixture
def manifest(manifest):
    return replace(
        manifest,
        scopes=manifest.scopes | {"reactions:write", "reactions:read"},
        events=manifest.events | {"reaction_added", "reaction_removed"},
    )


@pytest.fixture
def message(slack):
    return slack.say("Coffee?", by=slack.ada)


@pytest.fixture
def item(message):
    return {"channel": "C0GENERAL", "timestamp": message.ts}


async def test_a_persons_reaction_shows_and_is_told(slack, ear, message):
    await slack.react(message, "eyes", by=slack.ben)
    await slack.react(message, "eyes", by=slack.olga)
    await slack.react(message, "eyes", by=slack.olga)

    shown = [{"name": "eyes", "users": ["U0BEN", "U0OLGA"], "count": 2}]
    assert message.as_slack()["reactions"] == shown
    first, _ = [request.json()["event"] for request in ear.heard]
    assert first.pop("event_ts")
    assert first == {
        "type": "reaction_added",
        "user": "U0BEN",
        "reaction": "eyes",
        "item": {"type": "message", "channel": "C0GENERAL", "ts": message.ts},
        "item_user": "U0ADA",
    }


async def test_a_reaction_is_taken_back(slack, ear, message):
    await slack.react(message, "eyes", by=slack.ben)
    await slack.react(message, "eyes", by=slack.ben, on=False)

    assert message.reactions == {}
    assert "reactions" not in message.as_slack()
    assert ear.event["event"]["type"] == "reaction_removed"


async def test_the_app_reacts_and_takes_it_back(slack, client, ear, message, item):
    await client.reactions_add(name="thumbsup::skin-tone-3", **item)
    got = await client.reactions_get(**item)
    await client.reactions_remove(name="thumbsup::skin-tone-3", **item)
    await slack.settled()

    assert got["message"]["reactions"][0]["users"] == ["U0BOT"]
    assert message.reactions == {}
    told = {request.json()["event"]["type"] for request in ear.heard}
    assert told == {"reaction_added", "reaction_removed"}
    assert slack.problems == []


async def test_watchers_are_told_of_a_reaction(slack, client, message, item):
    changed = []
    slack.workspace.watchers.append(changed.append)

    await client.reactions_add(name="eyes", **item)

    assert message in changed


async def test_what_a_careful_app_can_meet_is_no_problem(slack, client, message, item):
    await client.reactions_add(name="eyes", **item)
    await refused(client.reactions_add(name="eyes", **item), "already_reacted")
    await refused(client.reactions_remove(name="tada", **item), "no_reaction")
    slack.workspace.delete(message)
    await refused(client.reactions_add(name="tada", **item), "message_not_found")
    assert slack.problems == []


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"name": ":eyes:"}, "invalid_name"),
        ({"name": "eyes", "timestamp": "yesterday"}, "bad_timestamp"),
        ({"name": "eyes", "timestamp": None}, "no_item_specified"),
        ({"name": "eyes", "file": "F1"}, "not_reactable"),
    ],
    ids=["colons", "bad ts", "no ts", "a file"],
)
async def test_a_bad_reaction_is_a_problem(slack, client, item, given, code):
    await refused(client.api_call("reactions.add", params={**item, **given}), code)
    assert slack.problems


async def test_the_app_reacts_only_where_it_is(slack, client):
    there = slack.say("Hi", by=slack.ada, channel="#random")
    call = client.reactions_add(name="eyes", channel="C0RANDOM", timestamp=there.ts)
    await refused(call, "not_in_channel")


async def test_reactions_need_their_scopes(manifest, slack, client, item):
    object.__setattr__(manifest, "scopes", frozenset({"chat:write"}))
    await refused(client.reactions_add(name="eyes", **item), "missing_scope")
    await refused(client.reactions_get(**item), "missing_scope")


async def test_people_react_only_to_what_they_see_and_only_by_emoji(slack, client, message):
    await client.chat_postEphemeral(channel="#general", user="U0ADA", text="Psst")
    [secret] = [each for each in slack.seen_by(slack.ada, "#general") if each.ephemeral_to]
    with pytest.raises(NotPossible, match="only they see"):
        await slack.react(secret, "eyes", by=slack.ada)
    with pytest.raises(NotPossible, match="does not see"):
        await slack.react(secret, "eyes", by=slack.ben)
    with pytest.raises(NotPossible, match="no emoji"):
        await slack.react(message, "Two Words", by=slack.ben)

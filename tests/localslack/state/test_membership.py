"""Who is in a channel and whether it is in use: what people change, and what the app hears."""

from dataclasses import replace

import pytest

from localslack import NotPossible
from tests.localslack.web_api.test_web_api import refused

EVENTS = {
    f"{kind}_{what}" for kind in ("channel", "group") for what in ("archive", "unarchive", "left")
} | {"member_joined_channel", "member_left_channel"}


@pytest.fixture
def manifest(manifest):
    return replace(manifest, events=EVENTS, scopes=manifest.scopes | {"channels:read"})


def heard(ear):
    told = [request.json()["event"] for request in ear.heard]
    return [{name: part for name, part in each.items() if name != "event_ts"} for each in told]


MEMBER = {"channel": "C0HELPDESK", "channel_type": "C", "team": "T0LOCAL"}


async def test_an_archived_channel_takes_no_words_until_it_is_in_use_again(slack, client, ear):
    await slack.archive("#helpdesk", by=slack.amir)
    await slack.archive("#helpdesk", by=slack.amir)
    await refused(client.chat_postMessage(channel="#helpdesk", text="Hi"), "is_archived")
    info = await client.conversations_info(channel="C0HELPDESK")
    assert info["channel"]["is_archived"]

    await slack.unarchive("#helpdesk", by=slack.olga)
    assert (await client.chat_postMessage(channel="#helpdesk", text="Hi"))["ok"]
    assert heard(ear) == [
        {"type": "channel_archive", "channel": "C0HELPDESK", "user": "U0AMIR"},
        {"type": "channel_unarchive", "channel": "C0HELPDESK", "user": "U0OLGA"},
    ]


async def test_the_app_is_removed_from_a_channel_and_comes_back(slack, client, ear):
    await slack.remove(slack.bot, "#helpdesk", by=slack.amir)
    await refused(client.chat_postMessage(channel="#helpdesk", text="Hi"), "not_in_channel")

    await slack.invite(slack.bot, "#helpdesk", by=slack.amir)
    assert (await client.chat_postMessage(channel="#helpdesk", text="Hi"))["ok"]
    assert heard(ear) == [
        {"type": "channel_left", "channel": "C0HELPDESK", "actor_id": "U0AMIR"},
        {"type": "member_joined_channel", "user": "U0BOT", **MEMBER, "inviter": "U0AMIR"},
    ]


async def test_the_app_hears_who_comes_and_goes_where_it_is(slack, ear):
    await slack.remove(slack.ben, "#helpdesk", by=slack.ben)
    await slack.invite(slack.ben, "#helpdesk", by=slack.ada)
    await slack.remove(slack.ben, "#random", by=slack.amir)

    assert heard(ear) == [
        {"type": "member_left_channel", "user": "U0BEN", **MEMBER},
        {"type": "member_joined_channel", "user": "U0BEN", **MEMBER, "inviter": "U0ADA"},
    ]
    with pytest.raises(NotPossible, match="ben is not in #random"):
        await slack.post("Hi", by=slack.ben, channel="#random")


async def test_of_a_private_channel_the_app_hears_only_from_within(slack, ear):
    await slack.archive("#private-ops", by=slack.olga)
    await slack.unarchive("#private-ops", by=slack.olga)
    await slack.archive("#random", by=slack.olga)
    await slack.invite(slack.bot, "#private-ops", by=slack.olga)
    await slack.archive("#private-ops", by=slack.olga)
    await slack.unarchive("#private-ops", by=slack.olga)
    await slack.remove(slack.bot, "#private-ops", by=slack.olga)

    told = ["channel_archive", "member_joined_channel"]
    told += ["group_archive", "group_unarchive", "group_left"]
    assert [each["type"] for each in heard(ear)] == told


async def test_without_a_subscription_nothing_is_told(slack, manifest, ear):
    slack.manifest = replace(manifest, events=frozenset())

    await slack.remove(slack.bot, "#helpdesk", by=slack.amir)
    await slack.archive("#helpdesk", by=slack.amir)

    assert ear.heard == []


@pytest.mark.parametrize(
    ("doing", "sentence"),
    [
        (lambda s: s.archive("#private-ops", by=s.ada), "ada is not in"),
        (lambda s: s.archive(s.direct(s.ada), by=s.ada), "between two"),
        (lambda s: s.invite(s.bot, "#helpdesk", by=s.ada), "in #helpdesk already"),
        (lambda s: s.remove(s.bot, "#random", by=s.ada), "is not in #random"),
    ],
    ids=["not a member", "direct", "there", "not there"],
)
async def test_what_cannot_be_done_to_a_channel(slack, doing, sentence):
    with pytest.raises(NotPossible, match=sentence):
        await doing(slack)


async def test_nobody_comes_to_or_leaves_an_archived_channel(slack):
    await slack.archive("#helpdesk", by=slack.amir)
    with pytest.raises(NotPossible, match="archived"):
        await slack.remove(slack.bot, "#helpdesk", by=slack.amir)
    with pytest.raises(NotPossible, match="archived"):
        await slack.invite(slack.bot, "#helpdesk", by=slack.amir)

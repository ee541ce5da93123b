"""What a verb said in a thread did is shown by a sign on it, where the app may react."""

from dataclasses import replace

import pytest

from bot.conversation.telling import DONE
from localslack import Fault
from tests.bot.conftest import MANIFEST, strict_slack

BOT = "@HelpDesk"


@pytest.fixture
async def slack(clock):
    manifest = replace(MANIFEST, scopes=MANIFEST.scopes - {"users:read"})
    async with strict_slack(manifest, now=lambda: clock().timestamp()) as slack:
        yield slack


@pytest.fixture
def signed(slack):
    async def found(message):
        return await slack.until(lambda: DONE in message.reactions)

    return found


def told(slack, person):
    return [one.text for one in slack.seen_by(person, "#helpdesk") if one.ephemeral_to]


async def test_what_is_done_has_a_sign_and_nobody_is_told(slack, file, reply, signed, ticket):
    card = await file()
    said = await reply(card, f"{BOT} resolve it was the fuse", by=slack.olga)
    await signed(said)
    await slack.repeat_last()

    assert (await ticket())["status"] == "resolved"
    assert len(said.reactions[DONE]) == 1
    assert told(slack, slack.olga) == []


async def test_what_is_refused_or_asked_is_answered_in_words(slack, file, reply):
    card = await file()
    for line, answer in (
        ("prio urgently", "low, medium"),
        ("status", "T-1"),
        ("resolve T-9", "no such ticket"),
    ):
        count = len(told(slack, slack.olga))
        said = await reply(card, f"{BOT} {line}", by=slack.olga)
        await slack.until(lambda count=count: len(told(slack, slack.olga)) > count)

        assert answer in told(slack, slack.olga)[-1]
        assert not said.reactions


async def test_what_is_refused_for_one_of_several_is_answered_in_words(slack, file, reply, ticket):
    card = await file()
    await slack.command("new low Mail is slow", by=slack.ada)
    said = await reply(card, f"{BOT} resolve T-1 T-2 T-9", by=slack.olga)
    await slack.until(lambda: told(slack, slack.olga))

    [answer] = told(slack, slack.olga)
    assert "T-9: " in answer
    assert (await ticket())["status"] == "resolved"
    assert not said.reactions


async def test_who_is_done_where_slack_takes_no_sign_is_told(slack, file, reply, ticket):
    card = await file()
    slack.fail("reactions.add", Fault.error("too_many_reactions"))
    said = await reply(card, f"{BOT} start", by=slack.olga)

    await slack.until(lambda: told(slack, slack.olga))
    assert (await ticket())["status"] == "in_progress"
    assert not said.reactions

"""What is said to the desk before Slack has told it its own name."""

import pytest

from localslack import Fault
from tests.bot.conversation.conftest import event, later


@pytest.fixture
async def desk_url(slack, start):
    """A desk whose name Slack does not tell."""
    slack.fail("auth.test", Fault.status(503), times=None)
    async with start() as address:
        yield address


async def named(slack, jobs):
    slack.heal("auth.test")
    [token] = [job for job in jobs if job.name == "token"]
    before = token.runs
    token.wake()
    await slack.until(lambda: token.runs > before)


async def test_a_verb_is_heard_when_it_comes_again(slack, file, comments, ticket, jobs):
    card = await file()
    said = event(card, "hey <@U0BOT> resolve", by=slack.olga, ts=later(card, 1))

    answer = await slack.event(said, retries=0)
    assert answer.reply.status == 503
    slack.problems.clear()
    assert await comments() == []

    await named(slack, jobs)
    await slack.event(said, retry_num=1)
    assert await comments() == []
    assert (await ticket())["status"] == "resolved"


async def test_an_edit_of_one_makes_no_words_of_it(slack, file, comments, jobs):
    card = await file()
    said = slack.say(
        "<@U0BOT> note it burns", by=slack.olga, channel="#helpdesk", thread_ts=card.ts
    )
    edited = {"user": slack.olga.id, "ts": later(said, 5)}
    message = said.as_slack() | {"text": "<@U0BOT> note it smokes", "edited": edited}
    told = {"type": "message", "subtype": "message_changed", "channel": card.channel.id}

    answer = await slack.event(told | {"ts": later(said, 5), "message": message}, retries=0)

    assert answer.reply.status == 503
    slack.problems.clear()
    assert await comments() == []


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": "B0OTHER", "user": "U0OTHERBOT"},
        {"subtype": "channel_join"},
        {"text": "We asked <@U0BOT> already", "user": "U0ADA"},
    ],
    ids=["an app's", "a join", "in passing"],
)
async def test_all_else_is_acknowledged(slack, file, more):
    card = await file()
    said = event(card, "<@U0ADA> has joined", by=slack.olga, ts=later(card, 1)) | more

    assert (await slack.event(said, retries=0)).reply.status == 200

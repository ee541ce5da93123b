"""Where the thread of a card is for the requester, too."""

import pytest

from tests.bot.conftest import words
from tests.bot.conversation.conftest import at, event


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"card_thread": "public"})


async def test_an_agents_reply_is_the_first_response_when_it_was_said(
    slack, file, reply, comments, ticket, clock
):
    card = await file()
    clock.forward(minutes=5)

    await reply(card, "We are on it", by=slack.olga)

    assert await comments() == [("We are on it", slack.olga.id, False)]
    assert (await ticket())["first_responded_at"] == clock()
    await slack.until(lambda: "We are on it" in words(card))


async def test_one_that_is_heard_of_late_counts_from_when_it_was_said(
    slack, file, comments, ticket, clock
):
    card = await file()
    clock.forward(minutes=5)
    first = clock()
    clock.forward(minutes=10)
    await slack.command("comment 1 Still on it", by=slack.olga)
    later = clock()
    clock.forward(hours=1)

    await slack.event(event(card, "We are on it", by=slack.olga, ts=at(first)))

    now = await ticket()
    assert now["first_responded_at"] == first < later
    assert now["comments"][-1]["created_at"] == first
    assert now["updated_at"] == clock()
    assert [entry["at"] for entry in now["timeline"][-2:]] == [later, first]


async def test_what_slack_says_was_said_in_the_future_was_said_now(slack, file, ticket, clock):
    card = await file()
    now = clock()

    said = event(card, "We are on it", by=slack.olga, ts="1999999999.000100")
    await slack.event(said)

    assert (await ticket())["comments"][0]["created_at"] == now

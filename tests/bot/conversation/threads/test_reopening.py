"""What a requester says after their ticket was resolved reopens nothing, but they may."""

import pytest

from localslack import Fault
from tests.bot.conftest import button_names, words
from tests.bot.conversation.conftest import at, event
from tests.support.deliveries import nothing_is_owed


@pytest.fixture
async def card(slack, file):
    return await file(by=slack.ada)


@pytest.fixture
def questions(slack, drained):
    """What Ada alone was asked so far, once nothing is under way."""

    async def asked():
        await drained()
        return [one for one in slack.seen_by(slack.ada, "#helpdesk") if one.ephemeral_to]

    return asked


@pytest.mark.parametrize(("verb", "how"), [("resolve", "resolved"), ("close", "closed")])
async def test_only_they_are_asked_and_the_words_are_kept(
    slack, card, reply, comments, questions, ticket, verb, how
):
    await slack.command(f"{verb} 1", by=slack.olga)

    await reply(card, "It burns again", by=slack.ada)

    [asked] = await questions()
    assert asked.text == f"T-1 is {how}. Reopen?"
    assert button_names(asked) == ["reopen"]
    assert not [one for one in slack.seen_by(slack.olga, "#helpdesk") if one.ephemeral_to]
    assert await comments() == [("It burns again", slack.ada.id, False)]
    assert (await ticket())["status"] == how

    await slack.click(asked, "reopen", by=slack.ada)
    assert (await ticket())["status"] == "open"


async def test_what_was_said_just_before_is_not_what_they_are_asked_about(
    slack, card, reply, questions, clock
):
    await reply(card, "It works, I think", by=slack.ada)
    clock.forward(seconds=3)
    await slack.command("resolve 1", by=slack.olga)
    clock.forward(minutes=1)

    await reply(card, "No, it burns again", by=slack.ada)

    assert len(await questions()) == 1


async def test_thanks_five_times_is_asked_once_for_each_resolution(
    slack, card, reply, questions, clock
):
    await reply(card, "Any news?", by=slack.ada)
    clock.forward(minutes=1)
    await slack.command("resolve 1", by=slack.olga)
    clock.forward(minutes=1)
    for thanks in ("Thanks", "Thank you!", "Great"):
        await reply(card, thanks, by=slack.ada)
    await slack.repeat_last()
    assert len(await questions()) == 1

    await slack.command("reopen 1", by=slack.ada)
    clock.forward(minutes=1)
    await slack.command("resolve 1", by=slack.olga)
    clock.forward(minutes=1)
    await reply(card, "Thanks again", by=slack.ada)

    assert len(await questions()) == 2


async def test_nobody_else_is_asked_and_nothing_that_was_said_before_asks(
    slack, card, reply, questions, clock
):
    before = at(clock())
    clock.forward(minutes=1)
    await slack.command("resolve 1", by=slack.olga)
    await slack.event(event(card, "Any news?", by=slack.ada, ts=before))
    await reply(card, "It was the fuse", by=slack.olga)

    assert await questions() == []


async def test_pressed_late_it_takes_nothing_back_and_says_so(
    slack, card, reply, questions, ticket
):
    await slack.command("resolve 1", by=slack.olga)
    await reply(card, "It burns again", by=slack.ada)
    [asked] = await questions()
    await slack.command("reopen 1", by=slack.olga)
    await slack.command("start 1", by=slack.olga)
    version = (await ticket())["version"]

    await slack.click(asked, "reopen", by=slack.ada)

    await slack.until(lambda: "is in progress" in words(asked))
    assert "nothing was changed" in words(asked)
    now = await ticket()
    assert (now["status"], now["version"]) == ("in_progress", version)


async def test_a_repeat_of_the_press_reopens_once(slack, card, reply, questions, ticket):
    await slack.command("resolve 1", by=slack.olga)
    await reply(card, "It burns again", by=slack.ada)
    [asked] = await questions()
    await slack.click(asked, "reopen", by=slack.ada)
    version = (await ticket())["version"]

    await slack.repeat_last()

    assert (await ticket())["version"] == version


async def test_who_was_told_there_that_it_is_done_is_not_asked(
    slack, card, ticket, comments, database, drained
):
    await slack.command("resolve 1 it was the fuse", by=slack.olga)
    await nothing_is_owed(database)
    [told] = await slack.until(lambda: slack.direct_messages(slack.ada))

    await slack.event(event(told, "Thanks", by=slack.ada, ts=f"{told.ts[:-3]}999"))
    await drained()

    assert slack.thread(told) == []
    assert ("Thanks", slack.ada.id, False) in await comments()
    await slack.click(told, "reopen", by=slack.ada)
    await slack.until(lambda: "reopened since" in told.text)
    assert (await ticket())["status"] == "open"


async def test_a_question_that_slack_does_not_take_costs_nothing(
    slack, card, reply, comments, questions
):
    await slack.command("resolve 1", by=slack.olga)
    slack.fail("chat.postEphemeral", Fault.rate_limited(60))

    await reply(card, "It burns again", by=slack.ada)

    assert await questions() == []
    assert len(await comments()) == 1

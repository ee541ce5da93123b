"""A program that acted as people do has an account; once Slack has said what it is, what it says is
nobody's."""

import asyncio

import pytest

from localslack import Person
from tests.bot.conftest import MANIFEST, card_of, strict_slack
from tests.bot.conversation.conftest import known
from tests.bot.tickets.test_shortcuts import under
from tests.conftest import LONGEST_WAIT
from tests.support.deliveries import nothing_is_owed

ROBOT = Person("U0ROBOT", "robot", "Robot", is_bot=True)
# Answers after which there is no end.
MOST = 30


@pytest.fixture
async def slack(clock):
    """Where the desk may ask who is a program."""
    async with strict_slack(MANIFEST, now=lambda: clock().timestamp()) as slack:
        slack.workspace.people[ROBOT.id] = ROBOT
        for place in ("#general", "#helpdesk"):
            slack.channel(place).members.add(ROBOT.id)
        yield slack


class Answering:
    """The robot, under whatever others say."""

    def __init__(self, slack):
        self._slack = slack
        self._saying = []
        slack.workspace.listeners.append(self._heard)

    async def all(self):
        await asyncio.gather(*self._saying)
        return len(self._saying)

    def _heard(self, happening):
        message = happening.message
        if happening.kind == "said" and message.user != ROBOT.id and not message.ephemeral_to:
            self._saying.append(asyncio.create_task(self._answer(message)))

    async def _answer(self, message):
        assert len(self._saying) < MOST
        there = {"channel": message.channel, "thread_ts": message.thread_ts or message.ts}
        await self._slack.post(f"You say {message.text}", by=ROBOT, app="A0ROBOT", **there)


@pytest.fixture
async def build(slack, desk_url, looked, store, database):
    """What the robot said, and made a ticket of by a reaction."""
    await looked(1)
    said = await slack.post("Build 7 failed", by=ROBOT, app="A0ROBOT")
    await slack.react(said, "ticket", by=ROBOT)
    await slack.until(lambda: card_of(slack, "T-1") and under(slack, said))
    await nothing_is_owed(database)
    await known(store, card_of(slack, "T-1"))
    async with asyncio.timeout(LONGEST_WAIT):
        while not await database.accounts.find_one({"slack_id": ROBOT.id, "bot": True}):
            await asyncio.sleep(0.01)
    return said


@pytest.fixture
async def desk_that_knows(build, start, looked):
    """One that remembers nobody from before."""
    async with start():
        await looked(1)
        yield


async def test_its_answers_to_the_desk_are_no_comments(
    slack, build, desk_that_knows, comments, database, drained, clock
):
    clock.forward(minutes=1)
    robot = Answering(slack)

    await slack.post("I see to it", by=slack.olga, thread_ts=build.ts)
    for _ in range(2):
        await drained()
        await nothing_is_owed(database)
        await slack.settled()
        answers = await robot.all()

    # Olga's words, and the line of them under the card.
    assert answers == 2
    assert await comments() == [("I see to it", slack.olga.id, False)]


async def test_its_reactions_make_no_more_tickets(slack, build, desk_that_knows, listed, drained):
    said = await slack.post("Build 8 failed", by=ROBOT, app="A0ROBOT")
    await slack.react(said, "ticket", by=ROBOT)
    await drained()
    assert len(await listed()) == 1

    await slack.react(said, "ticket", by=slack.olga)
    await slack.until(lambda: under(slack, said))
    assert len(await listed()) == 2

"""Two desks in the same channels, and a program that answers whatever is said there: all of it
comes to an end, and nobody takes what a program says for a person's words."""

import asyncio
from contextlib import asynccontextmanager
from functools import partial

import pytest
from pydantic import SecretStr

from bot.serving import serving
from core.settings.intake import Mode
from localslack import Person
from tests.bot.conftest import strict_slack
from tests.bot.conversation.conftest import NAMELESS
from tests.conftest import LONGEST_WAIT
from tests.support.deliveries import nothing_is_owed

OTHER_DESK = Person("U0OTHER", "other", "Other Desk", is_bot=True)
ROBOT = Person("U0ROBOT", "robot", "Robot", is_bot=True)
PLACES = ("#general", "#helpdesk")
EVERY = {"C0GENERAL": Mode.EVERY, "C0HELPDESK": Mode.EVERY}
# Answers after which there is no end.
MOST = 100


class OneWorkspace:
    """Two Slacks, each with a desk, that are one to whoever looks: what each desk says is said by
    another app in the other. The robot answers all of it, in the thread and beside it."""

    def __init__(self, *slacks):
        self.slacks = slacks
        self.answers = 0
        # By which one it is, and its ts there: its ts in the other.
        self._other_ts = {}
        self._under_way = set()
        for slack in slacks:
            slack.workspace.people |= {one.id: one for one in (OTHER_DESK, ROBOT)}
            for place in PLACES:
                slack.channel(place).members |= {OTHER_DESK.id, ROBOT.id}
            slack.workspace.listeners.append(partial(self._heard, slack))

    async def post(self, text, *, by, channel="#general", under=None, app=None):
        """Gives the message in the first of the two."""
        first, second = self.slacks
        more = {"by": by, "channel": channel, "app": app}
        said = await first.post(text, thread_ts=under, **more)
        under = under and self._other_ts[first, under]
        self._are_the_same(said, await second.post(text, thread_ts=under, **more))
        return said

    async def settled(self):
        async with asyncio.timeout(LONGEST_WAIT):
            while self._under_way:
                await asyncio.gather(*self._under_way)

    def _are_the_same(self, first, second):
        self._other_ts[self.slacks[0], first.ts] = second.ts
        self._other_ts[self.slacks[1], second.ts] = first.ts

    def _heard(self, here, happening):
        message = happening.message
        if message.ephemeral_to or message.channel.is_direct or message.user == ROBOT.id:
            return
        if happening.kind == "said":
            self._start(self._said(here, message))

    def _start(self, doing):
        task = asyncio.create_task(doing)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _said(self, here, message):
        if message.from_bot:
            await self._said_by_the_other(here, message)
        if here is self.slacks[0]:
            await self._answered(message)

    async def _said_by_the_other(self, here, message):
        [there] = [slack for slack in self.slacks if slack is not here]
        channel = there.channel(message.channel.id)
        copy = there.workspace.post(
            channel,
            OTHER_DESK.id,
            message.text,
            blocks=message.blocks,
            metadata=message.metadata,
            thread_ts=message.thread_ts and self._other_ts[here, message.thread_ts],
            app="A0OTHER",
        )
        self._are_the_same(*((message, copy) if here is self.slacks[0] else (copy, message)))
        told = {**copy.as_slack(), "channel": channel.id, "channel_type": "channel"}
        await there.event(told)

    async def _answered(self, message):
        self.answers += 1
        assert self.answers < MOST
        while (self.slacks[0], message.ts) not in self._other_ts:
            await asyncio.sleep(0.01)
        more = {"by": ROBOT, "channel": f"#{message.channel.name}", "app": "A0ROBOT"}
        await self.post(f"You say {message.text}", under=message.thread_ts or message.ts, **more)
        await self.post(f"@HelpDesk help me with {message.text}", **more)


@pytest.fixture
def second_desk(settings, clock, raw_client, mongo_uri, jobs):
    """One with a database of its own."""

    @asynccontextmanager
    async def started(slack):
        await raw_client.drop_database("second")
        uri = SecretStr(mongo_uri.replace("/helpdesk", "/second"))
        changed = {"mongo_uri": uri, "slack_api_url": slack.api_url, "intake": EVERY}
        async with serving(settings.model_copy(update=changed), clock=clock, pause=0) as served:
            slack.events_url = f"{served.address}/slack/events"
            jobs.extend(served.jobs)
            yield raw_client["second"]
        await raw_client.drop_database("second")

    return started


async def test_two_desks_and_a_program_that_answers_everything(
    slack, start, second_desk, database, clock, looked, drained, a_few_scans
):
    now = {"now": lambda: clock().timestamp()}
    async with (
        start(intake=EVERY),
        strict_slack(NAMELESS, **now) as second,
        second_desk(second) as other,
    ):
        await looked(1)
        both = OneWorkspace(slack, second)

        async def settled():
            for _ in range(2):
                await drained()
                for one in (database, other):
                    await nothing_is_owed(one)
                for one in (slack, second):
                    await one.settled()
                await both.settled()

        asked = await both.post("The printer burns", by=slack.ada)
        await settled()
        await both.post("It is on floor 3", by=slack.ada, under=asked.ts)
        await both.post("Have you tried water?", by=slack.olga, under=asked.ts)
        await settled()
        await looked()
        await settled()

        for one, there in ((database, slack), (other, second)):
            [ticket] = await one.tickets.find().to_list()
            assert ticket["title"] == "The printer burns"
            said = [comment["message"] for comment in ticket["comments"]]
            assert said == ["It is on floor 3", "Have you tried water?"]
            # Its card, the requester's, and a line for each comment.
            ours = [message for place in PLACES for message in there.messages(place)]
            assert len([message for message in ours if message.from_bot]) == 4
            known = await one.accounts.distinct("slack_id")
            assert not {OTHER_DESK.id, ROBOT.id} & {*known}
            # What answers a card before the desk has noted where it stands comes again.
            there.problems[:] = [one for one in there.problems if "status 503" not in one]
        # Three messages of people, and four of each desk.
        assert both.answers == 3 + 2 * 4

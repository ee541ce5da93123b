"""A post is made in time, or not at all."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.alerts.announcer import AlertAnnouncer
from bot.delivery.dispatcher import Dispatcher, Timing
from bot.slack.history import SlackHistory
from bot.slack.poster import SlackPoster
from core.alerts.rules import AlertRules
from core.people.accounts import Role, Via
from core.store import Outbox
from core.tickets import NewTicket, Priority
from tests.bot.alerts.test_announcer import announced
from tests.bot.conftest import BOT_TOKEN

BRIEF = Timing(
    post=timedelta(seconds=0.3), lease=timedelta(seconds=60), history=timedelta(seconds=0.1)
)
LONG = Timing(
    post=timedelta(seconds=60), lease=timedelta(seconds=120), history=timedelta(seconds=0.1)
)


class HeardLate(Outbox):
    """The database notes the try, and the answer comes late, as when its server was frozen: after
    the time that a post may take, and not before it is let go."""

    def __init__(self, tickets):
        super().__init__(tickets)
        self.noted, self.let_go = asyncio.Event(), asyncio.Event()

    async def begin(self, held, **more):
        ready = await super().begin(held, **more)
        self.noted.set()
        await asyncio.sleep(BRIEF.post.total_seconds())
        await self.let_go.wait()
        return ready


@pytest.fixture
async def late_ticket(desk, clock):
    by = (await desk.people.slack_user("U0OLGA", name="olga")).acting(Via.SLACK)
    new = NewTicket(title="VPN", priority=Priority.HIGH)
    await desk.open_ticket(new, by=by._replace(role=Role.AGENT))
    clock.forward(hours=5)


@pytest.fixture
def alerts(slack, store, clock):
    def over(owed, timing):
        client = AsyncWebClient(BOT_TOKEN, base_url=slack.api_url, retry_handlers=[])
        poster = SlackPoster(client, store.turns, channel=slack.helpdesk.id, limit=60, pause=0)
        dispatcher = Dispatcher(owed, poster, SlackHistory(client, store.looks), timing, {})
        whole = replace(store, owed=owed)
        return AlertAnnouncer(whole, dispatcher, AlertRules(), clock, mentions=30)

    return over


async def test_who_hears_too_late_that_it_may_post_does_not(
    slack, store, database, late_ticket, alerts, expire
):
    late = HeardLate(database["tickets"])
    slow = asyncio.create_task(alerts(late, BRIEF).announce())
    await late.noted.wait()
    await expire()

    await alerts(store.owed, LONG).settle()
    assert len(announced(slack)) == 1
    late.let_go.set()
    await slow

    assert len(announced(slack)) == 1


async def test_what_nobody_posted_in_time_is_posted_by_the_next(
    slack, store, database, late_ticket, alerts, expire
):
    late = HeardLate(database["tickets"])
    late.let_go.set()
    await alerts(late, BRIEF).announce()
    assert announced(slack) == []

    await expire()
    await alerts(store.owed, LONG).settle()

    assert len(announced(slack)) == 1

"""A post is made in time, or not at all."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.alerts import Alerts
from bot.history import SlackHistory
from bot.payment import Courier, Timing
from bot.posting import SlackPoster
from core.accounts import Role, Via
from core.alerts import AlertRules
from core.store import OwedStore
from core.tickets import NewTicket, Priority
from tests.bot.conftest import BOT_TOKEN
from tests.bot.test_alerts import announced

TIMING = Timing(
    post=timedelta(seconds=0.3), lease=timedelta(seconds=0.8), history=timedelta(seconds=0.1)
)


class HeardLate(OwedStore):
    """The database notes the try, and the answer comes late, as when its server was frozen."""

    async def about_to_post(self, deliveries, **more):
        ready = await super().about_to_post(deliveries, **more)
        await asyncio.sleep(1)
        return ready


@pytest.fixture
async def late_ticket(desk, clock):
    by = (await desk.people.slack_user("U0OLGA", name="olga")).acting(Via.SLACK)
    new = NewTicket(title="VPN", priority=Priority.HIGH)
    await desk.open_ticket(new, by=by._replace(role=Role.AGENT))
    clock.forward(hours=5)


@pytest.fixture
def alerts(slack, store, clock):
    def over(owed):
        client = AsyncWebClient(BOT_TOKEN, base_url=slack.api_url, retry_handlers=[])
        poster = SlackPoster(client, store.turns, channel=slack.helpdesk.id, limit=0.3, pause=0)
        courier = Courier(owed, poster, SlackHistory(client, store.looks), TIMING, clock)
        whole = replace(store, owed=owed)
        return Alerts(whole, courier, AlertRules(), clock, mentions=30)

    return over


async def test_who_hears_too_late_that_it_may_post_does_not(
    slack, store, database, late_ticket, alerts
):
    slow = asyncio.create_task(alerts(HeardLate(database["tickets"])).announce())
    await asyncio.sleep(0.9)

    await alerts(store.owed).settle()
    await slow

    assert len(announced(slack)) == 1


async def test_what_nobody_posted_in_time_is_posted_by_the_next(
    slack, store, database, late_ticket, alerts
):
    await alerts(HeardLate(database["tickets"])).announce()
    assert announced(slack) == []

    await asyncio.sleep(TIMING.doubt.total_seconds())
    await alerts(store.owed).settle()

    assert len(announced(slack)) == 1

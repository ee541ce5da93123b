"""What a desk says of its health, with clocks that are moved by hand."""

import pytest

from bot.health import Readiness
from bot.runtime.jobs import Timetable
from bot.slack.history import SlackHistory
from bot.slack.poster import SlackPoster
from bot.slack.token_check import TokenCheck
from tests.bot.runtime.test_jobs import Hands

NOWHERE = "C0NOWHERE"


def told_of(logged):
    return [
        (entry["event"], entry["problem"])
        for entry in logged
        if entry["event"].startswith("a problem")
    ]


@pytest.fixture
def now():
    return Hands()


@pytest.fixture
def timetable(now):
    return Timetable(now=now)


@pytest.fixture
def poster(slack, store, client):
    return SlackPoster(
        client, store.turns, channel=slack.helpdesk.id, limit=1, pause=0, others=[NOWHERE]
    )


@pytest.fixture
def history(client, store):
    return SlackHistory(client, store.looks)


@pytest.fixture
def health(store, poster, client, history, timetable, clock, now):
    return Readiness(store, poster, TokenCheck(client), history, timetable, clock, now)


async def kinds(health):
    return [(one.name, one.breaks) for one in await health.problems()]

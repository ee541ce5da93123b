"""A Slack that refuses a text, and what the desk says of it."""

import asyncio

import pytest

from localslack import Fault
from tests.conftest import LONG_AGO, LONGEST_WAIT
from tests.support.deliveries import change, nothing_is_owed

POST, EDIT = "chat.postMessage", "chat.update"


def refuse(slack, about, word="invalid_blocks", *methods):
    for method in methods or (POST, EDIT):
        slack.fail(method, Fault.error(word, about=about), times=None)


@pytest.fixture
def late(slack, program, clock, database):
    """Files so many tickets, and makes them late when their cards are there; `then` happens just
    before."""

    async def become_late(count, then=lambda: None):
        for number in range(1, count + 1):
            await program.file(f"title-{number}.", priority="high")
        await slack.until(lambda: len(slack.messages("#helpdesk")) >= count)
        await nothing_is_owed(database)
        then()
        clock.forward(hours=5)

    return become_late


@pytest.fixture
def at_once(database, clock):
    """Takes away the wait of all that is put off, and has every desk look."""

    async def done(kind):
        await change(database, kind, free_at=LONG_AGO)
        clock.moved()

    return done


@pytest.fixture
def problems(session, desk_url):
    async def told():
        async with session.get(f"{desk_url}/readyz") as answer:
            return " ".join((await answer.json())["detail"])

    return told


async def until(question):
    async with asyncio.timeout(LONGEST_WAIT):
        while (answer := await question()) is None:
            await asyncio.sleep(0.02)
    return answer


async def until_told(problems, words, *, told=True):
    async with asyncio.timeout(LONGEST_WAIT):
        while (words in await problems()) is not told:
            await asyncio.sleep(0.05)

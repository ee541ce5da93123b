"""A workspace whose clock is the desk's: what is said has a time that the desk can reckon with."""

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest

from tests.bot.conftest import MANIFEST, strict_slack
from tests.conftest import LONGEST_WAIT
from tests.support.deliveries import nothing_is_owed

# An app that may not ask what people are called: when they are called so here is no matter of time.
# Nor may it react: what was done is said in words.
NAMELESS = replace(MANIFEST, scopes=MANIFEST.scopes - {"users:read", "reactions:write"})


@pytest.fixture
async def slack(clock):
    async with strict_slack(NAMELESS, now=lambda: clock().timestamp()) as slack:
        yield slack


@pytest.fixture
def file(file, store):
    """As everywhere; and the desk knows where its card is."""

    async def filed(*words, **more):
        card = await file(*words, **more)
        await known(store, card)
        return card

    return filed


@pytest.fixture
def reply(slack):
    """Writes in the thread of a message in the helpdesk channel."""

    async def written(parent, text, *, by, **more):
        return await slack.post(text, by=by, channel="#helpdesk", thread_ts=parent.ts, **more)

    return written


@pytest.fixture
def ticket(database):
    """A ticket's document."""

    async def found(number=1):
        return await database.tickets.find_one({"number": number})

    return found


@pytest.fixture
def listed(database):
    """All tickets, the first filed first."""

    async def found():
        return await database.tickets.find().sort({"number": 1}).to_list()

    return found


@pytest.fixture
def comments(ticket):
    """What is said on a ticket: the words, by whom, and whether for agents only."""

    async def said(number=1):
        return [
            (one["message"], one["author"]["slack_id"], one.get("internal", False))
            for one in (await ticket(number))["comments"]
        ]

    return said


async def known(store, message):
    """Waits until the desk knows whose message that is."""
    async with asyncio.timeout(LONGEST_WAIT):
        while not await store.tickets.threads.ticket_in_thread(message.channel.id, message.ts):
            await asyncio.sleep(0.01)


def event(parent, text, *, by, ts, **more):
    """As Slack tells of a reply."""
    return {
        "type": "message",
        "channel": parent.channel.id,
        "channel_type": "channel",
        "user": by.id,
        "text": text,
        "ts": ts,
        "event_ts": ts,
        "thread_ts": parent.ts,
        **more,
    }


def changed(message, text, *, edited=None, **more):
    """As Slack tells of an edit; without a time of it, of a preview that came to be under it."""
    now = message.as_slack() | {"text": text} | more
    if edited:
        now["edited"] = {"user": message.user, "ts": edited}
    return _of(message, "message_changed", message=now)


def deleted(message):
    return _of(message, "message_deleted", deleted_ts=message.ts)


def _of(message, subtype, /, **more):
    return {
        "type": "message",
        "subtype": subtype,
        "hidden": True,
        "channel": message.channel.id,
        "channel_type": "channel",
        "ts": later(message, 60),
        "previous_message": message.as_slack(),
        **more,
    }


def later(message, seconds):
    """Slack's time so long after a message."""
    whole, fraction = message.ts.split(".")
    return f"{int(whole) + seconds}.{fraction}"


def at(moment: datetime) -> str:
    return f"{int(moment.timestamp())}.000100"


@pytest.fixture
async def receipt(slack, store, database):
    """Of a ticket that Ada filed in a form."""
    await slack.command("new VPN is down", by=slack.ada)
    await slack.submit(await slack.modal(by=slack.ada), by=slack.ada)
    await slack.until(lambda: slack.direct_messages(slack.ada))
    await nothing_is_owed(database)
    [receipt] = slack.direct_messages(slack.ada)
    await known(store, receipt)
    return receipt

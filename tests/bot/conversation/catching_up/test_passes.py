"""When it is read, how often Slack is asked for that, and what is done where Slack gives little."""

import asyncio
from itertools import pairwise

import pytest
from bson import ObjectId
from pydantic import SecretStr

from core.people.accounts import Role, Via
from core.tickets import NewTicket
from localslack import Fault
from tests.bot.conversation.conftest import known
from tests.conftest import LONG_AGO, LONGEST_WAIT
from tests.support.deliveries import nothing_is_held

BOT, HELPDESK, GENERAL = "U0BOT", "C0HELPDESK", "C0GENERAL"
HISTORY, REPLIES = "conversations.history", "conversations.replies"
SAID = {
    "message": "Seen",
    "author": {"_id": ObjectId(), "name": "olga", "slack_id": "U0OLGA"},
    "created_at": LONG_AGO,
}
OFTEN = {"catch_up_seconds": 0.05}


@pytest.fixture
def read_at(database):
    """When all was read last."""

    async def found():
        turn = await database.turns.find_one({"_id": "catching up"})
        return turn and turn.get("at")

    return found


@pytest.fixture
def read_since(read_at):
    """Waits until all was read once more."""

    async def done(before):
        async with asyncio.timeout(LONGEST_WAIT):
            while await read_at() == before:
                await asyncio.sleep(0.01)

    return done


@pytest.fixture
async def threads(slack, store, desk, database):
    """Two hundred threads of open tickets, in two channels, in which something was said that is
    known, and a hundred messages in each that are nobody's."""
    by = (await desk.people.slack_user(slack.olga.id, name="olga")).acting(Via.SLACK)
    for number in range(1, 101):
        new = NewTicket(title=f"VPN {number}")
        ticket = (await desk.open_ticket(new, by=by._replace(role=Role.AGENT))).ticket
        card = slack.workspace.post(slack.helpdesk, BOT, f"T-{number}")
        asked = slack.say("It burns", by=slack.ada)
        comments = []
        for parent in (card, asked):
            channel, ts = parent.channel.id, parent.ts
            said = slack.say("Seen", by=slack.olga, channel=channel, thread_ts=ts)
            await store.readings.thread_read(channel, ts, said.ts, 1, newest=said.ts, words=1)
            slack.say("Good morning", by=slack.ben, channel=channel)
            source = {"channel": channel, "ts": said.ts}
            comments.append({"_id": ObjectId(), "source": source} | SAID)
        there = {"kind": "card", "id": "card", "wants": 1, "shows": 1, "due": None}
        fields = {
            "source": {"channel": GENERAL, "ts": asked.ts, "link": ""},
            "deliveries": [there | {"to": HELPDESK, "ts": card.ts}],
            "delivery": {},
            "comments": comments,
        }
        await database.tickets.update_one({"_id": ObjectId(ticket.id)}, {"$set": fields})
    newest = slack.workspace.messages[-1].ts
    await store.readings.add_channels([HELPDESK, GENERAL], since=newest)


async def test_where_nothing_moved_two_hundred_threads_take_a_dozen_calls(slack, threads, start):
    def calls():
        return [one for one in slack.calls if one.method in (HISTORY, REPLIES)]

    def compared(of):
        return {one.given["ts"] for one in of if one.method == REPLIES}

    def passes():
        """The calls of each that has ended since: it begins with the channel that is read first."""
        since = calls()[before:]
        pages = [at for at, one in enumerate(since) if one.method == HISTORY]
        begins = [at for at in pages if since[at].given["channel"] == HELPDESK]
        return [since[begin:end] for begin, end in pairwise(begins)]

    async with start(**OFTEN):
        # At the start all are compared, some at a time.
        await slack.until(lambda: len(compared(calls())) == 200)
        before = len(calls())
        found = await slack.until(lambda: len(passes()) > 2 and passes())

    for each in found:
        assert len(each) < 20
        assert len(compared(each)) == 10
    assert len(set.union(*map(compared, found))) == 10 * len(found), "others each time"


async def test_what_was_said_while_the_desk_was_down_is_read_at_the_start(
    slack, start, store, comments, read_at, read_since, ticket
):
    async with start():
        await slack.command("new high VPN is down", by=slack.ada)
        card = await slack.until(lambda: card_in(slack))
        await known(store, card)
        await read_since(None)
    slack.say("It burns", by=slack.ada, channel="#helpdesk", thread_ts=card.ts)
    slack.say("<@U0BOT> resolve", by=slack.olga, channel="#helpdesk", thread_ts=card.ts)

    before = await read_at()
    async with start():
        await read_since(before)

    assert await comments() == [("It burns", slack.ada.id, False)]
    assert (await ticket())["status"] == "resolved"


async def test_what_was_answered_is_not_answered_again_by_another_process(
    slack, start, store, read_at, read_since, drained
):
    def told(person):
        return [one for one in slack.seen_by(person, "#helpdesk") if one.ephemeral_to]

    async with start():
        await slack.command("new high VPN is down", by=slack.ada)
        card = await slack.until(lambda: card_in(slack))
        await known(store, card)
        there = {"channel": "#helpdesk", "thread_ts": card.ts}
        await slack.post("@HelpDesk status", by=slack.olga, **there)
        await slack.post("Me too", by=slack.ben, **there)
        await slack.until(lambda: told(slack.olga) and told(slack.ben))

    before = await read_at()
    async with start():
        await read_since(before)
        await drained()

    assert (len(told(slack.olga)), len(told(slack.ben))) == (1, 1)


async def test_another_connection_of_socket_mode_is_a_reason_to_read(
    slack, start, store, comments, read_at, read_since
):
    by_socket = {"slack_signing_secret": None, "slack_app_token": SecretStr(slack.app_token)}
    async with start(**by_socket):
        slack.events_url = None
        await slack.command("new high VPN is down", by=slack.ada)
        card = await slack.until(lambda: card_in(slack))
        await known(store, card)
        await read_since(None)
        before = await read_at()
        slack.say("It burns", by=slack.ada, channel="#helpdesk", thread_ts=card.ts)

        await slack.refresh_sockets()
        await read_since(before)

    assert await comments() == [("It burns", slack.ada.id, False)]


async def test_a_limited_history_is_read_on_as_slack_gives_it(
    slack, start, store, comments, database
):
    async with start():
        await slack.command("new high VPN is down", by=slack.ada)
        card = await slack.until(lambda: card_in(slack))
        await known(store, card)
        await nothing_is_held(database)
    slack.say("It burns", by=slack.ada, channel="#helpdesk", thread_ts=card.ts)
    for _ in range(20):
        slack.say("Good morning", by=slack.ben, channel="#helpdesk")
    slack.fail(HISTORY, Fault.limited(0.3, page=15), times=None)

    async with start(**OFTEN):
        await slack.until(lambda: [one for one in slack.calls_of(HISTORY) if one.status == 429])
        async with asyncio.timeout(LONGEST_WAIT):
            while not await comments():
                await asyncio.sleep(0.05)

    assert await comments() == [("It burns", slack.ada.id, False)]


def card_in(slack):
    return next((one for one in slack.messages("#helpdesk") if one.text.startswith("T-1 ")), None)

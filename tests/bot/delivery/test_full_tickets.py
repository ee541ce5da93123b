"""A ticket whose document is full keeps nothing of any other ticket from Slack, and is named."""

from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.alerts.announcer import AlertAnnouncer
from bot.delivery.dispatcher import Dispatcher, Timing
from bot.slack.history import SlackHistory
from bot.slack.poster import SlackPoster
from bot.ticket_messages import TicketMessages, kinds
from core.alerts.rules import AlertRules
from core.people.accounts import Role, Via
from core.tickets import NewTicket, Priority
from tests.bot.alerts.test_announcer import alerts_in, announced
from tests.bot.conftest import BOT_TOKEN
from tests.support.filled import WHOLE, emptied, fill

RULES = AlertRules()
TIMING = Timing(
    post=timedelta(seconds=5), lease=timedelta(seconds=20), history=timedelta(seconds=0.1)
)
ROOM = pytest.mark.parametrize("room", [0, 20, 60, 200, 60_000])


@pytest.fixture
def dispatcher(slack, store, clock):
    client = AsyncWebClient(BOT_TOKEN, base_url=slack.api_url, retry_handlers=[])
    poster = SlackPoster(client, store.turns, channel=slack.helpdesk.id, limit=5, pause=0)
    return Dispatcher(
        store.owed,
        poster,
        SlackHistory(client, store.looks),
        TIMING,
        kinds(RULES, clock, store.accounts),
    )


@pytest.fixture
def alerts(store, dispatcher, clock):
    return AlertAnnouncer(store, dispatcher, RULES, clock, mentions=1)


@pytest.fixture
def messages(store, dispatcher, clock):
    return TicketMessages(store.owed, dispatcher)


# What so many tickets that were filed once are in the database: filing two hundred takes a while.
_FILED: dict[int, dict[str, list]] = {}


@pytest.fixture
def filed(desk, clock, database):
    """Files so many tickets, each due a second after the one before."""

    async def done(count):
        if count not in _FILED:
            await by_the_desk(count)
            names = ("tickets", "counters", "accounts")
            _FILED[count] = {name: await database[name].find().to_list() for name in names}
            return
        for name, documents in _FILED[count].items():
            await database[name].insert_many(documents)
        clock.forward(seconds=count)

    async def by_the_desk(count):
        olga = (await desk.people.slack_user("U0OLGA", name="olga")).acting(Via.SLACK)
        olga = olga._replace(role=Role.AGENT)
        for number in range(1, count + 1):
            new = NewTicket(title=f"Ticket {number}", priority=Priority.HIGH)
            await desk.open_ticket(new, by=olga, receipt=True)
            clock.forward(seconds=1)

    return done


async def rang(database):
    """The numbers of tickets by how many alerts of theirs are noted as announced."""
    rows = await database["tickets"].find({}, {"number": 1, "alert.announced": 1}).to_list()
    return {row["number"]: len(row["alert"]["announced"]) for row in rows}


def once_but(full, count):
    return {number: int(number != full) for number in range(1, count + 1)}


@ROOM
@pytest.mark.parametrize(
    ("count", "full"),
    [
        pytest.param(201, 1, id="the first of 200"),
        pytest.param(151, 76, id="the middle of a batch of 150"),
        pytest.param(51, 51, id="the last of a list"),
        pytest.param(3, 2, id="the middle of three"),
    ],
)
async def test_all_others_ring_in_the_same_scan_and_the_full_one_is_named(
    slack, alerts, filed, clock, store, database, count, full, room
):
    await filed(count)
    await fill(database, full, to=WHOLE - room)
    clock.forward(hours=4)

    assert await alerts.announce()
    await store.full.put_aside(at=clock())
    assert not await alerts.announce()

    assert await rang(database) == once_but(full, count)
    assert len(alerts_in(slack)) == (2 if count == 3 else 1)
    assert [ticket.key for ticket in await store.full.named(most=9)] == [f"T-{full}"]


async def test_a_large_ticket_rings_and_has_its_card_as_long_as_it_has_room(
    slack, alerts, messages, filed, clock, store, database
):
    await filed(1)
    await fill(database, 1, to=WHOLE - 80_000)
    clock.forward(hours=4)

    await alerts.announce()
    await messages.follow()
    await store.full.put_aside(at=clock())

    assert await rang(database) == {1: 1}
    assert len(slack.messages("#helpdesk")) == 2
    assert await store.full.named(most=9) == []


async def test_a_ticket_that_has_room_again_rings(alerts, filed, clock, store, database):
    await filed(3)
    await fill(database, 2, to=WHOLE)
    clock.forward(hours=4)
    await alerts.announce()
    await store.full.put_aside(at=clock())

    await emptied(database, 2)
    assert not await alerts.announce()
    clock.forward(minutes=5, seconds=1)
    await store.full.put_aside(at=clock())
    await alerts.announce()
    assert not await alerts.announce()

    assert await rang(database) == {1: 1, 2: 1, 3: 1}
    await database["full_tickets"].update_many({}, {"$set": {"until": datetime.now(UTC)}})
    assert await store.full.named(most=9) == []


async def test_one_that_stays_full_is_named_once(filed, clock, store, database):
    await filed(2)
    await fill(database, 1, to=WHOLE)
    await store.full.put_aside(at=clock())
    [before] = await store.full.named(most=9)
    clock.forward(hours=4, minutes=10)

    await store.full.put_aside(at=clock())

    assert await store.full.named(most=9) == [before]
    assert await database["full_tickets"].count_documents({}) == 1


@ROOM
async def test_all_other_cards_and_receipts_are_posted(
    slack, messages, filed, store, database, clock, room
):
    await filed(20)
    await fill(database, 1, to=WHOLE - room)

    await messages.follow()
    await messages.tell()
    await store.full.put_aside(at=clock())

    posted = slack.calls_of("chat.postMessage")
    kinds = [call.given["metadata"]["event_type"] for call in posted]
    assert (kinds.count("helpdesk_card"), kinds.count("helpdesk_receipt")) == (19, 19)
    behind = {
        "deliveries": {"$elemMatch": {"kind": {"$in": ["card", "receipt"]}, "due": {"$ne": None}}}
    }
    owing = await database["tickets"].find(behind, {"number": 1}).to_list()
    assert [row["number"] for row in owing] == [1]
    assert [ticket.number for ticket in await store.full.named(most=9)] == [1]


@ROOM
async def test_all_other_alerts_that_may_be_there_twice_are_looked_at(
    filed, store, database, clock, room
):
    await filed(3)
    past = datetime.now(UTC) - timedelta(minutes=1)
    watch = {"since": past, "until": past}
    await database["tickets"].update_many({}, {"$set": {"alert.watch": watch}})
    await fill(database, 2, to=WHOLE - room)

    watched = await store.repeats.claim(pause=timedelta())
    await store.full.put_aside(at=clock())

    assert [ticket.number for ticket in await store.full.named(most=9)] == [2]
    others = await database["tickets"].find({"number": {"$ne": 2}}, {"_id": 1}).to_list()
    assert watched.tickets == {str(row["_id"]) for row in others}


async def test_the_whole_desk_goes_on_and_says_what_is_full(
    slack, start, session, filed, clock, database, a_few_scans
):
    await filed(5)
    await fill(database, 3, to=WHOLE - 60)
    clock.forward(hours=4)

    async with start() as address:
        await slack.until(lambda: len(announced(slack)) >= 4)
        await slack.until(
            lambda: [m for m in slack.messages("#helpdesk") if "Ticket 3" in str(m.blocks)]
        )
        await a_few_scans()
        async with session.get(f"{address}/readyz") as answer:
            status, said = answer.status, await answer.json()
        priority = await slack.command("prio 3 low", by=slack.olga)
        resolved = await slack.command("resolve 3", by=slack.olga)
        other = await slack.command("resolve 4", by=slack.olga)

    assert status == 200
    [line] = said["detail"]
    assert line.startswith("No room is left in T-3 to note what Slack is told")
    assert line.endswith("see “A full ticket” in docs/operating.md.")
    assert "can only be acknowledged, snoozed, resolved or closed" in priority.text
    assert "docs/operating.md says how" in resolved.text
    assert "resolved" in other.text
    assert len(announced(slack)) == len(set(announced(slack))) == 4
    assert await rang(database) == once_but(3, 5)

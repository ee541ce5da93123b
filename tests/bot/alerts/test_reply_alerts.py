"""The next reply, where it is promised: it rings soon and late, and an agent's answer ends it."""

import asyncio

import pytest

from core.store.delivery.entries import UNPLANNED
from core.tickets import Priority
from tests.bot.alerts.test_announcer import alerts_in
from tests.bot.conftest import button_names, card_of, strict_slack, words
from tests.bot.conversation.conftest import at, deleted, event, known
from tests.conftest import LONGEST_WAIT
from tests.support.deliveries import nothing_is_held, nothing_is_owed

HOURS = {Priority.HIGH: 1, Priority.MEDIUM: 2, Priority.LOW: 3}
LATE = "*T-1: ada waits for an answer:* VPN is down"


@pytest.fixture
async def slack(clock):
    """Its clock is the desk's."""
    async with strict_slack(now=lambda: clock().timestamp()) as slack:
        yield slack


@pytest.fixture
def more():
    """Settings besides."""
    return {"soon_percent": 75}


@pytest.fixture
async def desk_url(store, start, more):
    async with start(reply_hours=HOURS, **more) as address:
        yield address


@pytest.fixture
def rang(slack):
    """Waits for so many alerts, and gives them."""

    async def found(count):
        return await slack.until(lambda: len(alerts_in(slack)) >= count and alerts_in(slack))

    return found


@pytest.fixture
async def asked(slack, file, clock, store, database):
    """Ada's ticket, on which she said something after it was answered; gives its card."""
    card = await file(by=slack.ada)
    await known(store, card)
    await slack.command("comment 1 We look into it", by=slack.olga)
    clock.forward(minutes=10)
    await slack.command("comment 1 Any news?", by=slack.ada)
    await nothing_is_owed(database)
    return card


async def test_it_rings_soon_and_late_and_an_answer_ends_it(
    slack, asked, clock, rang, looked, database
):
    clock.forward(minutes=45, milliseconds=1)
    [soon] = await rang(1)
    assert soon.text.startswith("*T-1 is to be answered soon:*")
    clock.forward(minutes=15)
    soon, late = await rang(2)
    assert late.text.startswith(LATE)
    assert "An answer was due" in words(late)
    assert button_names(late) == ["acknowledge", "claim", "resolve", "reply", "snooze"]

    await slack.click(late, "reply", by=slack.olga)
    await slack.submit(await slack.modal(by=slack.olga), by=slack.olga, message="It is back")

    await slack.until(lambda: late.text.startswith("*T-1 has its answer*, said"))
    assert button_names(late) == []
    clock.forward(minutes=90)
    await looked()
    assert len(alerts_in(slack)) == 2


async def test_what_they_say_again_counts_anew_unless_it_is_late(slack, asked, clock, rang, looked):
    clock.forward(minutes=30)
    await slack.command("comment 1 Hello?", by=slack.ada)
    clock.forward(minutes=31)
    await looked()
    assert alerts_in(slack) == []

    clock.forward(minutes=29, milliseconds=1)
    *_, late = await rang(1)
    assert late.text.startswith(LATE)
    await slack.command("comment 1 HELLO?", by=slack.ada)
    clock.forward(minutes=1)
    await looked()

    assert late.text.startswith(LATE)
    why = (await slack.command("why 1", by=slack.ada)).text
    assert "*Next reply:* late; due" in why


async def test_notes_and_words_of_others_are_no_answer(slack, asked, clock, rang):
    await slack.post("Same here", by=slack.olga, channel="#helpdesk", thread_ts=asked.ts)
    await slack.command("note 1 Vendor asked", by=slack.olga)
    clock.forward(minutes=60, milliseconds=1)

    [late] = await rang(1)
    assert late.text.startswith(LATE)


async def test_it_stands_still_while_it_waits_and_words_with_a_change_are_an_answer(
    slack, asked, clock, rang, looked, database
):
    await slack.command("wait 1 Acme", by=slack.olga)
    clock.forward(hours=9)
    await slack.command("start 1", by=slack.olga)
    clock.forward(minutes=59)
    await looked()
    assert [one for one in alerts_in(slack) if "waits for an answer" in one.text] == []
    why = (await slack.command("why 1", by=slack.olga)).text
    assert "*Next reply:* 1 min left; due" in why

    await slack.command("resolve 1 It is back", by=slack.olga)

    assert "asked" not in await database["tickets"].find_one()


@pytest.mark.parametrize("more", [{"card_thread": "public"}])
async def test_an_answer_that_is_heard_of_late_counts_from_when_it_was_said(
    slack, asked, clock, rang, database
):
    clock.forward(minutes=50)
    in_time, said_at = clock(), at(clock())
    clock.forward(minutes=20)
    [late] = await rang(1)
    assert late.text.startswith(LATE)

    await slack.event(event(asked, "It is back", by=slack.olga, ts=said_at))

    said = f"has its answer*, said <!date^{int(in_time.timestamp())}^"
    await slack.until(lambda: said in late.text)
    # And a question from before it, of which the desk hears later still, is answered, too.
    earlier = f"{int(in_time.timestamp()) - 60}.000200"
    await slack.event(event(asked, "Hello?", by=slack.ada, ts=earlier))
    ticket = await database["tickets"].find_one()
    assert [one["message"] for one in ticket["comments"]][-1] == "Hello?"
    assert "asked" not in ticket


@pytest.mark.parametrize("more", [{"card_thread": "public"}])
async def test_nobody_waits_for_an_answer_to_what_was_withdrawn(
    slack, file, store, database, clock
):
    card = await file(by=slack.ada)
    await known(store, card)
    said = await slack.post("Hm?", by=slack.ada, channel="#helpdesk", thread_ts=card.ts)
    assert (await database["tickets"].find_one())["asked"] == [clock()]

    await slack.event(deleted(said))

    assert "asked" not in await database["tickets"].find_one()


async def test_what_was_said_before_it_was_a_ticket_is_for_the_first_response(
    slack, file, store, database, clock
):
    before = at(clock())
    clock.forward(minutes=5)
    card = await file(by=slack.ada)
    await known(store, card)

    await slack.event(event(card, "It hums", by=slack.ada, ts=before))

    ticket = await database["tickets"].find_one()
    assert [one["message"] for one in ticket["comments"]] == ["It hums"]
    assert "asked" not in ticket


@pytest.mark.parametrize("more", [{}])
async def test_an_alert_says_that_its_ticket_waits_though_that_is_late_besides(
    slack, asked, clock, rang
):
    clock.forward(hours=3, minutes=30)
    [late] = await rang(1)
    await slack.command("comment 1 On it", by=slack.olga)
    clock.forward(minutes=1)
    await slack.command("comment 1 And?", by=slack.ada)
    clock.forward(minutes=20)
    await rang(2)

    await slack.command("wait 1 Acme", by=slack.olga)

    await slack.until(lambda: late.text.startswith("*T-1* waits"))


@pytest.mark.parametrize("more", [{}])
async def test_what_is_late_besides_is_acted_on_in_its_own_alert(slack, asked, clock, rang):
    clock.forward(hours=3, minutes=20)
    await slack.command("comment 1 Still nothing", by=slack.ada)
    clock.forward(minutes=30, milliseconds=1)
    *_, breach = await rang(2)
    reply, breach = sorted(alerts_in(slack), key=lambda one: "is late" in one.text)
    assert {"acknowledge", "reply"} <= {*button_names(reply)} & {*button_names(breach)}

    await slack.command("comment 1 It is back", by=slack.olga)

    await slack.until(lambda: button_names(reply) == [])
    assert "acknowledge" in button_names(breach)


async def test_where_nothing_is_promised_nothing_rings(slack, start, clock, looked, store):
    async with start():
        await slack.command("new high VPN is down", by=slack.ada)
        await slack.command("comment 1 Any news?", by=slack.ada)
        clock.forward(hours=2)
        await looked()

        assert alerts_in(slack) == []
        assert "Next reply" not in (await slack.command("why 1", by=slack.ada)).text


async def test_many_that_wait_are_listed(slack, desk_url, clock, rang, database):
    for number in range(1, 5):
        await slack.command("new high VPN is down", by=slack.ada)
        await slack.command(f"comment {number} Any news?", by=slack.ada)
    # Who posts a card holds its ticket, alert and all.
    await slack.until(lambda: card_of(slack, "T-4"))
    await nothing_is_owed(database)
    async with asyncio.timeout(LONGEST_WAIT):
        while await database["tickets"].find_one({"deliveries.due": UNPLANNED}):
            await asyncio.sleep(0.01)
    await nothing_is_held(database)
    clock.forward(minutes=60, milliseconds=1)

    *_, late = await rang(1)

    assert late.text.startswith("*In 4 tickets somebody waits for an answer.*")
    assert "`/ticket list open`" in words(late)

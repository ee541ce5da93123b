"""What a requester hears of a ticket that waits for them, and ends without their answer."""

import pytest

from bot.tickets.shortcuts import CREATE_TICKET
from localslack import Fault
from tests.bot.conftest import PATIENT, button_names, card_of, words
from tests.bot.conversation.threads.test_requesters_thread import ours
from tests.bot.test_data_model import assert_the_page_tells_of_all
from tests.support.deliveries import nothing_is_owed

STILL = "still waits for your answer"
CLOSED = "Closed: it waited for your answer, and none came"


@pytest.fixture
def timing():
    return PATIENT | {"HELPDESK_CLOSE_WAITING_DAYS": 4}


@pytest.fixture
def pass_by(clock, looked, database):
    async def days(count):
        clock.forward(days=count)
        await looked(1)
        await nothing_is_owed(database)

    return days


@pytest.fixture
def direct(slack):
    def told():
        return [one for one in slack.direct_messages(slack.ada) if one.from_bot]

    return told


async def test_they_are_reminded_once_and_may_reopen_what_was_closed(
    slack, file, pass_by, direct, clock, database
):
    await file(by=slack.ada)
    await slack.command("hold 1", by=slack.olga)
    await pass_by(1.9)
    assert len(direct()) == 1

    await pass_by(0.1)
    waits, reminder = direct()
    end = f"Without an answer it is closed <!date^{int(clock().timestamp()) + 2 * 86400}^"
    assert STILL in reminder.text
    assert end in reminder.text
    assert end in waits.text
    await assert_the_page_tells_of_all(database)

    await pass_by(2)
    assert direct()[:2] == [waits, reminder]
    [closed] = direct()[2:]
    assert CLOSED in closed.text
    assert button_names(closed) == ["reopen"]
    assert "It waited for your answer; none came." in reminder.text
    card = card_of(slack, "T-1")
    assert "*Closed* (no answer), done <!date" in words(card)

    await slack.click(closed, "reopen", by=slack.ada)
    await slack.until(lambda: "(open," in card.text)
    await pass_by(9)
    assert len(direct()) == 3


async def test_in_their_thread_it_stands_there(slack, desk_url, pass_by, direct, database):
    asked = await slack.post("The printer burns", by=slack.ada, channel="#general")
    await slack.message_shortcut(CREATE_TICKET, asked, by=slack.olga)
    await slack.submit(await slack.modal(by=slack.olga), by=slack.olga)
    await slack.until(lambda: card_of(slack, "T-1"))
    await slack.command("hold 1", by=slack.olga)
    await pass_by(2)
    await pass_by(2)

    *_, reminder, closed = ours(slack.thread(asked))
    assert "; none came" in reminder.text
    assert CLOSED in closed.text
    assert direct() == []


async def test_an_answer_under_the_reminder_sets_it_going(slack, file, pass_by, direct):
    await file(by=slack.ada)
    await slack.command("hold 1", by=slack.olga)
    await pass_by(2)
    _, reminder = direct()

    under = {"channel": slack.direct(slack.ada), "thread_ts": reminder.ts}
    await slack.post("Floor 3", by=slack.ada, **under)
    await pass_by(9)

    assert "It waited for your answer; it has gone on since." in reminder.text
    assert len(direct()) == 2
    assert "open, nobody has it" in card_of(slack, "T-1").text


async def test_what_an_agent_adds_leaves_the_reminder_true(slack, file, pass_by, direct):
    await file(by=slack.ada)
    await slack.command("hold 1", by=slack.olga)
    await pass_by(2)
    *_, reminder = direct()
    await slack.command("comment 1 Which floor?", by=slack.olga)

    await slack.until(lambda: "Without an answer" not in reminder.text)
    assert STILL in reminder.text


async def test_two_desks_and_a_restart_remind_once_and_close_once(
    slack, start, clock, looked, database, direct
):
    async with start() as _, start() as _:
        await slack.command("new low VPN is down", by=slack.ada)
        await slack.command("hold 1", by=slack.olga)
        clock.forward(days=2)
        await looked(1)
    async with start() as _, start() as _:
        await looked(1)
        await nothing_is_owed(database)
        assert len(direct()) == 2
        clock.forward(days=2)
    async with start():
        await looked(1)
        await nothing_is_owed(database)

    assert [CLOSED in one.text for one in direct()] == [False, False, True]


@pytest.mark.parametrize("fault", [Fault.rate_limited(1), Fault.cut_before()])
async def test_whatever_becomes_of_a_post_they_are_reminded_once(
    slack, file, clock, looked, expire, database, direct, fault
):
    await file(by=slack.ada)
    await slack.command("hold 1", by=slack.olga)
    await nothing_is_owed(database)
    slack.fail("chat.postMessage", fault)
    clock.forward(days=2)
    for _ in range(4):
        await expire(held=False)
        await looked(1)
    await nothing_is_owed(database)

    assert [STILL in one.text for one in direct()].count(True) == 1


async def test_what_slack_has_not_taken_puts_the_end_off(
    slack, file, clock, looked, expire, database, direct, ticket
):
    await file(by=slack.ada)
    await slack.command("hold 1", by=slack.olga)
    await nothing_is_owed(database)
    slack.fail("chat.postMessage", Fault.error("missing_scope"), times=None)
    clock.forward(days=2)
    await looked(2)
    clock.forward(days=2)
    await looked(2)
    assert (await ticket())["status"] == "waiting"

    slack.heal("chat.postMessage")
    await expire(held=False)
    await slack.until(lambda: len(direct()) == 2)
    await nothing_is_owed(database)
    assert f"closed <!date^{int(clock().timestamp()) + 2 * 86400}^" in direct()[1].text
    clock.forward(days=2)
    await looked(1)
    await nothing_is_owed(database)

    assert CLOSED in direct()[2].text


async def test_who_left_slack_hears_nothing_and_it_is_closed(slack, file, pass_by, ticket):
    await file(by=slack.ada)
    await slack.command("hold 1", by=slack.olga)
    slack.fail("chat.postMessage", Fault.error("user_disabled"), times=None)

    await pass_by(2)
    await pass_by(2)

    assert (await ticket())["status"] == "closed"


async def test_who_is_not_in_slack_hears_nothing_and_it_is_closed(slack, program, pass_by, ticket):
    await program.file("VPN is down")
    await slack.command("hold 1", by=slack.olga)
    await pass_by(2)
    await pass_by(2)

    assert (await ticket())["status"] == "closed"


async def test_what_an_agent_asks_themselves_is_told_them_too(slack, file, pass_by):
    await file(by=slack.olga)
    await slack.command("hold 1", by=slack.olga)
    await pass_by(2)
    await pass_by(2)

    *_, reminder, closed = slack.direct_messages(slack.olga)
    assert "; none came" in reminder.text
    assert CLOSED in closed.text

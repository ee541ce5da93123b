"""A requester says, while nobody works, that it cannot wait."""

from functools import partial

import pytest

from bot.tickets.shortcuts import CREATE_TICKET
from tests.bot.alerts.test_announcer import alerts_in
from tests.bot.conftest import button_names, card_of, words
from tests.bot.test_data_model import assert_the_page_tells_of_all
from tests.support.deliveries import nothing_is_owed

# It is a Monday, nine o'clock.
HOURS = {"mon-fri": ["10:00-18:00"]}
MONDAY = "Nobody works until <!date^"


@pytest.fixture
async def desk_url(store, start, slack):
    async with start(business_hours=HOURS, on_call=[slack.amir.id]) as address:
        yield address


@pytest.fixture
async def receipt(slack, desk_url, database):
    """Ada's, of low priority, after a form."""
    await slack.command("new", by=slack.ada)
    form = await slack.modal(by=slack.ada)
    await slack.submit(form, by=slack.ada, title="VPN is down", priority="low")
    [receipt] = await slack.until(lambda: slack.direct_messages(slack.ada))
    await nothing_is_owed(database)
    return receipt


@pytest.fixture
def rung(slack, looked, clock, database):
    async def alerts():
        clock.forward(seconds=1)
        await looked(1)
        await nothing_is_owed(database)
        return alerts_in(slack)

    return alerts


def is_told(slack, who, sentence):
    return any(sentence in one.text for one in slack.seen_by(who, "#general"))


async def test_it_has_high_priority_and_rings_whoever_is_on_call_once(
    slack, receipt, rung, program, clock, database
):
    assert MONDAY in words(receipt)
    assert button_names(receipt) == ["close", "urgent"]
    assert await rung() == []

    await slack.click(receipt, "urgent", by=slack.ada)
    await slack.repeat_last()

    [alert] = await rung()
    assert "T-1 is urgent, says ada:" in alert.text
    assert f"<@{slack.amir.id}>, please look." in alert.text
    assert {"claim", "resolve", "reply"} <= {*button_names(alert)}
    assert (await program.get("/api/tickets/1")).body["priority"] == "high"
    assert "The team is told that it is urgent." in words(receipt)
    assert button_names(receipt) == ["close"]
    timeline = (await program.get("/api/tickets/1/timeline")).body["items"]
    assert [entry["what"] for entry in timeline] == ["created", "urgent"]
    assert timeline[1]["changes"]["priority"] == {"old": "low", "new": "high"}
    assert timeline[1]["by"]["name"] == "ada"
    clock.forward(minutes=30)
    assert await rung() == [alert]
    await assert_the_page_tells_of_all(database)


async def test_what_has_high_priority_already_rings_all_the_same(slack, receipt, rung):
    await slack.command("prio 1 high", by=slack.olga)
    await slack.command("claim 1", by=slack.olga)
    await slack.command("ack 1", by=slack.olga)
    await rung()

    await slack.click(receipt, "urgent", by=slack.ada)

    [alert] = await rung()
    # Of that nobody has heard yet.
    assert "acknowledge" in button_names(alert)
    assert f"<@{slack.olga.id}> has it." in alert.text
    await slack.command("resolve 1", by=slack.olga)
    await rung()
    assert "T-1 was urgent* and is resolved" in alert.text


async def test_the_answer_to_a_line_has_it_and_says_when_it_was_said(slack, desk_url, rung):
    await slack.command("new low Mail is slow", by=slack.ben)
    answer = slack.seen_by(slack.ben, "#general")[-1]
    assert MONDAY in words(answer)
    assert "urgent" in button_names(answer)

    for said in (
        "T-1 has high priority, and the team is told that it is urgent.",
        "The team is told already that T-1 is urgent.",
    ):
        await slack.click(answer, "urgent", by=slack.ben)
        await slack.until(partial(is_told, slack, slack.ben, said))
        assert len(await rung()) == 1


async def test_what_is_late_and_snoozed_rings_again_all_the_same(slack, desk_url, rung, clock):
    await slack.command("new high Mail is slow", by=slack.ben)
    answer = slack.seen_by(slack.ben, "#general")[-1]
    clock.forward(hours=9)
    assert len(await rung()) == 1
    await slack.command("snooze 1 20h", by=slack.olga)

    await slack.click(answer, "urgent", by=slack.ben)
    await slack.until(lambda: is_told(slack, slack.ben, "the team is told that it is urgent"))
    assert len(await rung()) == 2
    clock.forward(hours=20)

    assert len(await rung()) == 3


async def test_only_its_requester_says_so(slack, desk_url, rung, database):
    asked = await slack.post("The printer burns", by=slack.ada, channel="#general")
    await slack.message_shortcut(CREATE_TICKET, asked, by=slack.olga)
    await slack.submit(await slack.modal(by=slack.olga), by=slack.olga)
    await slack.until(lambda: card_of(slack, "T-1"))
    await nothing_is_owed(database)
    shown = slack.thread(asked)[0]
    assert MONDAY in words(shown)

    for who, sentence in (
        (slack.olga, "Only whoever filed T-1 can say that it is urgent."),
        (slack.ben, "This ticket is not yours to change"),
    ):
        await slack.click(shown, "urgent", by=who)
        await slack.until(partial(is_told, slack, who, sentence))
    assert await rung() == []

    await slack.click(shown, "urgent", by=slack.ada)
    assert len(await rung()) == 1


async def test_while_somebody_works_there_is_no_such_button(slack, desk_url, clock):
    clock.forward(hours=2)
    answer = await slack.command("new low Mail is slow", by=slack.ben)

    assert "Nobody works" not in str(answer.body)
    assert "It is urgent" not in str(answer.body)

"""Second copies of alerts are deleted, and nothing else is."""

import pytest
from bson import ObjectId

from localslack import Fault
from localslack.state.people import BOT_USER
from tests.bot.alerts.test_announcer import alerts_in, announced
from tests.support.deliveries import nothing_is_owed

ALERT, POST = "helpdesk_alert", "chat.postMessage"
LOST = Fault.cut_before()


def ever_posted(slack):
    """The alerts in Slack, also those that were deleted at once."""
    kinds = [(one.metadata or {}).get("event_type") for one in slack.workspace.messages]
    return [kind for kind in kinds if kind == ALERT]


@pytest.fixture
def late_tickets(slack, program, clock, database):
    """Files so many, and makes them late when their cards are there; the first post gets lost."""

    async def become_late(count):
        for number in range(count):
            await program.file(f"ticket {number}", priority="high")
        await slack.until(lambda: len(slack.messages("#helpdesk")) >= count)
        await nothing_is_owed(database)
        slack.fail(POST, LOST)
        clock.forward(hours=5)

    return become_late


@pytest.fixture
def posted_again(slack, looked, expire):
    """Waits until what got lost was posted again."""

    async def until():
        await looked(but=["cards"])
        await expire(held=False)
        await slack.until(lambda: ever_posted(slack))

    return until


@pytest.fixture
def arrives_late(slack, client, looked, expire):
    """What got lost and was posted again reaches Slack after all."""

    async def until():
        await looked(but=["cards"])
        tries = [call.given for call in slack.calls_of(POST)]
        lost = next(given for given in tries if given["metadata"]["event_type"] == ALERT)
        await client.api_call(POST, json=lost)
        await expire(held=False)

    return until


@pytest.fixture
def swept(slack):
    """Waits until the bot has deleted something."""

    async def until():
        await slack.until(lambda: slack.calls_of("chat.delete"))

    return until


async def test_a_copy_that_arrives_late_is_deleted(
    slack, file, clock, posted_again, arrives_late, swept, database
):
    await file()
    slack.fail(POST, LOST)
    clock.forward(hours=5)
    await posted_again()
    await arrives_late()

    await swept()

    [alert] = alerts_in(slack)
    ticket = await database["tickets"].find_one({})
    there = [one for one in ticket["deliveries"] if one["kind"] == "alert" and one.get("ts")]
    assert [one["ts"] for one in there] == [alert.ts]


async def test_the_copy_that_stays_goes_on_following_its_ticket(
    slack, file, clock, posted_again, arrives_late, swept, program
):
    await file()
    slack.fail(POST, LOST)
    clock.forward(hours=5)
    await posted_again()
    await arrives_late()
    await swept()

    await program.patch("/api/tickets/1", {"status": "resolved"})

    [alert] = alerts_in(slack)
    await slack.until(lambda: "was late" in alert.text)


async def test_a_list_that_arrives_late_is_deleted(
    slack, late_tickets, posted_again, arrives_late, swept, start, a_few_scans
):
    async with start(), start():
        await late_tickets(5)
        await posted_again()
        await arrives_late()

        await swept()
        await a_few_scans()

    assert len(announced(slack)) == len(set(announced(slack))) == 5


async def test_a_summary_of_very_many_that_arrives_late_is_deleted(
    slack,
    start,
    filed_without_cards,
    clock,
    posted_again,
    arrives_late,
    swept,
    a_few_scans,
):
    await filed_without_cards(110)
    slack.fail(POST, LOST)
    clock.forward(hours=5)
    async with start():
        await posted_again()
        await arrives_late()

        await swept()
        await a_few_scans(but=["cards"])

    [alert] = alerts_in(slack)
    assert "110 tickets are late" in alert.text


async def test_a_message_that_alone_holds_an_alert_is_never_deleted(
    slack, program, late_tickets, posted_again, arrives_late
):
    await late_tickets(4)
    await slack.until(lambda: len(slack.calls_of(POST)) >= 5)
    await program.patch("/api/tickets/1", {"status": "resolved"})
    await posted_again()
    await arrives_late()

    # The first list alone holds the ticket that was resolved meanwhile.
    [alert] = await slack.until(lambda: len(alerts_in(slack)) == 1 and alerts_in(slack))
    assert len(alert.metadata["event_payload"]["alerts"]) == 4


async def test_what_others_posted_is_left(
    slack, file, clock, posted_again, arrives_late, swept, a_few_scans
):
    await file()
    slack.fail(POST, LOST)
    clock.forward(hours=5)
    await posted_again()
    [alert] = alerts_in(slack)
    foreign = slack.workspace.post(
        slack.helpdesk, slack.ada.id, "the same", metadata=dict(alert.metadata)
    )
    await arrives_late()

    await swept()
    await a_few_scans()

    assert not foreign.deleted
    assert len([left for left in alerts_in(slack) if left.from_bot]) == 1


async def test_a_second_copy_of_a_ticket_of_another_desk_is_left(
    slack, file, clock, posted_again, arrives_late, swept, a_few_scans
):
    await file()
    elsewhere = f"breach:{ObjectId()}:1772456400000:{slack.helpdesk.id}"
    metadata = {"event_type": "helpdesk_alert", "event_payload": {"alerts": [elsewhere]}}
    slack.fail(POST, LOST)
    clock.forward(hours=5)
    for _ in range(2):
        slack.workspace.post(slack.helpdesk, BOT_USER, "elsewhere", metadata=metadata)
    await posted_again()
    await arrives_late()

    await swept()
    await a_few_scans()

    assert announced(slack).count(elsewhere) == 2


async def test_nothing_is_read_while_no_alert_was_tried_twice(
    slack, file, clock, looked, a_few_scans, expire
):
    await file()
    clock.forward(hours=5)
    await slack.until(lambda: alerts_in(slack))

    await a_few_scans()
    await expire(held=False)
    await looked()

    assert slack.calls_of("conversations.history") == []


async def test_a_copy_somebody_deleted_first_does_no_harm(
    slack, file, clock, posted_again, arrives_late, a_few_scans
):
    await file()
    slack.fail(POST, LOST)
    slack.fail("chat.delete", Fault.cut_after(), times=1)
    clock.forward(hours=5)
    await posted_again()
    await arrives_late()

    await slack.until(lambda: len(alerts_in(slack)) == 1)
    await a_few_scans()

    assert len(alerts_in(slack)) == 1

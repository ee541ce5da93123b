"""A card comes once, and in the right channel, whatever Slack or a process fails to do."""

import pytest

from core.people.accounts import Via
from core.tickets import Changes, NewTicket, Status
from localslack import Fault
from tests.bot.conftest import card_of, impatient, with_timing


@impatient
@pytest.mark.parametrize(
    "fault",
    [Fault.status(500), Fault.rate_limited(1), Fault.hang(2)],
    ids=["500", "429", "nothing"],
)
async def test_a_slack_that_fails_gets_the_card_later_and_once(slack, program, fault):
    slack.fail("chat.postMessage", fault, times=1)

    await program.file("Server down")

    card = await slack.until(lambda: card_of(slack, "T-1"))
    assert "Server down" in card.text


@impatient
async def test_a_card_whose_answer_got_lost_is_found_again(slack, program):
    slack.fail("chat.postMessage", Fault.cut_after())
    await program.file("Server down")
    card = await slack.until(lambda: card_of(slack, "T-1"))

    await program.patch("/api/tickets/1", {"status": "resolved"})

    await slack.until(lambda: "resolved" in card.text)
    assert card_of(slack, "T-1") is card


async def test_a_deleted_card_is_posted_anew_at_the_next_change(slack, file, program):
    card = await file()
    card.deleted = True

    await program.patch("/api/tickets/1", {"status": "resolved"})

    anew = await slack.until(lambda: card_of(slack, "T-1"))
    assert "resolved" in anew.text


async def test_another_process_pays_what_a_dead_one_owed(slack, desk, start):
    """The change is made by a desk that dies before it can tell Slack."""
    someone = (await desk.people.slack_user(slack.ada.id, name="ada")).acting(Via.SLACK)
    await desk.open_ticket(NewTicket(title="VPN is down"), by=someone, receipt=True)

    async with start():
        await slack.until(lambda: card_of(slack, "T-1"))
        told = await slack.until(lambda: slack.direct_messages(slack.ada))

    assert len(told) == 1


async def test_a_bot_outside_its_channel_says_in_readyz_what_to_do(slack, program, looked):
    slack.fail("chat.postMessage", Fault.error("not_in_channel"), times=None)

    await program.file("Server down")

    await slack.until(lambda: slack.calls_of("chat.postMessage"))
    await looked()
    ready = await program.get("/readyz")
    assert ready.status == 503
    assert ready.body["detail"] == [
        "Slack refuses messages (not_in_channel): type /invite @HelpDesk in the channel."
    ]


@with_timing("brief", post=4.8, lease=4.9)
async def test_an_older_state_never_overwrites_a_newer_one(
    slack, file, program, start, clock, a_few_scans
):
    """Two slow edits, by two processes, of a ticket with an alert and a card: together they take
    longer than a lease, and each less."""
    card = await file()
    clock.forward(hours=5)
    await slack.until(lambda: "late" in card.text)
    async with start() as address:
        before = len(slack.calls_of("chat.update"))
        slack.fail("chat.update", Fault.hang(2.5), times=2)
        assert slack.events_url.startswith(address)
        await slack.command("assign 1 me", by=slack.olga)
        await slack.until(lambda: len(slack.calls_of("chat.update")) >= before + 2)
        await program.patch("/api/tickets/1", {"status": "resolved"})

        await slack.until(lambda: "resolved" in card.text)
        await a_few_scans()

    assert "resolved" in card.text


async def test_a_card_in_a_channel_that_was_given_up_is_posted_in_the_new_one(slack, desk, start):
    someone = (await desk.people.slack_user(slack.ada.id, name="ada")).acting(Via.SLACK)
    async with start():
        await desk.open_ticket(NewTicket(title="VPN is down"), by=someone)
        await slack.until(lambda: card_of(slack, "T-1"))
    slack.fail("chat.update", Fault.error("is_archived"), times=None)

    async with start(alert_channel=slack.general.id):
        await desk.change_ticket("1", Changes(status=Status.CLOSED), by=someone)
        [card] = await slack.until(lambda: slack.messages("#general"))

    assert "T-1 VPN is down (closed" in card.text


async def test_a_slack_that_wants_a_pause_gets_one(slack, program, looked):
    for number in range(6):
        await program.file(f"ticket {number}")
    await slack.until(lambda: len(slack.messages("#helpdesk")) >= 6)
    slack.fail("chat.update", Fault.rate_limited(30), times=None)

    await program.patch("/api/tickets/1", {"status": "resolved"})
    await slack.until(lambda: slack.calls_of("chat.update"))
    await looked()

    assert len(slack.calls_of("chat.update")) == 1

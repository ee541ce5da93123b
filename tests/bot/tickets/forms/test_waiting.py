"""What waits until a time goes on by itself: once, whoever looks, and after a restart."""

from datetime import timedelta

import pytest

from tests.bot.alerts.test_announcer import alerts_in
from tests.bot.conftest import card_of, words
from tests.support.deliveries import nothing_is_owed


@pytest.fixture
def waits(database):
    """Has the ticket wait as REST does, and gives what went on by itself since."""

    async def entries():
        timeline = (await database["tickets"].find_one({"number": 1}))["timeline"]
        return [entry for entry in timeline if entry["via"] == "desk"]

    return entries


async def on_hold(program, clock, **time):
    until = (clock() + timedelta(**time)).isoformat()
    said = {"status": "waiting", "waiting_for": "Acme", "waiting_until": until}
    answer = await program.patch("/api/tickets/1", said)
    assert answer.status == 200, answer


async def test_with_two_processes_it_goes_on_once(
    slack, start, file, program, clock, waits, a_few_scans, database
):
    async with start():
        card = await file()
        await on_hold(program, clock, hours=2)
        await slack.until(lambda: "until" in words(card))
        clock.forward(hours=2)
        await slack.until(lambda: "Open" in words(card))
        await a_few_scans()

    assert len(await waits()) == 1
    assert (await program.get("/api/tickets/1")).body["version"] == 3
    await nothing_is_owed(database)


async def test_what_a_desk_slept_through_goes_on_when_it_starts(
    slack, store, start, clock, waits, database
):
    async with start():
        await slack.command("new high VPN is down", by=slack.ada)
        await slack.until(lambda: card_of(slack, "T-1"))
        await slack.command("wait 1 Acme", by=slack.olga)
        until = {"$set": {"waiting_until": clock() + timedelta(hours=2)}}
        await database["tickets"].update_one({}, until)
    clock.forward(hours=7)

    async with start():
        # It is due four hours after it was filed, and two of these it waited.
        [alert] = await slack.until(lambda: alerts_in(slack))
    async with start():
        card = await slack.until(lambda: card_of(slack, "T-1"))
        await slack.until(lambda: "late" in card.text)

    assert "T-1 is late" in alert.text
    assert len(await waits()) == 1


async def test_why_tells_until_when_it_waits(slack, file, program, clock):
    await file()
    await on_hold(program, clock, hours=2)

    waiting = await slack.command("why 1", by=slack.olga)
    listed = await slack.command("list waiting", by=slack.olga)

    assert "*Waits until:* <!date^1772449200^" in waiting.text
    assert "goes on by itself" in waiting.text
    assert "until" in words(listed.message)

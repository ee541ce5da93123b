"""Alerts that are acknowledged or snoozed by a command: what is said of when they ring."""

import pytest

from tests.bot.conftest import words
from tests.support.deliveries import nothing_is_held


@pytest.mark.parametrize(
    "typed", ["2 h", "for 2h", "2 hours", "until tomorrow", "1.5h", "1d", "1w"]
)
async def test_alerts_are_snoozed_in_every_way_of_saying_a_time(slack, file, typed):
    await file()

    answer = await slack.command(f"snooze 1 {typed}", by=slack.olga)

    assert answer.text.startswith("T-1 is snoozed until")


@pytest.mark.parametrize(
    ("soon", "rings"), [(0, "2026-03-02 13:00 UTC"), (75, "2026-03-02 12:00 UTC")]
)
async def test_who_acknowledges_before_anything_rang_is_told_when_it_rings(
    slack, store, start, soon, rings
):
    async with start(soon_percent=soon):
        await slack.command("new high VPN is down", by=slack.ada)

        answer = await slack.command("ack 1", by=slack.olga)

        assert answer.text.startswith("T-1 is acknowledged. If nothing happens to it, it rings <")
        assert answer.text.endswith(f"|{rings}>.")


async def test_who_acknowledges_what_was_late_and_waits_is_told_of_no_ring(
    slack, file, clock, database
):
    await file()
    clock.forward(hours=4, milliseconds=1)
    await slack.until(lambda: any("is late" in one.text for one in slack.messages("#helpdesk")))
    await nothing_is_held(database)
    await slack.command("hold 1", by=slack.olga)

    answer = await slack.command("ack 1", by=slack.olga)

    assert answer.text == "T-1 is acknowledged."


async def test_what_waits_has_no_alerts_to_put_off(slack, file):
    await file()
    await slack.command("hold 1", by=slack.olga)

    answer = await slack.command("ack 1", by=slack.olga)

    assert answer.text == "T-1 is waiting, so it has no alerts to put off."


@pytest.mark.parametrize(
    ("hours", "until", "due"), [(0, "4h", False), (0, "5h", True), (5, "2h", False)]
)
async def test_who_snoozes_beyond_the_due_time_is_told(slack, file, clock, hours, until, due):
    await file(priority="high")
    clock.forward(hours=hours)

    answer = await slack.command(f"snooze 1 {until}", by=slack.olga)

    assert answer.text.startswith("T-1 is snoozed until <")
    assert ("It is due before that: <" in answer.text) is due
    assert answer.text.endswith("|2026-03-02 13:00 UTC>.") is (hours == 0)


async def test_status_says_who_put_its_alerts_off_as_long_as_that_holds(slack, file, clock):
    await file(priority="high")

    async def said(by=slack.olga):
        return words(await slack.command("status 1", by=by))

    await slack.command("ack 1", by=slack.olga)
    assert "Acknowledged by olga" in await said()
    assert "|2026-03-02 13:00 UTC> if nothing happens." in await said()
    assert "Acknowledged" not in await said(slack.ada)
    clock.forward(hours=1)
    assert "Acknowledged" not in await said()
    await slack.command("snooze 1 1h", by=slack.olga)
    assert "Snoozed by olga until" in await said()
    clock.forward(hours=1)
    assert "Snoozed" not in await said()

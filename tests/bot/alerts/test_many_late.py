"""Many tickets that are late, at once or one by one: how much of the channel that takes."""

from collections import Counter

import pytest

from tests.bot.alerts.test_announcer import alerts_in, announced
from tests.bot.conftest import button_names, words
from tests.support.deliveries import nothing_is_owed, nothing_is_planned

TICKETS = 12
SECONDS = 40


@pytest.fixture
def steps(tmp_path, slack):
    """Two, which tell people."""
    path = tmp_path / "steps.yml"
    path.write_text(
        f"""
        steps:
          - {{after_minutes: 15, tell: [{slack.amir.id}]}}
          - {{after_minutes: 15, tell: [S0ONCALL]}}
        """
    )
    return path


async def test_twelve_late_within_eight_minutes_leave_room_for_others(
    slack, start, filed, clock, steps, looked, database
):
    async with start(soon_percent=75, escalations=steps):
        for _ in range(TICKETS):
            await filed()
            clock.forward(seconds=SECONDS)
        # Each is soon late after three hours, late after four, and escalated twice after that.
        for hours, minutes in ((3, 12), (1, 46)):
            clock.forward(hours=hours, seconds=-TICKETS * SECONDS if hours == 3 else -12 * 60)
            for _ in range(minutes * 60 // SECONDS):
                clock.forward(seconds=SECONDS)
                await looked(times=1)
        await nothing_is_owed(database)
        await looked()

    alerts = alerts_in(slack)
    # Nothing was left out, and nobody was told late that a ticket is late.
    kinds = Counter(name.split(":")[0] for name in announced(slack))
    assert kinds == dict.fromkeys(("soon", "breach", "escalation-1", "escalation-2"), TICKETS)
    late = [one for one in alerts if "breach:" in str(one.metadata)]
    assert len(late) == TICKETS
    # With the board, which is one more.
    seen = [one for one in slack.messages("#helpdesk") if not one.thread_ts]
    assert len(seen) - TICKETS == len(alerts) + 1 <= 30
    pressed = [one.text.split("*")[1].split()[0] for one in alerts if button_names(one)]
    assert sorted(pressed) == sorted(set(pressed))


async def test_a_ticket_that_would_be_late_by_then_is_said_to_be_late_in_its_time(
    slack, start, filed, clock, looked, database
):
    """Two are late two minutes apart, and were soon late as much; nothing is said too late."""
    async with start(soon_percent=99.5, sla_hours={"high": 4, "medium": 4, "low": 48}):
        await filed()
        clock.forward(seconds=50)
        await filed()
        clock.forward(hours=4, minutes=-2)
        await slack.until(lambda: announced(slack))
        for seconds in (50, 70.1):
            await looked()
            clock.forward(seconds=seconds)
        await slack.until(lambda: len(announced(slack)) >= 3)
        await nothing_is_owed(database)

    assert [name.split(":")[0] for name in announced(slack)] == ["soon", "breach", "breach"]


async def test_many_at_once_are_one_message(slack, program, clock, database):
    for number in range(30):
        await program.file(f"ticket {number}", priority="high")
    await slack.until(lambda: len(slack.messages("#helpdesk")) >= 30)
    await nothing_is_owed(database)
    clock.forward(hours=5)

    [alert] = await slack.until(lambda: alerts_in(slack))

    assert "30 tickets are late" in alert.text
    assert len(set(announced(slack))) == len(announced(slack)) == 30
    assert len(alert.text) < 3000
    assert "`/ticket list breached` shows how they stand now." in words(alert)


async def test_more_at_once_than_a_list_can_name_are_one_summary(
    slack, desk_url, filed_without_cards, clock, database, a_few_scans
):
    await filed_without_cards(230)
    clock.forward(hours=5)

    [alert] = await slack.until(lambda: alerts_in(slack))
    await a_few_scans(but=["cards"])

    assert "230 tickets are late" in alert.text
    assert "*T-1*" in alert.text
    [batch] = announced(slack)
    assert batch.startswith("batch-breach:")
    assert await database["tickets"].count_documents({"alert.batches.name": batch}) == 230
    await nothing_is_planned(database)
    assert len(alerts_in(slack)) == 1


async def test_a_list_of_long_titles_stays_under_slacks_limit(slack, program, clock, database):
    for number in range(30):
        await program.file("&" * 190 + str(number), priority="high")
    await nothing_is_owed(database)
    clock.forward(hours=5)

    [alert] = await slack.until(lambda: alerts_in(slack))

    assert len(alert.text) < 3000

"""Soon late, acknowledged, snoozed: alerts as people in Slack meet them."""

import asyncio
from datetime import timedelta

import pytest

from localslack import Fault
from tests.bot.alerts.test_announcer import alerts_in, announced
from tests.bot.conftest import button_names
from tests.support.deliveries import nothing_is_owed

MINUTE = 60


@pytest.fixture
async def late(slack, file, clock, database):
    """The alert of a late ticket of Ada's, which the desk knows to be there."""
    await file()
    clock.forward(hours=4, milliseconds=1)
    [alert] = await slack.until(lambda: alerts_in(slack))
    await nothing_is_owed(database)
    return alert


async def test_a_ticket_that_is_soon_late_rings_its_assignee_and_then_is_late(
    slack, start, filed, clock
):
    async with start(soon_percent=75):
        await filed()
        await slack.command("assign 1 me", by=slack.olga)
        clock.forward(hours=3, milliseconds=1)
        [soon] = await slack.until(lambda: alerts_in(slack))
        assert "*T-1 will be late soon:* VPN is down\n<@U0OLGA> has it." in soon.text
        assert announced(slack)[0].startswith("soon:")

        clock.forward(hours=1)
        [_, late] = await slack.until(lambda: len(alerts_in(slack)) > 1 and alerts_in(slack))
        assert "is late:*" in late.text

        # Both follow their ticket, each as what it was.
        await slack.until(lambda: "was nearly late, and is late now" in soon.text)
        await slack.click(late, "resolve", by=slack.olga)
        await slack.until(lambda: "was late* and is resolved" in late.text)
        await slack.until(lambda: "was nearly late* and is resolved" in soon.text)


async def test_an_alert_says_who_acknowledged_it_and_rings_again_if_nothing_happens(
    slack, late, clock, a_few_scans
):
    await slack.click(late, "acknowledge", by=slack.olga)
    await slack.until(lambda: "Acknowledged by olga" in late.text)
    clock.forward(minutes=59)
    await a_few_scans()
    assert len(alerts_in(slack)) == 1

    clock.forward(minutes=1, milliseconds=1)

    [_, again] = await slack.until(lambda: len(alerts_in(slack)) > 1 and alerts_in(slack))
    assert "Acknowledged" not in again.text
    assert len(set(announced(slack))) == 2


async def test_who_is_faster_than_slacks_answer_is_heard_all_the_same(slack, file, clock, database):
    await file()
    await nothing_is_owed(database)
    slack.fail("chat.postMessage", Fault.hang_after(1))
    clock.forward(hours=4, milliseconds=1)
    [late] = await slack.until(lambda: alerts_in(slack))

    await slack.click(late, "acknowledge", by=slack.olga)

    await slack.until(lambda: "Acknowledged by olga" in late.text)
    assert len(alerts_in(slack)) == 1
    await nothing_is_owed(database)
    clock.forward(hours=1, milliseconds=1)
    await slack.until(lambda: len(alerts_in(slack)) >= 2)
    assert len(set(announced(slack))) == 2


async def test_a_snoozed_alert_says_until_when_and_rings_again_then(
    slack, late, clock, a_few_scans
):
    await slack.click(late, "snooze", by=slack.olga, choose="2 hours")
    await slack.until(lambda: "Snoozed by olga until" in late.text)
    assert f"<!date^{int(clock().timestamp()) + 2 * 60 * MINUTE}^" in late.text
    clock.forward(hours=1, minutes=59)
    await a_few_scans()
    assert len(alerts_in(slack)) == 1

    clock.forward(minutes=1, milliseconds=1)

    await slack.until(lambda: len(alerts_in(slack)) >= 2)


async def test_once_it_is_acknowledged_an_alert_offers_what_is_next(slack, late, clock):
    await slack.click(late, "acknowledge", by=slack.olga)
    await slack.until(
        lambda: button_names(late) == ["claim", "start", "resolve", "reply", "snooze"]
    )
    await slack.click(late, "claim", by=slack.amir)
    await slack.until(lambda: button_names(late) == ["start", "resolve", "reply", "snooze"])

    clock.forward(minutes=60, milliseconds=1)

    [_, again] = await slack.until(lambda: len(alerts_in(slack)) > 1 and alerts_in(slack))
    assert button_names(again) == ["acknowledge", "resolve", "reply", "snooze"]


async def test_who_takes_a_late_ticket_has_acknowledged_it(slack, late):
    await slack.click(late, "claim", by=slack.olga)

    await slack.until(lambda: "<@U0OLGA> has it.\nAcknowledged by olga" in late.text)


async def test_nobody_but_agents_puts_an_alert_off(slack, late):
    pressed = await slack.click(late, "acknowledge", by=slack.ben)
    typed = await slack.command("snooze 1 2h", by=slack.ada)

    assert "Acknowledged" not in late.text
    assert typed.text.startswith("Only agents can snooze alerts: those on call.")
    assert pressed is not None


async def test_acknowledging_and_snoozing_can_be_typed(slack, late, program):
    acknowledged = await slack.command("ack 1", by=slack.olga)
    snoozed = await slack.command("snooze 1 tomorrow", by=slack.olga)
    refused = await slack.command("snooze 1 whenever", by=slack.olga)

    assert acknowledged.text.startswith("T-1 is acknowledged. If nothing happens")
    assert snoozed.text.startswith("T-1 is snoozed until <!date^1772528400^")
    assert refused.text.startswith("Say 30m, 2h or tomorrow")
    await slack.until(lambda: "Snoozed by olga" in late.text)
    await program.patch("/api/tickets/1", {"status": "resolved"})
    too_late = await slack.command("ack 1", by=slack.olga)
    assert too_late.text == "T-1 is resolved, so it has no alerts to put off."


async def test_beyond_the_budget_people_are_named_and_not_rung(
    slack, start, filed, clock, database
):
    async with start(mentions_per_hour=1):
        for number in (1, 2):
            await filed()
            await slack.command(f"assign {number} me", by=slack.olga)
        await nothing_is_owed(database)
        clock.forward(hours=5)
        first, second = await slack.until(lambda: len(alerts_in(slack)) > 1 and alerts_in(slack))
        assert "<@U0OLGA> has it." in first.text
        assert "olga has it." in second.text

        await slack.click(second, "acknowledge", by=slack.olga)

        await slack.until(lambda: "Acknowledged by olga" in second.text)
        assert "<@" not in second.text
        assert "without ringing them" in str(second.blocks)


async def test_outside_business_hours_only_what_is_urgent_rings(
    slack, start, filed, clock, a_few_scans, database
):
    office = {"business_hours": {"mon-fri": ["09:00-13:00"]}, "soon_percent": 50}
    async with start(**office, sla_hours={"high": 4, "medium": 4, "low": 48}):
        await filed("Urgent", "high")
        await filed("Not urgent", "medium")
        await nothing_is_owed(database)
        clock.forward(hours=2, milliseconds=1)
        await slack.until(lambda: len(announced(slack)) >= 2)
        for number in (1, 2):
            await slack.command(f"snooze {number} 4h", by=slack.olga)
        clock.forward(hours=4, seconds=1)

        await slack.until(lambda: len(announced(slack)) >= 3)
        await a_few_scans()
        assert len(announced(slack)) == 3

        clock.forward(hours=18)
        await slack.until(lambda: len(announced(slack)) >= 4)


async def test_processes_take_turns_in_a_channel(store):
    pause = timedelta(seconds=10)
    waits = [await store.turns.take("C1", pause=pause) for _ in range(3)]
    other = await store.turns.take("C2", pause=pause)
    await store.turns.hold("C2", wait=timedelta(seconds=30))
    held = await store.turns.take("C2", pause=pause)

    assert [round(wait.total_seconds()) for wait in waits] == [0, 10, 20]
    assert (other, round(held.total_seconds())) == (timedelta(0), 30)


async def test_many_at_once_spend_no_more_mentions_than_there_are(store):
    granted = await asyncio.gather(
        *(store.turns.spend_mentions("C1", 4, most=30) for _ in range(10))
    )

    assert sorted(granted) == [0, 0, 2, 4, 4, 4, 4, 4, 4, 4]


async def test_an_alert_shrinks_to_a_line_when_the_next_of_its_ticket_comes(
    slack, start, filed, clock, escalating
):
    async with start(soon_percent=75, **escalating):
        await filed()
        clock.forward(hours=3, milliseconds=1)
        [soon] = await slack.until(lambda: alerts_in(slack))
        assert "acknowledge" in button_names(soon)
        clock.forward(hours=1)
        [soon, breach] = await slack.until(lambda: len(alerts_in(slack)) >= 2 and alerts_in(slack))
        await slack.until(lambda: button_names(soon) == [])
        assert soon.text == "*T-1 was nearly late, and is late now:* VPN is down"
        assert "acknowledge" in button_names(breach)

        clock.forward(minutes=15, milliseconds=1)
        *_, told = await slack.until(lambda: len(alerts_in(slack)) >= 3 and alerts_in(slack))
        await slack.until(lambda: button_names(breach) == [])
        # A step's own channel: what is to be pressed here stays here.
        clock.forward(minutes=15, milliseconds=1)
        await slack.until(lambda: slack.messages("#general"))
        await slack.command("resolve 1", by=slack.olga)
        await slack.until(lambda: all("is resolved" in one.text for one in (soon, breach, told)))


async def test_the_menu_and_the_buttons_of_an_alert(late):
    assert button_names(late) == ["acknowledge", "claim", "resolve", "reply", "snooze"]


async def test_who_takes_a_snoozed_ticket_is_not_rung_before_the_snooze_is_over(slack, late):
    await slack.click(late, "snooze", by=slack.olga, choose="2 hours")
    await slack.until(lambda: "Snoozed by olga" in late.text)

    await slack.click(late, "claim", by=slack.olga)

    await slack.until(lambda: "<@U0OLGA> has it.\nSnoozed by olga until" in late.text)

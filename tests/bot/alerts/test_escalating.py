"""Escalations: whom the steps tell, in which channel, and what they say there."""

from localslack import Fault
from tests.bot.alerts.conftest import GENERAL
from tests.bot.alerts.test_announcer import alerts_in
from tests.bot.conftest import button_names, impatient
from tests.support.deliveries import nothing_is_owed


async def test_whom_the_steps_tell_and_where(slack, start, filed, clock, escalating, a_few_scans):
    async with start(**escalating):
        await filed()
        clock.forward(hours=4, milliseconds=1)
        await slack.until(lambda: len(alerts_in(slack)) >= 1)
        clock.forward(minutes=15, seconds=1)
        [_, first] = await slack.until(lambda: len(alerts_in(slack)) > 1 and alerts_in(slack))
        clock.forward(minutes=15, seconds=1)
        [second] = await slack.until(lambda: [m for m in slack.messages("#general") if m.metadata])
        assert second.metadata["event_payload"]["alerts"][0].startswith("escalation-2:")
        assert second.metadata["event_payload"]["alerts"][0].endswith(f":{GENERAL}")

        clock.forward(hours=9)
        await a_few_scans()
        assert len(alerts_in(slack)) == 2
        await slack.click(second, "resolve", by=slack.olga)
        await slack.until(lambda: "is resolved" in first.text)


async def test_a_list_says_that_it_rings_nobody_only_where_that_is_so(
    slack, start, filed, clock, escalating, database
):
    async with start(mentions_per_hour=2, **escalating):
        for _ in range(4):
            await filed()
        await nothing_is_owed(database)
        lists = []
        for count in (1, 2):
            clock.forward(hours=4.3)
            lists = await slack.until(
                lambda count=count: len(alerts_in(slack)) >= count and alerts_in(slack)
            )
            await nothing_is_owed(database)
        assert "<@U0AMIR> <!subteam^S0ONCALL>, please look." in lists[1].text
        assert "without ringing" not in str(lists[1].blocks)


async def test_an_escalation_names_whom_it_tells_until_somebody_sees_to_it(
    slack, start, filed, clock, escalating, a_few_scans
):
    async with start(**escalating):
        await filed()
        for count in (1, 2):
            clock.forward(hours=4.3)
            await slack.until(lambda count=count: len(alerts_in(slack)) >= count)
        late, escalation = alerts_in(slack)
        await a_few_scans()
        assert (late.text, button_names(late)) == (
            "*T-1 is late:* VPN is down",
            [],
        )
        assert escalation.edited is None
        assert "<@U0AMIR> <!subteam^S0ONCALL>, please look." in escalation.text

        await slack.click(escalation, "acknowledge", by=slack.olga)

        await slack.until(lambda: "Acknowledged by olga" in escalation.text)
        assert "*T-1 is late and was escalated:*" in escalation.text
        assert "Told: <@U0AMIR> <!subteam^S0ONCALL>." in escalation.text
        assert "*T-1 is late:*" in late.text


@impatient
async def test_an_escalation_whose_answer_got_lost_is_found_in_its_own_channel(
    slack, start, filed, clock, escalating, a_few_scans
):
    async with start(**escalating):
        await filed()
        for count in (1, 2):
            clock.forward(hours=4.5, milliseconds=count)
            await slack.until(lambda count=count: len(alerts_in(slack)) >= count)
        slack.fail("chat.postMessage", Fault.cut_after())
        clock.forward(hours=1)
        await slack.until(lambda: [m for m in slack.messages("#general") if m.metadata])
        await a_few_scans()

        assert len([m for m in slack.messages("#general") if m.metadata]) == 1


async def test_what_a_channel_does_not_take_is_said_in_the_alert_channel(
    slack, start, filed, clock, escalating, session, a_few_scans
):
    async with start(**escalating) as address:
        slack.channel(GENERAL).is_archived = True
        await filed()
        for count in (1, 2):
            clock.forward(hours=4.3)
            await slack.until(lambda count=count: len(alerts_in(slack)) >= count)
        clock.forward(minutes=15, seconds=1)
        *_, second = await slack.until(lambda: len(alerts_in(slack)) > 2 and alerts_in(slack))
        async with session.get(f"{address}/readyz") as answer:
            detail = (await answer.json())["detail"]
        await slack.click(second, "acknowledge", by=slack.olga)
        await slack.until(lambda: "Acknowledged by olga" in second.text)
        await a_few_scans()

    assert second.metadata["event_payload"]["alerts"][0].startswith("escalation-2:")
    assert f"It was meant for <#{GENERAL}>" in str(second.blocks)
    assert len(alerts_in(slack)) == 3
    assert detail[0].startswith(f"Slack refuses messages in {GENERAL} (is_archived): unarchive")


@impatient
async def test_one_of_those_whose_answer_got_lost_is_found_where_it_is(
    slack, start, filed, clock, escalating, a_few_scans
):
    async with start(**escalating):
        await filed("first")
        for count in (1, 2):
            clock.forward(hours=4.3)
            await slack.until(lambda count=count: len(alerts_in(slack)) >= count)
        # The board is there and has nothing more to tell.
        await a_few_scans()
        slack.channel(GENERAL).members.remove(slack.bot.id)
        slack.fail("chat.postMessage", Fault.error("not_in_channel"))
        slack.fail("chat.postMessage", Fault.cut_after())
        clock.forward(minutes=15, seconds=1)
        await slack.until(lambda: len(alerts_in(slack)) >= 3)
        await a_few_scans()

        assert len(alerts_in(slack)) == 3
        assert [m for m in slack.messages("#general") if m.metadata] == []

"""Whom an alert mentions where nobody has its ticket."""

from tests.bot.alerts.test_announcer import alerts_in
from tests.support.deliveries import nothing_is_owed

ON_CALL = {"on_call": ["U0AMIR", "U0OLGA"]}


async def test_a_late_ticket_that_nobody_has_mentions_who_is_on_call(slack, start, filed, clock):
    async with start(**ON_CALL):
        await filed()
        clock.forward(hours=4.1)
        [alert] = await slack.until(lambda: alerts_in(slack))
        assert "*Nobody has it.*\n<@U0AMIR> <@U0OLGA>, please look." in alert.text

        await slack.click(alert, "claim", by=slack.olga)
        await slack.until(lambda: "<@U0OLGA> has it." in alert.text)

    assert "<@U0AMIR>" not in alert.text


async def test_a_list_mentions_who_is_on_call_if_nobody_has_one_of_it(
    slack, start, filed, clock, database
):
    async with start(on_call=["S0ONCALL"]):
        for _ in range(4):
            await filed()
        await nothing_is_owed(database)
        clock.forward(hours=4.1)
        [alert] = await slack.until(lambda: alerts_in(slack))

    assert "<!subteam^S0ONCALL>, please look." in alert.text


async def test_who_is_on_call_and_told_by_a_step_is_named_once(
    slack, start, filed, clock, escalating
):
    async with start(**ON_CALL, **escalating):
        await filed()
        clock.forward(hours=4.1)
        await slack.until(lambda: alerts_in(slack))
        clock.forward(hours=0.3)
        await slack.until(lambda: len(alerts_in(slack)) >= 2)

    [_, escalation] = alerts_in(slack)
    assert "<@U0AMIR> <@U0OLGA> <!subteam^S0ONCALL>, please look." in escalation.text


async def test_whoever_is_on_call_counts_among_the_mentions_of_an_hour(slack, start, filed, clock):
    async with start(mentions_per_hour=1, **ON_CALL):
        await filed()
        clock.forward(hours=4.1)
        [alert] = await slack.until(lambda: alerts_in(slack))

    assert "`U0AMIR` `U0OLGA`, please look." in alert.text

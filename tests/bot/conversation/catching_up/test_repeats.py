"""A message is kept once, however often and whenever Slack tells of it."""

import asyncio

from localslack import Fault
from tests.bot.conversation.conftest import changed, deleted, event, later


async def test_hours_later_and_after_an_edit_it_changes_nothing(
    slack, file, reply, comments, ticket, clock
):
    card = await file()
    said = await reply(card, "Seen", by=slack.olga)
    told = event(card, "Seen", by=slack.olga, ts=said.ts)
    before = await ticket()

    clock.forward(hours=6)
    await slack.event(told)
    assert (await ticket())["comments"] == before["comments"]

    await slack.event(changed(said, "Seen it", edited=later(said, 9)))
    await slack.event(told)
    assert await comments() == [("Seen it", slack.olga.id, True)]

    await slack.event(deleted(said))
    await slack.event(told)
    assert await comments() == [("", slack.olga.id, True)]


async def test_two_processes_at_once_keep_it_once(slack, file, start, comments, ticket):
    card = await file(by=slack.ada)
    await slack.command("hold 1", by=slack.olga)
    first = slack.events_url
    async with start():
        second = slack.events_url
        slack.events_url = None
        for round in range(5):
            said = event(card, f"Round {round}", by=slack.ada, ts=later(card, round + 1))
            slack.events_url = first
            one = slack.event(said, event_id=f"Ev{round}")
            task = asyncio.create_task(one)
            await asyncio.sleep(0)
            slack.events_url = second
            await asyncio.gather(task, slack.event(said, event_id=f"Ev{round}"))
        slack.events_url = first

    assert [text for text, *_ in await comments()] == [f"Round {round}" for round in range(5)]
    assert (await ticket())["version"] == 3


async def test_while_the_database_fails_it_is_not_acknowledged_and_comes_again(
    slack, file, comments, raw_client
):
    card = await file()
    data = {"failCommands": ["find"], "errorCode": 11600, "appName": "helpdesk"}
    await raw_client.admin.command("configureFailPoint", "failCommand", mode="alwaysOn", data=data)
    said = event(card, "Seen", by=slack.olga, ts=later(card, 1))
    try:
        answer = await slack.event(said, retries=0)
    finally:
        await raw_client.admin.command("configureFailPoint", "failCommand", mode="off")
    assert answer.reply.status == 503
    slack.problems.clear()

    await slack.event(said, retry_num=1)

    assert await comments() == [("Seen", slack.olga.id, True)]


async def test_nothing_is_asked_of_slack_before_the_ack(slack, file, reply):
    card = await file(by=slack.ada)
    slack.fail("chat.postEphemeral", Fault.hang(1))

    await reply(card, "Me too", by=slack.ben)

    assert not told(slack)
    await slack.until(lambda: told(slack))


def told(slack):
    return [one for one in slack.seen_by(slack.ben, "#helpdesk") if one.ephemeral_to]

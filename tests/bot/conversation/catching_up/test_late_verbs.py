"""A verb of which Slack tells hours after it was said."""

import pytest

from localslack import Fault
from tests.bot.conftest import words
from tests.bot.conversation.conftest import event
from tests.support.deliveries import nothing_is_owed

BOT = "@HelpDesk"


@pytest.fixture
async def card(slack, file):
    await slack.command("help", by=slack.olga)
    return await file()


def told(slack, person):
    return [one.text for one in slack.seen_by(person, "#helpdesk") if one.ephemeral_to]


@pytest.mark.parametrize("overtaken", [False, True])
async def test_it_is_done_if_nothing_was_done_to_its_ticket_since(
    slack, card, reply, ticket, clock, overtaken
):
    slack.fail("event", Fault.held(type="message", user=slack.olga.id))
    await reply(card, f"{BOT} resolve", by=slack.olga)
    clock.forward(hours=2)
    if overtaken:
        await slack.command("prio low 1", by=slack.amir)
    await slack.deliver_held()

    [said] = await slack.until(lambda: told(slack, slack.olga))
    assert ("Nothing was done, as T-1 changed meanwhile" in said) == overtaken
    assert (await ticket())["status"] == ("open" if overtaken else "resolved")


async def test_told_of_again_it_does_nothing(slack, card, reply, ticket, clock):
    # Which changes nothing, and so is noted nowhere on the ticket.
    said = await reply(card, f"{BOT} prio high", by=slack.olga)
    await slack.until(lambda: told(slack, slack.olga))
    await slack.command("prio low 1", by=slack.amir)
    clock.forward(hours=6)

    await slack.event(event(card, said.text, by=slack.olga, ts=said.ts))

    assert (await ticket())["priority"] == "low"
    assert len(told(slack, slack.olga)) == 1


@pytest.mark.parametrize("since", [True, False])
async def test_who_has_it_by_that_hears_what_its_requester_said_since(
    slack, card, reply, ticket, clock, database, since
):
    if not since:
        await reply(card, "Any news?", by=slack.ada)
        clock.forward(minutes=1)
    slack.fail("event", Fault.held(type="message", user=slack.olga.id))
    await reply(card, f"{BOT} claim", by=slack.olga)
    clock.forward(hours=2)
    if since:
        await reply(card, "Any news?", by=slack.ada)
        await slack.settled()
    await slack.deliver_held()
    await slack.until(lambda: told(slack, slack.olga))
    await nothing_is_owed(database)

    assert (await ticket())["assignee"]["slack_id"] == slack.olga.id
    heard = ["Any news?" in words(one) for one in slack.direct_messages(slack.olga)]
    assert heard == ([True] if since else [])

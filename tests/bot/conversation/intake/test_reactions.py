"""A ticket by a reaction: the author's, whoever reacts."""

import asyncio
import re

import pytest

from core.settings.intake import Mode
from localslack import Fault
from tests.bot.conftest import card_of
from tests.bot.conversation.conftest import known
from tests.bot.tickets.test_shortcuts import under
from tests.support.deliveries import nothing_is_owed


@pytest.fixture(autouse=True)
async def desk_url(desk_url, looked):
    await looked(1)
    return desk_url


@pytest.fixture
def react(slack):
    """Reacts, and waits for what only who reacted is told, after so many that they were."""

    async def done(message, *, by=None, name="ticket", count=1, channel="#general"):
        by = by or slack.olga
        await slack.react(message, name, by=by)

        def theirs():
            seen = [one for one in slack.seen_by(by, channel) if one.ephemeral_to]
            return len(seen) >= count and seen[-1]

        return await slack.until(theirs)

    return done


async def test_a_reaction_makes_a_ticket_for_the_author(slack, react, listed, database):
    said = await slack.post("VPN is down\nsince nine", by=slack.ada)

    told = await react(said)
    await nothing_is_owed(database)

    assert told.text.startswith("T-1 is filed, with medium priority.")
    [ticket] = await listed()
    assert (ticket["title"], ticket["description"]) == ("VPN is down", "since nine")
    assert ticket["requester"]["slack_id"] == slack.ada.id
    assert ticket["timeline"][0]["by"]["slack_id"] == slack.olga.id
    assert under(slack, said)
    assert card_of(slack, "T-1")


async def test_the_same_message_is_the_same_ticket(slack, react, listed):
    said = await slack.post("VPN is down", by=slack.ada)
    await asyncio.gather(*(react(said, by=one) for one in (slack.olga, slack.amir, slack.ben)))

    again = await react(said, by=slack.ada)

    # Those who came too late may have taken numbers.
    assert re.match(r"That message is T-\d already\.", again.text)
    assert len(await listed()) == 1


async def test_two_processes_that_hear_of_one_at_once_make_one(slack, start, looked, listed):
    async with start() as first, start() as second:
        await looked(1)
        for number in range(5):
            slack.events_url = None
            said = slack.say(f"VPN {number} is down", by=slack.ada)
            event = {
                "type": "reaction_added",
                "user": slack.olga.id,
                "reaction": "ticket",
                "item": {"type": "message", "channel": said.channel.id, "ts": said.ts},
            }
            slack.events_url = f"{first}/slack/events"
            here = asyncio.create_task(slack.event(event))
            await asyncio.sleep(0)
            slack.events_url = f"{second}/slack/events"
            await slack.event(event | {"user": slack.amir.id})
            await here
    # Whoever stops ends what is under way.
    assert len(await listed()) == 5


async def test_a_reaction_that_is_told_again_says_nothing_twice(slack, react, drained, listed):
    said = await slack.post("VPN is down", by=slack.ada)
    await react(said)
    await slack.repeat_last()
    await drained()

    assert len([one for one in slack.seen_by(slack.olga, "#general") if one.ephemeral_to]) == 1
    assert len(await listed()) == 1


async def test_other_reactions_and_its_removal_are_nothing(slack, react, listed, drained):
    said = await slack.post("VPN is down", by=slack.ada)
    for name in ("eyes", "tickets", "admission_tickets"):
        await slack.react(said, name, by=slack.olga)
    await drained()
    assert await listed() == []

    await react(said)
    await slack.react(said, "ticket", by=slack.olga, on=False)
    await drained()
    assert len(await listed()) == 1


async def test_what_a_program_said_is_whose_who_wants_something_done(slack, react, listed):
    build = slack.workspace.post(slack.general, "U0ROBOT", "Build 7 failed")
    slack.workspace.people["U0ROBOT"] = slack.bot
    assert build.user == "U0ROBOT"
    slack.fail("conversations.replies", Fault.status(500))
    assert "please try again" in (await react(build)).text
    await slack.react(build, "ticket", by=slack.olga, on=False)

    await react(build, count=2)

    assert len(await listed()) == 1


@pytest.mark.parametrize("own", ["a message", "a reply"])
async def test_what_the_desk_said_is_none(slack, react, listed, client, clock, own):
    await client.chat_postMessage(channel="#general", text="What is late: nothing.")
    message = slack.messages("#general")[-1]
    clock.forward(minutes=3)
    if own == "a reply":
        message = await slack.post("Fine", by=slack.ben, thread_ts=message.ts)

    told = await react(message)

    assert told.text.startswith("That is a message of the desk's own")
    assert await listed() == []


async def test_on_a_card_it_says_which_ticket_that_is(slack, file, react):
    card = await file()

    told = await react(card, channel="#helpdesk")

    assert told.text.startswith("That message is T-1 already.")


async def test_a_file_alone_is_called_as_the_file_is(slack, react, listed):
    file = slack.upload("burning.png", b"so hot", by=slack.ada)
    said = await slack.post("", by=slack.ada, files=[file])

    await react(said)

    assert (await listed())[0]["title"] == "burning.png"


async def test_one_that_was_deleted_meanwhile_is_said_to_be(slack, react, listed):
    said = await slack.post("VPN is down", by=slack.ada)
    event = {
        "type": "reaction_added",
        "user": slack.olga.id,
        "reaction": "ticket",
        "item": {"type": "message", "channel": said.channel.id, "ts": said.ts},
        "item_user": slack.ada.id,
    }
    await slack.delete(said, by=slack.ada)
    await slack.event(event)

    [told] = await slack.until(
        lambda: [one for one in slack.seen_by(slack.olga, "#general") if one.ephemeral_to]
    )
    assert told.text.startswith("That message is not there any more")
    assert await listed() == []


async def test_replies_that_were_there_come_along_when_one_of_them_is_chosen(
    slack, react, listed, store, database
):
    asked = await slack.post("Who knows printers?", by=slack.ben)
    before = await slack.post("I do", by=slack.amir, thread_ts=asked.ts)
    said = await slack.post("Mine burns", by=slack.ada, thread_ts=asked.ts)

    told = await react(said)
    await nothing_is_owed(database)
    assert told.thread_ts == asked.ts
    await slack.until(lambda: under(slack, asked))
    await known(store, asked)
    async with asyncio.timeout(60):
        while not (await listed())[0]["comments"]:
            await asyncio.sleep(0.01)

    [ticket] = await listed()
    assert (ticket["title"], ticket["requester"]["slack_id"]) == ("Mine burns", slack.ada.id)
    assert [
        (one["message"], one["author"]["slack_id"], one["source"]["ts"])
        for one in ticket["comments"]
    ] == [("Who knows printers?", slack.ben.id, asked.ts), ("I do", slack.amir.id, before.ts)]


@pytest.mark.parametrize(
    "changed", [{"ticket_emoji": ""}, {"intake": {"C0GENERAL": Mode.OFF}}], ids=["none", "off"]
)
async def test_where_it_is_off_nothing_happens(slack, start, looked, drained, listed, changed):
    async with start(**changed):
        await looked(1)
        said = await slack.post("VPN is down", by=slack.ada)
        await slack.react(said, "ticket", by=slack.olga)
        await drained()

    assert await listed() == []


async def test_another_emoji_may_be_meant_in_any_tone(slack, start, looked, react, listed):
    async with start(ticket_emoji="raised_hand"):
        await looked(1)
        said = await slack.post("VPN is down", by=slack.ada)
        event = {"type": "reaction_added", "user": slack.olga.id, "item_user": slack.ada.id}
        item = {"type": "message", "channel": said.channel.id, "ts": said.ts}
        await slack.event(event | {"reaction": "raised_hand::skin-tone-3", "item": item})
        async with asyncio.timeout(60):
            while not await listed():
                await asyncio.sleep(0.01)

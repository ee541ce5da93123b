"""Channels in which messages become tickets by themselves, or only by the desk's name."""

import asyncio

import pytest

from localslack import Fault
from tests.bot.conftest import card_of, rich_words, words
from tests.bot.conversation.conftest import changed, later
from tests.bot.conversation.intake.channels.conftest import only_for
from tests.conftest import LONGEST_WAIT
from tests.support.deliveries import nothing_is_owed

LONG = f"The printer burns\n{'so very hot ' * 1500}indeed"


async def test_where_every_message_is_a_ticket_it_is_kept_before_slack_hears_so(
    slack, listening, listed, database
):
    async with listening(general="every"):
        said = await slack.post("VPN is down\nsince nine", by=slack.ada)
        [ticket] = await listed()
        await nothing_is_owed(database)

    assert (ticket["title"], ticket["description"]) == ("VPN is down", "since nine")
    assert (ticket["priority"], ticket["requester"]["slack_id"]) == ("medium", slack.ada.id)
    assert (ticket["source"]["channel"], ticket["source"]["ts"]) == ("C0GENERAL", said.ts)
    [card] = [one for one in slack.thread(said) if one.from_bot]
    assert "`/ticket edit T-1` changes its words, and `/ticket prio T-1 high`" in words(card)
    assert only_for(slack, slack.ada) == []
    assert card_of(slack, "T-1")


async def test_signs_of_bold_and_code_are_kept_and_shown_as_slack_writes_them(
    slack, listening, listed
):
    """In its text they are the same as those that somebody typed, as in a line of a log."""
    title, more = "*Never* press `F5`", "~__init__ of *.log_~"
    async with listening(general="every"):
        await slack.post(f"{title}\n{more}", by=slack.ada)
        card = await slack.until(lambda: card_of(slack, "T-1"))

        [ticket] = await listed()
    assert (ticket["title"], ticket["description"]) == (title, more)
    assert rich_words(card.blocks[0]).startswith(f":large_orange_circle: T-1 {title}\n")
    assert rich_words(card.blocks[1]) == more


async def test_what_nobody_asks_is_no_ticket(slack, listening, listed, client, told):
    async with listening(general="every", helpdesk="every"):
        said = await slack.post("One", by=slack.ada)
        await slack.post("Two", by=slack.ben, thread_ts=said.ts)
        await slack.post("Three", by=slack.ben, thread_ts=said.ts, broadcast=True)
        await slack.event(changed(said, "One!", edited=later(said, 5)))
        for more in (
            {"subtype": "channel_join", "text": "joined"},
            {"subtype": "bot_message", "bot_id": "B0OTHER", "user": None},
            {"user": "U0ROBOT", "bot_id": "B0OTHER"},
            {"user": "USLACKBOT"},
            {"text": " \u200b"},
        ):
            await told(slack.ben, "Build 7", **more)
        await client.chat_postMessage(channel="#general", text="From the desk")
        await slack.until(lambda: card_of(slack, "T-1"))
        await slack.settled()

        assert [one["title"] for one in await listed()] == ["One!"]


async def test_what_says_something_in_another_way_is_one(slack, listening, listed, told):
    file = slack.upload("burning.png", b"so hot", by=slack.ada)
    async with listening(general="every"):
        await slack.post("", by=slack.ada, files=[file])
        await told(slack.ben, "has no light", subtype="me_message")

        tickets = await listed()
    assert [one["title"] for one in tickets] == ["burning.png", "has no light"]
    assert "burning.png: http" in tickets[0]["description"]


async def test_a_person_who_writes_by_an_app_is_heard_once_the_desk_knows_them(
    slack, listening, listed, told
):
    async with listening(general="every"):
        await told(slack.ada, "By my app", bot_id="B0OTHER")
        assert await listed() == []
        await slack.command("help", by=slack.ada)
        await told(slack.ada, "By my app", bot_id="B0OTHER")

        assert [one["title"] for one in await listed()] == ["By my app"]


async def test_a_message_that_comes_again_is_the_same_ticket(slack, listening, listed):
    async with listening(general="every"):
        await slack.post("VPN is down", by=slack.ada)
        for _ in range(3):
            assert (await slack.repeat_last()).status == 200

        assert len(await listed()) == 1


async def test_a_message_that_two_processes_hear_at_once_is_one_ticket(slack, listening, listed):
    async with listening(general="every") as first, listening(general="every") as second:
        for number in range(10):
            slack.events_url = None
            said = slack.say(f"VPN {number} is down", by=slack.ada)
            event = {**said.as_slack(), "channel": "C0GENERAL", "channel_type": "channel"}
            slack.events_url = f"{first}/slack/events"
            here = asyncio.create_task(slack.event(event))
            await asyncio.sleep(0)
            slack.events_url = f"{second}/slack/events"
            there = await slack.event(event)
            assert {(await here).status, there.status} == {200}

        assert len(await listed()) == 10


async def test_a_verb_works_in_every_channel(slack, listening, listed):
    async with listening(general="every", helpdesk="off"):
        await slack.post("VPN is down", by=slack.ada)
        for channel, state in (("#general", "resolved"), ("#helpdesk", "closed")):
            verb = "resolve" if state == "resolved" else "close"
            await slack.post(f"@HelpDesk {verb} T-1", by=slack.olga, channel=channel)
            [ticket] = await listed()
            assert ticket["status"] == state


async def test_a_message_of_slacks_full_length_is_kept_whole(slack, listening, listed):
    async with listening(general="every"):
        said = await slack.post(LONG, by=slack.ada)
        await slack.repeat_last()
        await slack.event(changed(said, LONG + "!", edited=later(said, 5)))

        [ticket] = await listed()
    assert ticket["title"] == "The printer burns"
    assert len(ticket["description"]) <= 10_000
    assert ticket["description"].endswith("…")
    [whole] = ticket["comments"]
    assert whole["message"] == LONG + "!"
    assert whole["author"]["slack_id"] == slack.ada.id


async def test_what_could_not_be_kept_comes_again(slack, listening, listed, raw_client):
    async with listening(general="every"):
        failing = {"failCommands": ["insert"], "errorCode": 11600}
        await raw_client.admin.command(
            "configureFailPoint", "failCommand", mode={"times": 2}, data=failing
        )
        try:
            await slack.post("VPN is down", by=slack.ada)
        finally:
            await raw_client.admin.command("configureFailPoint", "failCommand", mode="off")

        assert len(await listed()) == 1


async def test_what_slack_told_nobody_of_is_a_ticket_as_it_is_now(slack, listening, listed):
    async with listening(general="every", catch_up_seconds=0.05):
        await slack.post("Heard", by=slack.ben)
        slack.fail("event", Fault.lost(type="message"), times=None)
        await slack.post("VPN is down", by=slack.ada)
        said = await slack.post("Printer", by=slack.ada)
        await slack.edit(said, "Printer burns", by=slack.ada)
        async with asyncio.timeout(LONGEST_WAIT):
            while len(await listed()) < 3:
                await asyncio.sleep(0.01)

    assert [one["title"] for one in await listed()] == ["Heard", "VPN is down", "Printer burns"]


async def test_where_it_is_off_a_mention_makes_none_and_the_shortcut_does(slack, listening, listed):
    async with listening(general="off"):
        said = await slack.post("@HelpDesk the printer is on fire", by=slack.ada)
        [told] = await slack.until(lambda: only_for(slack, slack.ada))
        assert told.text.startswith("In this channel no ticket is made by the desk's name")
        await slack.post("The printer is on fire", by=slack.ben)
        assert await listed() == []

        await slack.message_shortcut("create_ticket", said, by=slack.ada)
        await slack.submit(await slack.modal(by=slack.ada), by=slack.ada)
        assert len(await listed()) == 1


@pytest.mark.parametrize("said", ["", "\u200b", " \n"])
async def test_nothing_behind_the_desks_name_is_asked_what_it_is_about(
    slack, listening, listed, said
):
    async with listening():
        await slack.post(f"@HelpDesk {said}", by=slack.ada)
        [told] = await slack.until(lambda: only_for(slack, slack.ada))

        assert told.text.startswith("Say what it is about")
        assert await listed() == []


async def test_a_file_behind_the_desks_name_is_kept(slack, listening, listed):
    file = slack.upload("burning.png", b"so hot", by=slack.ada)
    async with listening():
        asked = await slack.post("@HelpDesk", by=slack.ada, files=[file])
        await slack.until(lambda: card_of(slack, "T-1"))
        await slack.post("@HelpDesk", by=slack.ada, files=[file], thread_ts=asked.ts)

        [ticket] = await listed()
    assert ticket["title"] == "burning.png"
    assert ticket["comments"][0]["message"].startswith("burning.png: http")

"""Channels in which each message is offered to become a ticket, to who wrote it alone."""

import asyncio
import os
from datetime import UTC, datetime

from structlog.testing import capture_logs

from localslack import Fault
from tests.bot.conftest import button_names
from tests.bot.conversation.intake.channels.conftest import only_for
from tests.support.deliveries import nothing_is_owed

MARK = "zebra"
UNRELATED = 1000 if os.environ.get("EXAMPLES") == "all" else 200


async def test_where_tickets_are_offered_only_the_author_sees_it_and_makes_one(
    slack, listening, listed, database
):
    async with listening(general="offer"):
        said = await slack.post("VPN is down\nsince nine", by=slack.ada)
        [offer] = await slack.until(lambda: only_for(slack, slack.ada))
        assert offer.text.startswith("Open a ticket?")
        assert button_names(offer) == ["open_ticket", "not_now"]
        assert only_for(slack, slack.ben) == []
        assert await listed() == []

        await slack.edit(said, "VPN is down\nsince ten", by=slack.ada)
        await slack.click(offer, "Open")
        await slack.until(lambda: "T-1 is filed, with medium priority" in offer.text)
        await nothing_is_owed(database)

    [ticket] = await listed()
    assert (ticket["title"], ticket["description"]) == ("VPN is down", "since ten")
    assert ticket["source"]["ts"] == said.ts
    assert button_names(offer) == []
    assert [one for one in slack.thread(said) if one.from_bot]


async def test_a_second_press_finds_the_ticket(slack, listening, listed):
    async with listening(general="offer"):
        await slack.post("VPN is down", by=slack.ada)
        [offer] = await slack.until(lambda: only_for(slack, slack.ada))
        await asyncio.gather(slack.click(offer, "Open"), slack.click(offer, "Open"))
        await slack.until(lambda: "is filed" in offer.text)

        assert len(await listed()) == 1


async def test_who_does_not_want_one_sees_the_offer_no_more(slack, listening, listed):
    async with listening(general="offer"):
        await slack.post("VPN is down", by=slack.ada)
        [offer] = await slack.until(lambda: only_for(slack, slack.ada))
        await slack.click(offer, "Not now")
        await slack.until(lambda: offer.deleted)

        assert await listed() == []


async def test_who_was_asked_is_not_asked_again_for_three_hours(
    slack, listening, database, drained
):
    modes = {"general": "offer", "helpdesk": "offer"}
    async with listening(**modes):
        await slack.post("One", by=slack.ada)
        await slack.until(lambda: only_for(slack, slack.ada))
    # Nor by another process, or after a restart.
    async with listening(**modes), listening(**modes):
        await slack.post("Two", by=slack.ada)
        await slack.post("Three", by=slack.ben)
        await slack.post("Four", by=slack.ada, channel="#helpdesk")
        await slack.until(lambda: only_for(slack, slack.ben))
        await slack.until(lambda: only_for(slack, slack.ada, "#helpdesk"))
        await drained()
        assert len(only_for(slack, slack.ada)) == 1

        held = await database["offers"].find_one({"_id": f"C0GENERAL {slack.ada.id}"})
        left = held["until"] - datetime.now(UTC)
        assert 2.9 < left.total_seconds() / 3600 <= 3
        over = {"$set": {"until": datetime.now(UTC)}}
        await database["offers"].update_one({"_id": held["_id"]}, over)
        await slack.post("Five", by=slack.ada)
        await slack.until(lambda: len(only_for(slack, slack.ada)) == 2)


async def test_what_was_deleted_meanwhile_is_said(slack, listening, listed):
    async with listening(general="offer"):
        said = await slack.post("VPN is down", by=slack.ada)
        [offer] = await slack.until(lambda: only_for(slack, slack.ada))
        await slack.delete(said, by=slack.ada)
        await slack.click(offer, "Open")

        await slack.until(lambda: offer.text.startswith("That message is not there any more"))
        assert await listed() == []


async def test_where_slack_does_not_answer_it_can_be_pressed_again(slack, listening, listed):
    async with listening(general="offer"):
        await slack.post("VPN is down", by=slack.ada)
        [offer] = await slack.until(lambda: only_for(slack, slack.ada))
        slack.fail("conversations.replies", Fault.status(500))
        answer = await slack.click(offer, "Open")
        await slack.until(lambda: "please try again" in answer.text)
        await slack.click(offer, "Open")
        await slack.until(lambda: "T-1 is filed" in offer.text)

        assert len(await listed()) == 1


async def test_nothing_of_what_is_only_offered_for_is_stored(slack, listening, database, looked):
    people = (slack.ada, slack.ben, slack.olga, slack.amir)
    async with listening(general="offer"):
        with capture_logs() as logged:
            for number in range(UNRELATED):
                person = people[number % 4]
                await slack.post(f"{MARK}{number} and {MARK}", by=person)
            [offer] = await slack.until(lambda: only_for(slack, slack.ada))
            await slack.click(offer, "Not now")
            await looked()
        found = [
            name
            for name in await database.list_collection_names()
            if MARK in str(await database[name].find().to_list())
        ]

    assert found == []
    assert MARK not in str(logged)
    assert await database["offers"].count_documents({}) == 4
    assert await database["tickets"].count_documents({}) == 0

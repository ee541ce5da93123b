"""What people write to the desk directly is read, too, where Slack did not tell of it."""

import asyncio

import pytest
from bson import ObjectId

from bot.conversation.catching_up import passes
from localslack import Fault
from tests.conftest import LONGEST_WAIT


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"catch_up_seconds": 0.05})


@pytest.fixture(autouse=True)
async def desk_url(desk_url, looked):
    await looked(1)
    return desk_url


@pytest.fixture
def write(slack):
    async def written(text, *, by=None, lost=False, **more):
        by = by or slack.ada
        if lost:
            slack.fail("event", Fault.lost(type="message", user=by.id))
        return await slack.post(text, by=by, channel=slack.direct(by), **more)

    return written


def answers(slack, person):
    """But receipts and lines."""
    there = slack.direct_messages(person)
    return [one.text for one in there if one.from_bot and not one.metadata]


async def test_a_lost_message_is_offered_to_be_a_ticket(slack, write, ticket):
    await write("help")
    await slack.until(lambda: len(answers(slack, slack.ada)) == 1)

    await write("VPN is down", lost=True)

    await slack.until(lambda: any("Open a ticket?" in one for one in answers(slack, slack.ada)))
    assert await ticket() is None


async def test_a_lost_command_is_done_once(slack, receipt, write, ticket):
    await write("help")
    await slack.until(lambda: len(answers(slack, slack.ada)) == 1)

    await write("close T-1", lost=True)

    await slack.until(lambda: len(answers(slack, slack.ada)) == 2)
    assert (await ticket())["status"] == "closed"
    assert len((await ticket())["timeline"]) == 2


async def test_a_lost_reply_under_a_receipt_is_a_comment(slack, receipt, write, comments, ticket):
    # Nobody wrote to the desk before: where its receipt is, it reads.
    await write("It is floor 3", thread_ts=receipt.ts, lost=True)

    async with asyncio.timeout(LONGEST_WAIT):
        while not (await ticket())["comments"]:
            await asyncio.sleep(0.01)
    assert await comments() == [("It is floor 3", slack.ada.id, False)]


async def test_a_lost_reply_under_what_they_were_told_is_a_comment(
    slack, program, write, comments, ticket, store
):
    account = await store.accounts.of_slack_user(slack.ada.id, name="ada")
    await program.file("VPN is down")
    who = {"_id": ObjectId(account.id), "name": "Ada", "slack_id": slack.ada.id}
    await store._database["tickets"].update_one({}, {"$set": {"requester": who}})
    await slack.command("hold 1", by=slack.olga)
    [told] = await slack.until(lambda: slack.direct_messages(slack.ada))

    await write("It is floor 3", thread_ts=told.ts, lost=True)

    async with asyncio.timeout(LONGEST_WAIT):
        while not (await ticket())["comments"]:
            await asyncio.sleep(0.01)
    assert await comments() == [("It is floor 3", slack.ada.id, False)]
    assert (await ticket())["status"] == "open"


async def test_of_many_people_some_are_read_in_a_pass(slack, write, database, monkeypatch):
    monkeypatch.setattr(passes, "MOST_DIRECT", 1)
    people = (slack.ada, slack.ben, slack.amir)
    for person in people:
        await write("help", by=person)
        await slack.until(lambda person=person: answers(slack, person))

    def read():
        calls = [call.given["channel"] for call in slack.calls_of("conversations.history")]
        return calls.count("C0HELPDESK"), [one for one in calls if one.startswith("D")]

    async with asyncio.timeout(LONGEST_WAIT):
        while await database.readings.count_documents({"_id": {"$regex": "^D"}}) < len(people):
            await asyncio.sleep(0.01)
    passed, before = read()
    await slack.until(lambda: read()[0] >= passed + 12)
    passed_now, now = read()

    assert len(now) - len(before) <= passed_now - passed + 1
    assert len({*now[len(before) :]}) == len(people)

"""What was said in a thread before it was a ticket comes along, with its authors and times."""

import asyncio

import pytest

from bot.tickets.shortcuts import CREATE_TICKET
from core.tickets import slack_time
from localslack import Fault
from tests.bot.conftest import card_of
from tests.bot.conversation.conftest import changed, later
from tests.bot.tickets.test_shortcuts import under
from tests.support.deliveries import nothing_is_owed


@pytest.fixture(autouse=True)
async def desk_url(desk_url, looked):
    await looked(1)
    return desk_url


@pytest.fixture
async def thread(slack, clock):
    """Ada's question, with replies minutes apart."""
    asked = await slack.post("The printer burns", by=slack.ada)
    for text, by in (("Have you tried water?", slack.olga), ("I have", slack.ada)):
        clock.forward(minutes=5)
        await slack.post(text, by=by, thread_ts=asked.ts)
    clock.forward(minutes=5)
    return asked


@pytest.fixture
def make(slack):
    async def made(message, *, by=None, **fields):
        by = by or slack.olga
        await slack.message_shortcut(CREATE_TICKET, message, by=by)
        return await slack.submit(await slack.modal(by=by), by=by, **fields)

    return made


@pytest.fixture
def kept(ticket):
    """Waits until so many comments are there."""

    async def found(count):
        async with asyncio.timeout(60):
            while len((await ticket() or {"comments": []})["comments"]) < count:
                await asyncio.sleep(0.01)
        comments = (await ticket())["comments"]
        assert len(comments) == count
        return comments

    return found


async def test_they_are_comments_of_their_authors_and_times_that_answer_nobody(
    slack, thread, make, kept, ticket, database
):
    said = slack.thread(thread)
    await make(thread)

    comments = await kept(2)
    await nothing_is_owed(database)
    assert [(one["message"], one["author"]["slack_id"]) for one in comments] == [
        ("Have you tried water?", slack.olga.id),
        ("I have", slack.ada.id),
    ]
    assert [one["created_at"] for one in comments] == [slack_time(one.ts) for one in said]
    assert "first_responded_at" not in await ticket()
    # Nobody is told of it again.
    assert under(slack, card_of(slack, "T-1")) == []
    assert len(under(slack, thread)) == 1


async def test_they_are_there_once_and_edits_of_them_follow(
    slack, thread, make, kept, ticket, database
):
    first = slack.thread(thread)[0]
    await make(thread)
    await kept(2)

    told = {**first.as_slack(), "channel": "C0GENERAL", "channel_type": "channel"}
    assert (await slack.event(told)).status == 200
    await slack.event(changed(first, "Have you tried sand?", edited=later(first, 999)))

    assert [one["message"] for one in await kept(2)] == ["Have you tried sand?", "I have"]
    assert len([one for one in (await ticket())["timeline"] if one["what"] == "commented"]) == 2


async def test_of_a_reply_all_others_come_along(slack, thread, make, kept, ticket):
    await make(slack.thread(thread)[1])

    assert [one["message"] for one in await kept(2)] == [
        "The printer burns",
        "Have you tried water?",
    ]
    assert (await ticket())["title"] == "I have"


async def test_what_no_person_said_and_what_was_said_to_the_desk_does_not(
    slack, thread, make, kept, client
):
    await client.chat_postMessage(channel="#general", text="Beep", thread_ts=thread.ts)
    slack.workspace.post(slack.general, "USLACKBOT", "Reminder", thread_ts=thread.ts)
    gone = await slack.post("Nonsense", by=slack.ben, thread_ts=thread.ts)
    await slack.delete(gone, by=slack.ben)
    await slack.post("@HelpDesk help", by=slack.ben, thread_ts=thread.ts)
    await make(thread)

    assert [one["message"] for one in await kept(2)] == ["Have you tried water?", "I have"]


async def test_a_ticket_by_the_desks_name_in_a_thread_has_them_too(slack, thread, kept, ticket):
    await slack.post("@HelpDesk new high Fire", by=slack.ben, thread_ts=thread.ts)

    assert [one["message"] for one in await kept(3)] == [
        "The printer burns",
        "Have you tried water?",
        "I have",
    ]
    assert ((await ticket())["title"], (await ticket())["priority"]) == ("Fire", "high")


async def test_of_very_many_the_latest_come_along_and_that_is_said(slack, make, kept):
    asked = await slack.post("The printer burns", by=slack.ada)
    for number in range(230):
        slack.workspace.post(slack.general, slack.ben.id, f"Reply {number}", thread_ts=asked.ts)
    await make(asked)

    comments = await kept(200)
    assert [comments[0]["message"], comments[-1]["message"]] == ["Reply 30", "Reply 229"]
    [told] = await slack.until(
        lambda: [one for one in slack.seen_by(slack.olga, "#general") if one.ephemeral_to]
    )
    assert told.text.startswith("The thread has more than 200 replies")


async def test_what_cannot_be_read_is_said(slack, thread, make, ticket):
    slack.fail("conversations.replies", Fault.error("missing_scope"))
    await make(thread)

    [told] = await slack.until(
        lambda: [one for one in slack.seen_by(slack.olga, "#general") if one.ephemeral_to]
    )
    assert told.text.startswith("The earlier replies of this thread are not on T-1.")
    assert (await ticket())["comments"] == []


async def test_what_is_said_meanwhile_stands_after_it(slack, thread, make, kept):
    slack.fail("conversations.replies", Fault.hang_after(1))
    await make(thread)
    await slack.post("Any news?", by=slack.ada, thread_ts=thread.ts)

    assert [one["message"] for one in await kept(3)] == [
        "Have you tried water?",
        "I have",
        "Any news?",
    ]

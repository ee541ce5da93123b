"""What is said under the message that a ticket was made from, and what is read there."""

import asyncio

import pytest

from bot.tickets.shortcuts import CREATE_TICKET
from core.store.delivery.entries import AT_ONCE
from localslack import Fault
from tests.bot.conftest import card_of, words
from tests.bot.conversation.conftest import changed, deleted, known, later
from tests.conftest import LONGEST_WAIT
from tests.support.deliveries import nothing_is_owed, such

MARK = "zebra"


@pytest.fixture
async def question(slack, desk_url, store, database):
    """Ada's, which Olga made a ticket of: its card and the requester's card are there."""
    asked = await slack.post("The printer burns", by=slack.ada, channel="#general")
    await slack.message_shortcut(CREATE_TICKET, asked, by=slack.olga)
    await slack.submit(await slack.modal(by=slack.olga), by=slack.olga, priority="high")
    await known(store, await slack.until(lambda: card_of(slack, "T-1")))
    await nothing_is_owed(database)
    return asked


@pytest.fixture
def say(slack, question):
    """Says something under it."""

    async def said(text, *, by, **more):
        return await slack.post(text, by=by, channel="#general", thread_ts=question.ts, **more)

    return said


@pytest.fixture
def under_card(slack, question):
    """Waits until so many lines stand under the ticket's card, and gives what they say."""

    async def lines(count=1):
        thread = slack.thread(card_of(slack, "T-1"))
        await slack.until(lambda: len(ours(slack.thread(card_of(slack, "T-1")))) >= count)
        thread = ours(slack.thread(card_of(slack, "T-1")))
        return [one.text for one in thread]

    return lines


@pytest.fixture
def under_question(slack, question):
    """Likewise under the question, after the requester's card."""

    async def lines(count=1):
        await slack.until(lambda: len(ours(slack.thread(question))) > count)
        return [one.text for one in ours(slack.thread(question))[1:]]

    return lines


@pytest.fixture
def without_waiting(database, expire):
    """Has what is owed be told now, though Slack wanted to be left alone; ends when it is."""

    async def done():
        async with asyncio.timeout(LONGEST_WAIT):
            while await database["tickets"].find_one({"deliveries.due": AT_ONCE}):
                await expire(held=False)
                await asyncio.sleep(0.02)
        await nothing_is_owed(database)

    return done


def ours(messages):
    return [one for one in messages if one.from_bot]


async def test_an_answer_there_is_the_first_response_at_its_own_time(
    slack, question, say, comments, ticket, clock, under_card, database
):
    clock.forward(minutes=5)

    await say("Have you tried water?", by=slack.olga)

    assert await comments() == [("Have you tried water?", slack.olga.id, False)]
    assert (await ticket())["first_responded_at"] == clock()
    assert await under_card() == ["*olga to the requester:* Have you tried water?"]
    await nothing_is_owed(database)
    # It is there already.
    assert len(await under_card()) == 1
    # Of what was said the card shows the last, and where it began.
    card = words(card_of(slack, "T-1"))
    assert "Have you tried water? · 1 comment" in card
    assert "· from a message" in card
    where = f"/archives/C0GENERAL/p{question.ts.replace('.', '')}"
    assert where in card

    await slack.command("resolve 1", by=slack.olga)

    await slack.until(lambda: "resolved" in card_of(slack, "T-1").text)
    assert where in str(card_of(slack, "T-1").blocks)


async def test_its_requester_goes_on_there_with_what_waits_for_them(
    slack, say, ticket, clock, under_card
):
    await slack.command("hold 1", by=slack.olga)
    clock.forward(minutes=30)

    await say("Water did it", by=slack.ada)

    now = await ticket()
    assert (now["status"], now["pauses"][0]["until"]) == ("open", clock())
    assert await under_card() == ["*<@U0ADA>:* Water did it"]


async def test_whoever_speaks_there_is_heard(slack, say, comments, ticket, under_card):
    await say("Same here", by=slack.ben)

    assert await comments() == [("Same here", slack.ben.id, False)]
    assert "first_responded_at" not in await ticket()
    await under_card()


async def test_a_repeat_of_a_bystanders_words_changes_nothing(slack, say, comments, question):
    said = await say("Same here", by=slack.ben)

    for _ in range(2):
        answer = await slack.repeat_last()
        assert answer.status == 200

    assert await comments() == [("Same here", slack.ben.id, False)]
    assert said.ts


async def test_an_answer_from_anywhere_is_read_there(
    slack, question, program, under_question, under_card
):
    await slack.command("comment 1 On my way", by=slack.olga)
    await under_question()
    await program.post("/api/tickets/1/comments", {"message": "Parts are ordered"})

    assert await under_question(2) == [
        "*olga:* On my way",
        "*Robot (REST):* Parts are ordered",
    ]
    assert len(await under_card(2)) == 2
    assert slack.direct_messages(slack.ada) == []


async def test_words_with_a_change_are_read_there(slack, question, under_question):
    await slack.command("resolve 1 It is out", by=slack.olga)

    [told] = await under_question()
    assert told.endswith("Resolved by olga.\n>It is out")


async def test_a_long_answer_is_there_whole(slack, question, program, under_question):
    long = " ".join(f"word{number}" for number in range(450))
    await program.post("/api/tickets/1/comments", {"message": long})

    await under_question()

    line = ours(slack.thread(question))[-1]
    assert "word449" in words(line)


async def test_what_somebody_says_in_a_row_is_one_message_and_notes_are_apart(
    slack, question, program, database, without_waiting, under_question, under_card
):
    slack.fail("chat.postMessage", Fault.rate_limited(60))
    await program.post("/api/tickets/1/comments", {"message": "Seen"})
    async with asyncio.timeout(LONGEST_WAIT):
        while not await database["tickets"].find_one(such("line", free_at={"$type": "date"})):
            await asyncio.sleep(0.01)

    for said in ({"message": f"The {MARK}", "internal": True}, {"message": "Parts are ordered"}):
        await program.post("/api/tickets/1/comments", said)
    await program.post("/api/tickets/1/comments", {"message": "They come\n\nat nine"})
    await without_waiting()

    together = "*Robot (REST):* Seen\nParts are ordered\nThey come at nine"
    assert await under_question() == [together]
    assert "They come\n\nat nine" in words(ours(slack.thread(question))[-1])
    assert MARK not in "".join(map(words, slack.thread(question)))
    to = "*Robot (REST) to the requester:*"
    assert await under_card(3) == [
        f"{to} Seen",
        f"*Robot (REST):* The {MARK}",
        f"{to} Parts are ordered\nThey come at nine",
    ]


async def test_long_words_in_a_row_share_the_room_of_one_message(
    slack, question, program, database, without_waiting, under_question
):
    slack.fail("chat.postMessage", Fault.rate_limited(60))
    await program.post("/api/tickets/1/comments", {"message": "Seen"})
    async with asyncio.timeout(LONGEST_WAIT):
        while not await database["tickets"].find_one(such("line", free_at={"$type": "date"})):
            await asyncio.sleep(0.01)
    for number in range(4):
        await program.post("/api/tickets/1/comments", {"message": f"{number}{'x' * 3999}"})
    await without_waiting()

    [line] = await under_question()
    assert len(line) < 4000
    shown = words(ours(slack.thread(question))[-1])
    assert all(f"{number}{'x' * 2400}" in shown for number in range(4))


async def test_notes_stay_with_the_desk(slack, question, reply, under_card, database):
    await reply(card_of(slack, "T-1"), f"The {MARK} did it", by=slack.olga)
    await slack.command(f"note 1 Another {MARK}", by=slack.amir)
    assert await under_card() == [f"*amir:* Another {MARK}"]
    await nothing_is_owed(database)

    assert MARK not in "".join(map(words, slack.thread(question)))
    assert slack.direct_messages(slack.ada) == []
    assert MARK not in words(await slack.command("status 1", by=slack.ada))


async def test_lines_follow_edits_and_deletions(slack, say, comments, under_card, ticket):
    said = await say("Try water", by=slack.olga)
    await under_card()
    line = ours(slack.thread(card_of(slack, "T-1")))[0]

    await slack.event(changed(said, "Try sand", edited=later(said, 9)))
    await slack.until(lambda: "Try sand" in words(line))
    await slack.event(deleted(said))
    await slack.until(lambda: "withdrew what was said here" in words(line))

    assert "sand" not in words(line)
    assert await comments() == [("", slack.olga.id, False)]


async def test_what_is_withdrawn_before_it_could_be_read_elsewhere_is_not(
    slack, say, question, database, without_waiting
):
    slack.fail("chat.postMessage", Fault.rate_limited(60))
    said = await say(f"A {MARK}", by=slack.olga)
    async with asyncio.timeout(LONGEST_WAIT):
        while not await database["tickets"].find_one(such("desk_line", free_at={"$type": "date"})):
            await asyncio.sleep(0.01)

    await slack.event(deleted(said))
    await without_waiting()

    assert len(ours(slack.thread(card_of(slack, "T-1")))) == 0


async def test_a_requester_without_such_a_message_hears_directly(slack, file, database):
    await file(by=slack.ada)
    await nothing_is_owed(database)

    await slack.command("comment 1 On my way", by=slack.olga)
    await slack.command(f"note 1 The {MARK}", by=slack.olga)
    await slack.command("comment 1 Thanks", by=slack.ada)

    [told] = await slack.until(lambda: slack.direct_messages(slack.ada))
    assert "*T-1* VPN is down" in told.text
    assert "*olga:* On my way" in told.text
    await nothing_is_owed(database)
    assert len(slack.direct_messages(slack.ada)) == 1
    assert MARK not in words(told)


async def test_where_the_thread_takes_nothing_its_requester_hears_directly(
    slack, question, database
):
    slack.general.members.discard(slack.bot.id)

    await slack.command("comment 1 On my way", by=slack.olga)

    [told] = await slack.until(lambda: slack.direct_messages(slack.ada))
    assert "*olga:* On my way" in told.text
    await nothing_is_owed(database)


async def test_what_is_said_where_nobody_made_a_ticket_is_nobodys(slack, desk_url, database):
    asked = await slack.post(f"A {MARK}", by=slack.ada, channel="#general")
    await slack.post(f"Two {MARK}s", by=slack.ben, channel="#general", thread_ts=asked.ts)

    for name in await database.list_collection_names():
        assert MARK not in str(await database[name].find().to_list())

"""What people write to the desk directly: a ticket is offered, commands are done, and under a
receipt stand comments."""

import pytest

from tests.bot.conftest import button_names, card_of, words
from tests.bot.conversation.conftest import changed, deleted, later
from tests.bot.tickets.test_shortcuts import under
from tests.support.deliveries import nothing_is_owed

MARK = "zebra"


@pytest.fixture(autouse=True)
async def desk_url(desk_url, looked):
    await looked(1)
    return desk_url


@pytest.fixture
def write(slack):
    async def written(text, *, by=None, **more):
        by = by or slack.ada
        return await slack.post(text, by=by, channel=slack.direct(by), **more)

    return written


@pytest.fixture
def told(slack):
    """Waits for what the desk said to Ada beside receipts and lines, after so many that it did."""

    async def found(count=1):
        def theirs():
            there = slack.direct_messages(slack.ada)
            seen = [one for one in there if one.from_bot and not one.metadata]
            return len(seen) >= count and seen[-1]

        return await slack.until(theirs)

    return found


async def test_a_direct_message_is_offered_to_be_a_ticket(slack, write, told, ticket, database):
    said = await write("VPN is down\nsince nine")
    offer = await told()
    assert button_names(offer) == ["open_ticket", "not_now"]
    assert await ticket() is None

    await slack.click(offer, "Open", by=slack.ada)
    await slack.until(lambda: "T-1 is filed, with medium priority" in offer.text)
    await nothing_is_owed(database)
    assert (await ticket())["title"] == "VPN is down"
    [stands] = under(slack, said)
    assert "T-1" in stands.text
    desks = card_of(slack, "T-1")
    assert "a message" not in words(desks)

    # Its thread is the ticket.
    await write("Any news?", thread_ts=said.ts)
    await slack.command("comment 1 It is up again", by=slack.olga)
    await slack.until(lambda: any("It is up again" in one.text for one in under(slack, said)))
    assert [one["message"] for one in (await ticket())["comments"]] == [
        "Any news?",
        "It is up again",
    ]


async def test_each_direct_message_is_offered_once_and_the_next_says_what_belongs_elsewhere(
    slack, write, told, ticket, looked
):
    await write("Hi there")
    first = await told()
    await slack.click(first, "Not now", by=slack.ada)
    await write("The printer is on fire")
    for _ in range(2):
        await slack.repeat_last()
    second = await told()
    await looked(1)

    assert "about a ticket that you have" not in first.text
    assert second.text.startswith("Open a ticket?")
    assert second.text.endswith("Is it about a ticket that you have? Write in its thread.")
    offers = [one for one in slack.direct_messages(slack.ada) if "Open a ticket?" in one.text]
    assert [one for one in offers if not one.deleted] == [second]
    await slack.click(second, "Open", by=slack.ada)
    await slack.until(lambda: "T-1 is filed" in second.text)
    assert (await ticket())["title"] == "The printer is on fire"


async def test_two_processes_that_hear_a_direct_message_offer_once(
    slack, start, desk_url, write, told, looked
):
    said = await write("The printer is on fire")
    await told()
    async with start() as other:
        await looked(1)
        slack.events_url = f"{other}/slack/events"
        await slack.repeat_last()
        await slack.settled()

    offers = [one for one in slack.direct_messages(slack.ada) if "Open a ticket?" in one.text]
    assert len(offers) == 1
    assert said


@pytest.mark.parametrize("line", ["help", "list", "mine", "T-1", "status T-1", "what's T-1?"])
async def test_what_is_a_command_is_done_without_the_desks_name(
    slack, write, told, ticket, receipt, line
):
    await write(line)

    shown = words(await told())
    assert ("VPN is down" in shown) == (line != "help")
    assert "Open a ticket?" not in shown


async def test_a_command_by_somebody_who_works_on_it(slack, write, ticket, receipt):
    await write("resolve T-1 it was the fuse", by=slack.olga)
    card = await slack.until(lambda: card_of(slack, "T-1"))
    await slack.until(lambda: "resolved" in card.text)
    [comment] = (await ticket())["comments"]
    assert comment["message"] == "it was the fuse"

    await write("new high Mail is slow", by=slack.olga)
    assert (await ticket(2))["title"] == "Mail is slow"


@pytest.mark.parametrize(
    "line",
    [
        "help my printer is on fire",
        "close the window please",
        "new printer wanted",
        "resolve this for me by 12",
        "status of the move?",
        "done",
        "42 people cannot log in",
        "thanks!",
    ],
)
async def test_what_may_be_a_question_is_none(slack, write, told, ticket, receipt, line):
    await write(line)

    assert (await told()).text.startswith("Open a ticket?")
    assert (await ticket())["status"] == "open"


async def test_a_reply_under_a_receipt_is_a_comment_that_follows(
    slack, write, ticket, receipt, database
):
    await slack.command("hold 1", by=slack.olga)
    said = await write("It is the one on floor 3", thread_ts=receipt.ts)

    now = await ticket()
    assert now["status"] == "open"
    [comment] = now["comments"]
    assert (comment["message"], comment.get("internal")) == ("It is the one on floor 3", None)
    [line] = await slack.until(lambda: under(slack, card_of(slack, "T-1")))
    await slack.event(changed(said, "Floor 4", edited=later(said, 5)) | {"channel_type": "im"})
    await slack.until(lambda: "Floor 4" in line.text)
    await slack.event(deleted(said) | {"channel_type": "im"})
    await slack.until(lambda: "withdrew" in line.text)
    await nothing_is_owed(database)
    assert [one for one in slack.thread(receipt) if one.from_bot] == []


async def test_a_reply_under_what_was_said_directly_is_a_comment(slack, write, ticket, receipt):
    await slack.command("comment 1 Which floor?", by=slack.olga)
    [line] = await slack.until(
        lambda: [one for one in slack.direct_messages(slack.ada) if "Which floor?" in one.text]
    )
    await slack.until(lambda: line.ts)
    await write("Floor 3", thread_ts=line.ts)

    assert (await ticket())["comments"][-1]["message"] == "Floor 3"


async def test_a_receipt_shows_how_its_ticket_is(slack, receipt, database):
    assert "T-1 is filed" in receipt.text
    assert button_names(receipt) == ["close"]

    await slack.command("note 1 The zebra did it", by=slack.olga)
    await slack.command("claim 1", by=slack.olga)
    await slack.until(lambda: "<@U0OLGA> has it" in words(receipt))
    await slack.command("resolve 1", by=slack.olga)
    await slack.until(lambda: button_names(receipt) == ["reopen"])
    await slack.click(receipt, "reopen", by=slack.ada)
    await slack.until(lambda: button_names(receipt) == ["close"])
    await nothing_is_owed(database)
    assert MARK not in words(receipt)
    first, ended = slack.direct_messages(slack.ada)
    assert first is receipt
    assert "reopened since" in ended.text


async def test_a_thread_that_is_no_tickets_says_so_once(slack, write, told, client, clock, ticket):
    await client.chat_postMessage(channel=slack.direct(slack.ada).id, text="Good morning")
    [other] = slack.direct_messages(slack.ada)
    clock.forward(minutes=3)
    await write(f"And to you, {MARK}", thread_ts=other.ts)
    await slack.repeat_last()

    said = await told()
    assert said.text.startswith("This thread is no ticket's")
    assert said.thread_ts == other.ts
    await write("Hello")
    await told(2)
    assert await ticket() is None

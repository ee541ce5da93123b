"""Tickets from shortcuts: a form from anywhere, and one that a message fills in."""

import asyncio
import re

import pytest

from bot.tickets.shortcuts import CREATE_TICKET
from core.store.delivery.entries import AT_ONCE
from localslack import Fault
from tests.bot.conftest import button_names, card_of, preset, words
from tests.conftest import LONGEST_WAIT
from tests.support.deliveries import nothing_is_owed
from tests.support.slack_requests import OLGA, form, send, sent

QUESTION = "The printer on floor 3 is on fire\nIt burns since nine, see https://acme.example"


@pytest.fixture
def ask(slack, desk_url):
    """A question of Ada's, of which the desk may not hear a word."""

    async def asked(text=QUESTION, channel="#general", **more):
        return await slack.post(text, by=slack.ada, channel=channel, **more)

    return asked


@pytest.fixture
def make(slack, ask):
    """Has Olga make a ticket of it, as the form is filled in, and gives what she got."""

    async def made(message, *, by=None, **fields):
        by = by or slack.olga
        await slack.message_shortcut(CREATE_TICKET, message, by=by)
        return await slack.submit(await slack.modal(by=by), by=by, **fields)

    return made


def under(slack, message):
    """What the desk says in the thread of a message."""
    return [one for one in slack.thread(message) if one.from_bot]


async def test_a_form_from_anywhere(slack, program):
    await slack.shortcut("new_ticket", by=slack.ben)
    form = await slack.modal(by=slack.ben)
    await slack.submit(form, by=slack.ben, title="VPN is down", priority="high")

    [ticket] = (await program.get("/api/tickets")).body["items"]
    assert (ticket["title"], ticket["priority"]) == ("VPN is down", "high")


async def test_a_message_fills_the_form_and_its_author_is_the_requester(slack, ask, make, database):
    question = await ask()

    await slack.message_shortcut(CREATE_TICKET, question, by=slack.olga)
    form = await slack.modal(by=slack.olga)
    assert preset(form, "title") == "The printer on floor 3 is on fire"
    assert preset(form, "description") == "It burns since nine, see https://acme.example"
    await slack.submit(form, by=slack.olga, priority="high")

    card = await slack.until(lambda: card_of(slack, "T-1"))
    assert "Filed by <@U0OLGA> for <@U0ADA>" in words(card)
    assert f"/archives/C0GENERAL/p{question.ts.replace('.', '')}|a message> in" in words(card)
    own = await slack.command("status 1", by=slack.ada)
    assert "The printer" in words(own)
    kept = await database["tickets"].find_one()
    assert kept["timeline"][0]["by"]["slack_id"] == slack.olga.id


async def test_under_the_message_stands_how_the_ticket_is(slack, ask, make, database):
    question = await ask()
    await make(question)

    [card] = await slack.until(lambda: under(slack, question))
    assert "T-1" in card.text
    assert re.search("You hear from us <!date[^>]+> at the latest[.]", words(card))
    assert button_names(card) == ["close"]
    await nothing_is_owed(database)
    assert slack.direct_messages(slack.ada) == slack.direct_messages(slack.olga) == []

    await slack.command("assign 1 me", by=slack.olga)
    await slack.until(lambda: "<@U0OLGA> has it" in words(card))
    await slack.command("comment 1 We have a look", by=slack.olga)
    await slack.until(lambda: "You hear from us" not in words(card))
    await slack.click(card, "close", by=slack.ada)
    await slack.until(lambda: button_names(card) == ["reopen"])
    assert [one for one in under(slack, question) if button_names(one)] == [card]


async def test_nothing_internal_stands_under_it(slack, ask, make, database):
    question = await ask()
    await make(question)
    await slack.until(lambda: under(slack, question))

    await slack.command("note 1 The vendor is to blame", by=slack.olga)
    await slack.command("assign 1 me", by=slack.olga)
    await nothing_is_owed(database)

    assert "vendor" not in "".join(map(words, under(slack, question)))


async def test_the_same_message_is_the_same_ticket(slack, ask, make, program):
    question = await ask()
    reply = await slack.post("Same here", by=slack.ben, channel="#general", thread_ts=question.ts)
    await make(question)

    by_agent = await slack.message_shortcut(CREATE_TICKET, question, by=slack.olga)
    await slack.until(lambda: "That message is T-1 already." in by_agent.text)
    of_reply = await slack.message_shortcut(CREATE_TICKET, reply, by=slack.ben)
    await slack.until(lambda: of_reply.text == "That message is T-1 already.")

    assert slack.opened_modal(slack.olga) is None
    assert len((await program.get("/api/tickets")).body["items"]) == 1


async def test_two_who_make_one_at_once_make_one(slack, ask, start, program):
    question = await ask()
    forms = {}
    async with start():
        for person in (slack.olga, slack.amir, slack.ben):
            await slack.message_shortcut(CREATE_TICKET, question, by=person)
            forms[person] = await slack.modal(by=person)
        sent = await asyncio.gather(
            *(slack.submit(form, by=person) for person, form in forms.items())
        )

    refused = [one.errors["title"] for one in sent if one.errors]
    [ticket] = (await program.get("/api/tickets")).body["items"]
    key = f"T-{ticket['number']}"
    more = f"That message is {key} already. More words for it: `/ticket comment {key} ...`."
    assert refused == [more] * 2


async def test_a_form_that_is_sent_twice_is_one_ticket_with_the_last_words(slack, ask, program):
    question = await ask()
    made_from = {"callback_id": f"create_ticket:C0GENERAL:{question.ts}:U0ADA"}
    for title in ("Fire", "Fire on floor 3"):
        assert (await send(slack, form(sent(title, by=OLGA, view=made_from)))).body == b""

    [ticket] = (await program.get("/api/tickets")).body["items"]
    assert ticket["title"] == "Fire on floor 3"


async def test_where_the_desk_may_not_write_its_requester_has_a_receipt(slack, ask, make, database):
    question = await ask()
    slack.general.members.discard(slack.bot.id)
    await make(question)

    [receipt] = await slack.until(lambda: slack.direct_messages(slack.ada))
    assert "T-1 is filed" in receipt.text
    await nothing_is_owed(database)
    assert under(slack, question) == []


@pytest.mark.parametrize("fault", [Fault.cut_after(), Fault.cut_before(), Fault.status(500)])
async def test_an_answer_that_got_lost_makes_no_second_one(
    slack, ask, make, database, expire, fault
):
    question = await ask()
    slack.fail("chat.postMessage", fault)
    slack.fail("chat.postMessage", fault)
    await make(question)
    async with asyncio.timeout(LONGEST_WAIT):
        while await database["tickets"].find_one({"deliveries.due": AT_ONCE}):
            await expire(held=False)
            await asyncio.sleep(0.05)

    [card] = under(slack, question)
    await slack.command("assign 1 me", by=slack.olga)
    await slack.until(lambda: "<@U0OLGA> has it" in words(card))


@pytest.mark.parametrize("fault", [Fault.cut_after(), Fault.cut_before(), Fault.status(500)])
async def test_a_line_whose_answer_got_lost_is_there_once(
    slack, ask, make, database, expire, fault
):
    question = await ask()
    await make(question)
    await slack.until(lambda: under(slack, question))
    await nothing_is_owed(database)

    for _ in range(2):
        slack.fail("chat.postMessage", fault)
    await slack.command("comment 1 On my way", by=slack.olga)
    async with asyncio.timeout(LONGEST_WAIT):
        while await database["tickets"].find_one({"deliveries.due": AT_ONCE}):
            await expire(held=False)
            await asyncio.sleep(0.05)

    assert [one.text for one in under(slack, question)[1:]] == ["*olga:* On my way"]
    assert [one.text for one in under(slack, card_of(slack, "T-1"))] == ["*olga to ada:* On my way"]


async def test_what_the_desk_said_is_no_ticket(slack, file, client):
    card = await file()
    await client.chat_postMessage(channel="#helpdesk", text="What is late: nothing.")
    other = slack.messages("#helpdesk")[-1]
    under = [
        slack.workspace.post(slack.helpdesk, slack.olga.id, "Seen", thread_ts=one.ts)
        for one in (card, other)
    ]

    for message in (other, under[1]):
        answer = await slack.message_shortcut(CREATE_TICKET, message, by=slack.olga)
        await slack.until(
            lambda answer=answer: answer.text.startswith("That is a message of the desk's own")
        )
    for message in (card, under[0]):
        answer = await slack.message_shortcut(CREATE_TICKET, message, by=slack.olga)
        await slack.until(lambda answer=answer: "That message is T-1 already." in answer.text)
    assert slack.opened_modal(slack.olga) is None


async def test_a_change_while_the_card_is_posted_is_shown(slack, ask, make, database):
    slack.fail("chat.postMessage", Fault.hang_after(1), times=2)
    question = await ask()
    await make(question)
    [card] = await slack.until(lambda: under(slack, question))

    await slack.command("assign 1 me", by=slack.olga)

    await slack.until(lambda: "<@U0OLGA> has it" in words(card))


async def test_somebody_without_a_right_to_it_corrects_nothing(slack, ask, program):
    question = await ask()
    made_from = {"callback_id": f"create_ticket:C0GENERAL:{question.ts}:U0ADA"}
    ben = {"id": "U0BEN", "username": "ben", "name": "ben", "team_id": "T0LOCAL"}
    await send(slack, form(sent("Fire", by=ben, view=made_from)))

    again = await send(slack, form(sent("Fire on floor 3", by=ben, view=made_from)))

    assert "T-1 is filed already" in again.json["errors"]["title"]
    assert (await program.get("/api/tickets/1")).body["title"] == "Fire"


async def test_a_longer_message_says_that_the_form_has_a_part_of_it(slack, ask):
    question = await ask("Fire\n" + "so hot " * 1000)
    await slack.message_shortcut(CREATE_TICKET, question, by=slack.olga)

    form = await slack.modal(by=slack.olga)
    assert "longer than the form has room for" in str(form.blocks[0])


async def test_a_file_alone_fills_the_form_with_its_name(slack, desk_url, database):
    file = slack.upload("burning.png", b"so hot", by=slack.ada)
    question = await slack.post("", by=slack.ada, channel="#general", files=[file])
    await slack.message_shortcut(CREATE_TICKET, question, by=slack.olga)

    form = await slack.modal(by=slack.olga)
    assert preset(form, "title") == "burning.png"
    assert preset(form, "description").startswith("http")
    await slack.submit(form, by=slack.olga)
    assert await database["tickets"].count_documents({"title": "burning.png"}) == 1

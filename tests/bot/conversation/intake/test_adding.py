"""*Add to ticket*: a message becomes a comment of the ticket that somebody chooses."""

import pytest

from bot.conversation.intake.adding import ADD_TO_TICKET, CHOSEN
from core.tickets import slack_time
from localslack import Fault
from tests.bot.conftest import card_of, words
from tests.bot.conversation.conftest import changed, deleted, later
from tests.bot.tickets.test_shortcuts import under
from tests.support.deliveries import nothing_is_owed


@pytest.fixture
async def cards(slack, file, looked):
    await looked(1)
    return [
        await file("VPN is down", by=slack.ada),
        await file("Printer on floor 3 burns", by=slack.ben),
        await file("Printer on floor 4 is slow", by=slack.ada),
    ]


@pytest.fixture
def search(slack):
    """What is offered to them for what they type."""

    async def offered(typed, *, by):
        said = slack.say("Hm", by=slack.ada)
        await slack.message_shortcut(ADD_TO_TICKET, said, by=by)
        form = await slack.modal(by=by)
        answer = await slack.suggest(form, CHOSEN, CHOSEN, typed, by=by)
        return [option["text"]["text"] for option in answer.suggested["options"]]

    return offered


@pytest.fixture
def add(slack):
    """Adds a message to a ticket, and gives what only who did it is told."""

    async def added(message, ticket="T-1", *, by=None):
        by = by or slack.olga
        told = await slack.message_shortcut(ADD_TO_TICKET, message, by=by)
        form = await slack.modal(by=by)
        answer = await slack.suggest(form, CHOSEN, CHOSEN, ticket, by=by)
        [option] = [
            one
            for one in answer.suggested["options"]
            if one["text"]["text"].startswith(f"{ticket} ")
        ]
        sent = await slack.submit(form, by=by, **{CHOSEN: option["value"]})
        assert sent.errors == {}
        [said] = await slack.until(lambda: told.messages)
        assert said.ephemeral_to == by.id
        return said.text

    return added


async def test_it_is_found_by_number_and_by_words_among_what_they_may_see(slack, cards, search):
    all_of_them = [
        "T-3 Printer on floor 4 is slow (open)",
        "T-2 Printer on floor 3 burns (open)",
        "T-1 VPN is down (open)",
    ]
    assert await search("", by=slack.olga) == all_of_them
    assert await search("PRINTER floor", by=slack.olga) == all_of_them[:2]
    assert await search("vpn down", by=slack.olga) == all_of_them[2:]
    for typed in ("2", "T-2", "#2", "t2"):
        assert all_of_them[1] in await search(typed, by=slack.olga)
    assert await search("nothing like it", by=slack.olga) == []
    assert await search("printer", by=slack.ada) == all_of_them[:1]
    assert await search("T-2", by=slack.ada) == []
    assert await search("", by=slack.amir) == all_of_them


async def test_beginnings_of_numbers_and_words_are_enough_and_whole_words_are_found_anywhere(
    slack, cards, search, database
):
    burns, vpn = "T-2 Printer on floor 3 burns (open)", "T-1 VPN is down (open)"
    assert await search("prin bur", by=slack.olga) == [burns]
    assert await search("rinter", by=slack.olga) == []
    await slack.command("comment 1 The router smokes", by=slack.olga)
    await slack.command("note 1 Acme knows", by=slack.olga)
    assert await search("smokes", by=slack.olga) == [vpn]
    assert await search("smokes", by=slack.ada) == [vpn]
    assert await search("acme", by=slack.olga) == [vpn]
    assert await search("acme", by=slack.ada) == []
    await database["tickets"].update_one({"number": 2}, {"$set": {"number": 1042}})
    for typed in ("10", "T-104", "1042"):
        offered = await search(typed, by=slack.olga)
        assert offered[0] == "T-1042 Printer on floor 3 burns (open)"
        assert await search(typed, by=slack.ada) == []


async def test_where_the_database_does_not_answer_nothing_is_offered(
    slack, cards, search, raw_client
):
    failing = {"failCommands": ["find"], "errorCode": 11600}
    await search("", by=slack.olga)
    said = slack.say("Hm", by=slack.ada)
    await slack.message_shortcut(ADD_TO_TICKET, said, by=slack.olga)
    form = await slack.modal(by=slack.olga)
    await raw_client.admin.command(
        "configureFailPoint", "failCommand", mode="alwaysOn", data=failing
    )
    try:
        answer = await slack.suggest(form, CHOSEN, CHOSEN, "", by=slack.olga)
    finally:
        await raw_client.admin.command("configureFailPoint", "failCommand", mode="off")

    assert answer.suggested == {"options": []}


async def test_it_is_a_comment_of_its_author_and_time_and_is_read_where_its_ticket_is(
    slack, cards, add, comments, ticket, clock, database
):
    said = await slack.post("It is back since ten", by=slack.ben)
    clock.forward(minutes=20)

    assert await add(said) == "The message is a comment of T-1."

    assert await comments() == [("It is back since ten", slack.ben.id, False)]
    assert (await ticket())["comments"][0]["created_at"] == slack_time(said.ts)
    [line] = await slack.until(lambda: under(slack, cards[0]))
    assert "It is back since ten" in words(line)
    [told] = await slack.until(lambda: slack.direct_messages(slack.ada))
    assert "It is back since ten" in told.text
    await nothing_is_owed(database)


async def test_what_stands_elsewhere_in_the_channel_of_a_thread_is_read_in_it(
    slack, cards, add, database
):
    asked = await slack.post("Mail is slow", by=slack.ada)
    await slack.message_shortcut("create_ticket", asked, by=slack.olga)
    await slack.submit(await slack.modal(by=slack.olga), by=slack.olga)
    await slack.until(lambda: under(slack, asked))
    card = await slack.until(lambda: card_of(slack, "T-4"))

    await add(await slack.post("Mine, too", by=slack.ben), "T-4")
    await add(await slack.post("It is the queue", by=slack.olga, channel="#helpdesk"), "T-4")
    await nothing_is_owed(database)

    for thread in (asked, card):
        lines = [words(one) for one in under(slack, thread)]
        assert all(any(said in one for one in lines) for said in ("Mine, too", "the queue"))


async def test_what_stands_in_its_thread_is_not_said_there_again(slack, cards, add, database):
    said = await slack.post(
        "I see it, too", by=slack.ben, channel="#helpdesk", thread_ts=cards[0].ts
    )
    await add(said)
    await nothing_is_owed(database)

    assert under(slack, cards[0]) == []


async def test_an_agents_words_from_elsewhere_are_no_first_response(slack, cards, add, ticket):
    await add(await slack.post("VPN will be down", by=slack.olga))

    assert "first_responded_at" not in await ticket()


async def test_its_requesters_words_set_going_what_waits_for_them(slack, cards, add, ticket, clock):
    await slack.command("hold 1", by=slack.olga)
    clock.forward(minutes=5)
    await add(await slack.post("It is the green one", by=slack.ada))

    assert (await ticket())["status"] == "open"


async def test_again_it_is_there_once(slack, cards, add, comments):
    said = await slack.post("It is back", by=slack.ben)
    await add(said)

    assert await add(said, by=slack.amir) == "The message is a comment of T-1."
    assert await add(said, "T-3") == "The message is a comment of T-1 already."

    assert len(await comments()) == 1
    assert await comments(3) == []


@pytest.mark.parametrize("in_thread", [False, True])
async def test_its_edits_and_its_deletion_follow(slack, cards, add, comments, in_thread):
    said = await slack.post("It is back", by=slack.ben)
    if in_thread:
        said = await slack.post("It is back", by=slack.ben, thread_ts=said.ts)
    await add(said)

    await slack.event(changed(said, "It is away", edited=later(said, 5)))
    assert await comments() == [("It is away", slack.ben.id, False)]
    await slack.event(deleted(said))
    assert await comments() == [("", slack.ben.id, False)]


async def test_a_message_with_replies_is_followed_too(slack, cards, add, comments):
    said = await slack.post("It is back", by=slack.ben)
    await add(said)
    await slack.post("Really?", by=slack.ada, thread_ts=said.ts)

    await slack.edit(said, "It is away", by=slack.ben)
    assert await comments() == [("It is away", slack.ben.id, False)]
    await slack.delete(said, by=slack.ben)
    assert await comments() == [("", slack.ben.id, False)]


async def test_what_the_desk_said_is_not_added(slack, cards):
    answer = await slack.message_shortcut(ADD_TO_TICKET, cards[0], by=slack.olga)

    await slack.until(lambda: answer.text.startswith("That is a message of the desk's own"))
    assert slack.opened_modal(slack.olga) is None


async def test_a_note_stays_one(slack, cards, reply, add, comments):
    said = await reply(cards[0], "The vendor did it", by=slack.olga)

    assert await add(said, "T-3") == "The message is a comment of T-1 already."
    assert await comments() == [("The vendor did it", slack.olga.id, True)]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("deleted", "That message is not there any more"),
        ("without the app", "The desk is not in that channel"),
        ("missing_scope", "Slack does not let the desk read messages there (missing_scope)"),
        ("no answer", "Slack did not give the message just now"),
        ("a program's", "No person wrote that"),
        ("its own", "T-4 was made from that message."),
    ],
)
async def test_what_cannot_be_added_is_said_to_who_tried(
    slack, cards, add, comments, wrong, said, database
):
    message = await slack.post("It is back", by=slack.ben)
    ticket = "T-1"
    if wrong == "deleted":
        message.deleted = True
        slack.workspace.messages.remove(message)
        message.deleted = False
    if wrong == "without the app":
        slack.general.members.discard(slack.bot.id)
    if wrong == "no answer":
        slack.fail("conversations.replies", Fault.status(500))
    if wrong == "missing_scope":
        slack.fail("conversations.replies", Fault.error(wrong))
    if wrong == "a program's":
        message.user = "USLACKBOT"
    if wrong == "its own":
        await slack.message_shortcut("create_ticket", message, by=slack.olga)
        await slack.submit(await slack.modal(by=slack.olga), by=slack.olga)
        ticket = "T-4"

    assert (await add(message, ticket)).startswith(said)
    assert await comments() == []

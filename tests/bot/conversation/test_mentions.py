"""Verbs by mention: what /ticket does where slash commands do not work, and tickets by name."""

import pytest

from bot.tickets.shortcuts import CREATE_TICKET
from tests.bot.conftest import card_of, words
from tests.bot.conversation.conftest import changed, known, later
from tests.support.deliveries import nothing_is_owed

BOT = "@HelpDesk"


@pytest.fixture
async def card(slack, file):
    # Slack says nobody's name with a message: whoever used the desk before has one.
    await slack.command("help", by=slack.olga)
    return await file()


@pytest.fixture
def told(slack):
    """Waits for what only this person is told in a channel, after so many that they were."""

    async def found(person, channel="#helpdesk", count=1):
        def theirs():
            seen = [one for one in slack.seen_by(person, channel) if one.ephemeral_to]
            return len(seen) >= count and seen[-1]

        return await slack.until(theirs)

    return found


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("claim", "assignee", "olga"),
        ("assign me", "assignee", "olga"),
        ("start", "status", "in_progress"),
        ("wait for Acme Networks", "waiting_for", "Acme Networks"),
        ("wait", "waiting_for", "requester"),
        ("resolve", "status", "resolved"),
        ("done, it was the fuse", "status", "resolved"),
        ("prio low", "priority", "low"),
        ("close", "status", "closed"),
    ],
)
async def test_a_verb_in_its_thread_means_that_ticket(
    slack, card, reply, program, told, line, field, value
):
    await reply(card, f"{BOT} {line}", by=slack.olga)

    assert "T-1" in (await told(slack.olga)).text
    found = (await program.get("/api/tickets/1")).body[field]
    assert (found["name"] if field == "assignee" else found) == value


async def test_a_verb_is_no_comment_but_its_words_are(slack, card, reply, comments, told):
    await reply(card, f"{BOT} claim", by=slack.olga)
    await told(slack.olga)
    assert await comments() == []

    await reply(card, f"{BOT} note 3 printers are down", by=slack.olga)
    await told(slack.olga, count=2)
    await reply(card, f"{BOT} reply we bring three", by=slack.olga)
    sent = await told(slack.olga, count=3)
    assert sent.text == "T-1 has your answer to its requester."

    assert await comments() == [
        ("3 printers are down", slack.olga.id, True),
        ("we bring three", slack.olga.id, False),
    ]


async def test_another_ticket_is_meant_where_one_is_named(slack, file, reply, program, told):
    card = await file()
    await file("Another")

    await reply(card, f"{BOT} resolve T-2", by=slack.olga)
    await told(slack.olga)

    states = [(await program.get(f"/api/tickets/{number}")).body["status"] for number in (1, 2)]
    assert states == ["open", "resolved"]


async def test_status_is_shown_to_who_asks(slack, card, reply, told):
    await reply(card, f"{BOT} status", by=slack.olga)

    assert "VPN is down" in words(await told(slack.olga))
    assert not [one for one in slack.seen_by(slack.amir, "#helpdesk") if one.ephemeral_to]


async def test_what_is_misspelt_or_not_theirs_is_said_to_them_alone(
    slack, card, reply, told, comments, ticket
):
    await reply(card, f"{BOT} reslove", by=slack.olga)
    assert "Did you mean `resolve`? `help` lists" in (await told(slack.olga)).text

    await reply(card, f"{BOT} prio high", by=slack.ben)
    assert "There is no such ticket, or it is not yours" in (await told(slack.ben)).text

    assert await comments() == []
    assert len((await ticket())["timeline"]) == 1


async def test_what_takes_a_form_is_given_back_as_a_command(slack, card, reply, told):
    await reply(card, f"{BOT} edit", by=slack.olga)

    said = await told(slack.olga)
    assert "That takes a form" in said.text
    assert "/ticket edit T-1" in said.text


async def test_words_that_are_no_verb_are_for_the_ticket(slack, card, reply, comments):
    await reply(card, f"{BOT} is there any news of this?", by=slack.ada)

    assert await comments() == [("is there any news of this?", slack.ada.id, False)]


async def test_a_repeat_or_an_edit_of_a_verb_does_nothing_twice(
    slack, card, reply, comments, ticket, told
):
    said = await reply(card, f"{BOT} note it is the fuse", by=slack.olga)
    await told(slack.olga)
    await slack.repeat_last()
    await slack.event(changed(said, "<@U0BOT> note it is a fuse", edited=later(said, 9)))

    assert await comments() == [("it is the fuse", slack.olga.id, True)]
    assert len([one for one in slack.seen_by(slack.olga, "#helpdesk") if one.ephemeral_to]) == 1


async def test_who_calls_the_desk_by_its_name_has_a_ticket(slack, desk_url, program, database):
    asked = await slack.post(
        f"hey {BOT} the printer is on fire\nsince nine", by=slack.ada, channel="#general"
    )

    await slack.until(lambda: card_of(slack, "T-1"))
    await nothing_is_owed(database)
    found = (await program.get("/api/tickets/1")).body
    assert (found["title"], found["description"]) == ("the printer is on fire", "since nine")
    [card] = [one for one in slack.thread(asked) if one.metadata]
    assert "T-1" in card.text

    # Its thread is the ticket; and again, it is the same one.
    await slack.post("Any news?", by=slack.ada, channel="#general", thread_ts=asked.ts)
    again = await slack.message_shortcut(CREATE_TICKET, asked, by=slack.olga)
    await slack.until(lambda: "That message is T-1 already." in again.text)
    assert (await program.get("/api/tickets/1")).body["comments"][0]["message"] == "Any news?"


async def test_a_priority_may_be_said(slack, desk_url, program):
    await slack.post(f"{BOT} new high VPN is down", by=slack.ada, channel="#general")

    found = (await program.get("/api/tickets/1")).body
    assert (found["title"], found["priority"]) == ("VPN is down", "high")


async def test_elsewhere_a_ticket_is_named(slack, card, told, program):
    await slack.post(f"{BOT} resolve", by=slack.olga, channel="#general")
    assert "Which ticket?" in (await told(slack.olga, "#general", 2)).text

    await slack.post(f"{BOT} resolve 1", by=slack.olga, channel="#general")
    assert "T-1 is resolved" in (await told(slack.olga, "#general", 3)).text


async def test_the_ticket_of_a_thread_that_is_named_too_is_meant_once(
    slack, file, reply, program, told
):
    cards = [await file(title) for title in ("One", "Two", "Three")]

    await reply(cards[0], f"{BOT} resolve 1 2 9", by=slack.olga)

    said = (await told(slack.olga)).text
    assert [line.split()[0].rstrip(":") for line in said.splitlines()] == ["T-1", "T-2", "9"]
    found = (await program.get("/api/tickets")).body["items"]
    assert {one["number"]: one["status"] for one in found} == {
        1: "resolved",
        2: "resolved",
        3: "open",
    }


async def test_its_name_in_passing_is_no_call(slack, desk_url, program):
    await slack.post(f"You may ask {BOT} for that", by=slack.ada, channel="#general")
    await slack.post(BOT, by=slack.ada, channel="#general")

    assert (await program.get("/api/tickets")).body["items"] == []


async def test_in_its_requesters_thread_a_verb_is_for_agents(slack, store, desk_url, told, program):
    asked = await slack.post("The printer burns", by=slack.ada, channel="#general")
    await slack.message_shortcut(CREATE_TICKET, asked, by=slack.olga)
    await slack.submit(await slack.modal(by=slack.olga), by=slack.olga)
    await known(store, await slack.until(lambda: card_of(slack, "T-1")))

    await slack.post(
        f"{BOT} resolve we put it out", by=slack.olga, channel="#general", thread_ts=asked.ts
    )

    await told(slack.olga, "#general")
    found = (await program.get("/api/tickets/1")).body
    assert found["status"] == "resolved"
    assert found["comments"][0]["message"] == "we put it out"


@pytest.mark.parametrize("line", ["reply it was the fuse", "note it was the fuse", "done: fuse"])
async def test_what_is_said_with_a_verb_stands_once_in_its_thread(
    slack, card, reply, told, database, line
):
    await reply(card, f"{BOT} {line}", by=slack.olga)
    await told(slack.olga)
    await nothing_is_owed(database)

    assert [one.text for one in slack.thread(card) if one.from_bot and not one.ephemeral_to] == []
    assert len(slack.direct_messages(slack.ada)) == (0 if line.startswith("note") else 1)


async def test_what_is_said_of_it_elsewhere_with_a_verb_is_a_line(
    slack, file, card, reply, told, database
):
    other = await file("Another")
    await reply(other, f"{BOT} reply T-1, T-2 it was the fuse", by=slack.olga)
    await told(slack.olga)
    await slack.post(f"{BOT} note T-2 out of order", by=slack.olga, channel="#helpdesk")
    await told(slack.olga, count=2)
    await nothing_is_owed(database)

    lines = [[one.text for one in slack.thread(each) if one.from_bot] for each in (card, other)]
    assert lines == [["*olga to ada:* it was the fuse"], ["*olga:* out of order"]]

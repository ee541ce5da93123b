"""What is said in the thread of a ticket's card is said on the ticket."""

import pytest

from tests.bot.alerts.test_announcer import alerts_in
from tests.bot.conftest import rich_words, words
from tests.bot.conversation.conftest import at, event, known, later

MARK = "zebra"


async def test_an_agents_reply_under_a_card_is_a_note(slack, desk_url, file, reply, comments):
    card = await file()

    said = await reply(card, "The *vendor* is slow & <late>", by=slack.olga)

    assert await comments() == [("The *vendor* is slow & <late>", slack.olga.id, True)]
    assert said.ts


async def test_it_is_from_when_it_was_said_and_has_its_place(slack, file, reply, ticket, clock):
    card = await file()
    clock.forward(minutes=7)

    said = await reply(card, "Seen", by=slack.olga)

    [comment] = (await ticket())["comments"]
    assert comment["source"] == {"channel": "C0HELPDESK", "ts": said.ts}
    assert comment["created_at"] == clock()
    [*_, entry] = (await ticket())["timeline"]
    assert (entry["what"], entry["via"], entry["at"]) == ("noted", "slack", clock())


async def test_a_note_is_no_answer(slack, file, reply, ticket):
    card = await file()

    await reply(card, "Seen", by=slack.olga)

    assert "first_responded_at" not in await ticket()


async def test_the_requesters_reply_sets_a_waiting_ticket_going_when_it_was_said(
    slack, file, reply, comments, ticket, clock
):
    card = await file(by=slack.ada)
    await slack.command("hold 1", by=slack.olga)
    clock.forward(minutes=30)

    await reply(card, "Here it is", by=slack.ada)

    now = await ticket()
    assert await comments() == [("Here it is", slack.ada.id, False)]
    assert (now["status"], now["pauses"][0]["until"]) == ("open", clock())
    await slack.until(lambda: "Here it is" in words(card))


async def test_what_was_said_before_a_ticket_began_to_wait_does_not_end_that(
    slack, file, comments, ticket, clock
):
    card = await file(by=slack.ada)
    clock.forward(minutes=10)
    said = clock()
    clock.forward(minutes=10)
    await slack.command("hold 1", by=slack.olga)

    await slack.event(event(card, "It was me", by=slack.ada, ts=at(said)))

    assert await comments() == [("It was me", slack.ada.id, False)]
    assert (await ticket())["status"] == "waiting"


async def test_what_stands_above_is_nothing_but_a_card(slack, file, comments):
    """Neither a message beside it nor one in another thread belongs to the ticket."""
    await file()
    other = await slack.post("Lunch?", by=slack.ben, channel="#helpdesk")

    await slack.post("Yes", by=slack.olga, channel="#helpdesk", thread_ts=other.ts)

    assert await comments() == []


async def test_an_alert_of_one_ticket_is_its_thread_too(slack, file, reply, comments, clock, store):
    await file()
    clock.forward(hours=5)
    [alert] = await slack.until(lambda: alerts_in(slack))
    await known(store, alert)

    await reply(alert, "On it", by=slack.olga)

    assert await comments() == [("On it", slack.olga.id, True)]


async def test_what_is_said_before_the_desk_knows_its_card_comes_again(
    slack, file, comments, database
):
    card = await file()
    await slack.until(lambda: [call for call in slack.calls_of("auth.test") if call.seconds])
    said = event(card, "Seen", by=slack.olga, ts=later(card, 1), parent_user_id="U0BOT")
    await database.tickets.update_one({}, {"$set": {"deliveries.$[].ts": None}})

    answer = await slack.event(said, retries=0)
    assert answer.reply.status == 503
    slack.problems.clear()
    where = {"deliveries.$[one].ts": card.ts}
    await database.tickets.update_one({}, {"$set": where}, array_filters=[{"one.kind": "card"}])
    await slack.event(said, retry_num=1)

    assert await comments() == [("Seen", slack.olga.id, True)]


async def test_an_alert_of_many_is_nobodys_thread(
    slack, desk_url, filed_without_cards, reply, clock, database, looked
):
    await filed_without_cards(5)
    clock.forward(hours=5)
    [alert] = await slack.until(lambda: alerts_in(slack))
    await looked()
    clock.forward(minutes=5)

    await reply(alert, "On it", by=slack.olga)

    assert await database.tickets.count_documents({"comments.0": {"$exists": True}}) == 0


@pytest.mark.parametrize("subtype", ["thread_broadcast", "file_share", "me_message"])
async def test_these_are_said_too(slack, file, comments, subtype):
    card = await file()

    said = event(card, "Seen", by=slack.olga, ts=later(card, 1), subtype=subtype)
    await slack.event(said)

    assert await comments() == [("Seen", slack.olga.id, True)]


@pytest.mark.parametrize(
    "more",
    [
        {"subtype": "bot_message", "bot_id": "B0OTHER"},
        {"bot_id": "B0OTHER", "user": "U0OTHERBOT"},
        {"user": "U0BOT", "bot_id": "B0BOT"},
        {"user": "USLACKBOT"},
        {"subtype": "channel_join"},
        {"subtype": "channel_topic"},
        {"subtype": "message_replied"},
        {"subtype": "tombstone", "user": "USLACKBOT"},
        {"text": ""},
    ],
    ids=str,
)
async def test_these_are_not(slack, file, comments, database, more):
    card = await file()
    await slack.until(lambda: [call for call in slack.calls_of("auth.test") if call.seconds])
    accounts = await database.accounts.count_documents({})

    await slack.event(event(card, MARK, by=slack.olga, ts=later(card, 1)) | more)

    assert await comments() == []
    assert await database.accounts.count_documents({}) == accounts
    assert slack.calls_of("chat.postEphemeral") == []


async def test_what_an_app_writes_for_an_agent_is_the_agents(slack, file, comments):
    card = await file()

    await slack.event(event(card, "Seen", by=slack.olga, ts=later(card, 1), bot_id="B0OTHER"))

    assert await comments() == [("Seen", slack.olga.id, True)]


async def test_an_address_behind_words_is_kept_beside_them(slack, file, comments):
    card = await file()
    text = "See <https://example.com/a?b=1&amp;c=2|the page>, <http://acme.com|acme.com>"

    await slack.event(event(card, text, by=slack.olga, ts=later(card, 1)))

    [(said, *_)] = await comments()
    assert said == "See the page (https://example.com/a?b=1&c=2), acme.com"


async def test_files_are_kept_by_name_and_place(slack, file, reply, comments):
    card = await file()
    picture = slack.upload("screen.png", b"PNG", by=slack.olga)

    await reply(card, "", by=slack.olga, files=[picture])

    [(text, *_)] = await comments()
    assert text.startswith("screen.png: http")


async def test_a_message_as_long_as_slack_takes_is_kept_whole(slack, file, reply, comments):
    card = await file(by=slack.ada)
    long = "\n".join(["0123456789" * 8] * 490)

    await reply(card, long, by=slack.ada)

    assert await comments() == [(long, slack.ada.id, False)]
    answer = await slack.command("status 1", by=slack.ada)
    await slack.click(answer.message, "show_all", by=slack.ada)
    whole = await slack.modal(by=slack.ada)
    assert "".join(map(rich_words, whole.blocks)).count("0123456789" * 8) == 490

"""What Slack does not tell of is found by reading."""

import asyncio

import pytest
from structlog.testing import capture_logs

from bot.tickets.shortcuts import CREATE_TICKET
from localslack import Fault
from tests.bot.conftest import PATIENT, card_of
from tests.bot.conversation.conftest import known
from tests.bot.conversation.intake.test_silence import MARK, traces
from tests.conftest import LONGEST_WAIT

BOT = "@HelpDesk"


@pytest.fixture
def timing():
    return PATIENT | {"HELPDESK_CATCH_UP_SECONDS": 0.05}


@pytest.fixture
def caught_up(database):
    """Waits until all was read that is there now: a pass has begun and ended since."""

    async def completed():
        turn = await database.turns.find_one({"_id": "catching up"})
        return turn and turn.get("at")

    async def done():
        async with asyncio.timeout(LONGEST_WAIT):
            for _ in range(3):
                before = await completed()
                while await completed() == before:
                    await asyncio.sleep(0.01)

    return done


@pytest.fixture
def lost(slack):
    """What is done in it, Slack tells nobody of."""

    class Lost:
        def __enter__(self):
            slack.fail("event", Fault.lost(type="message"), times=None)

        def __exit__(self, *_):
            slack.heal("event")

    return Lost()


@pytest.fixture
async def card(file, slack, caught_up):
    # Slack says nobody's name with a message: whoever used the desk before has one.
    await slack.command("help", by=slack.olga)
    card = await file(by=slack.ada)
    await caught_up()
    return card


def told(slack, person, channel="#helpdesk"):
    return [one.text for one in slack.seen_by(person, channel) if one.ephemeral_to]


async def test_a_lost_reply_is_kept_once_at_its_own_time(
    slack, card, reply, comments, ticket, lost, caught_up, clock
):
    with lost:
        said = await reply(card, "It burns", by=slack.ada)
    at = clock()
    clock.forward(minutes=20)
    await caught_up()

    assert await comments() == [("It burns", slack.ada.id, False)]
    [comment] = (await ticket())["comments"]
    assert (comment["created_at"], comment["source"]["ts"]) == (at, said.ts)
    await caught_up()
    assert len((await ticket())["timeline"]) == 2


async def test_a_lost_edit_follows(slack, card, reply, comments, lost, caught_up):
    said = await reply(card, "It burns", by=slack.ada)
    with lost:
        await slack.edit(said, "It smokes", by=slack.ada)
    await caught_up()

    assert await comments() == [("It smokes", slack.ada.id, False)]


async def test_a_lost_deletion_follows(slack, card, reply, comments, ticket, lost, caught_up):
    said = await reply(card, "It burns", by=slack.ada)
    await reply(card, "It does", by=slack.olga)
    await caught_up()
    with lost:
        await slack.delete(said, by=slack.ada)
    await caught_up()

    assert await comments() == [("", slack.ada.id, False), ("It does", slack.olga.id, True)]
    [*_, entry] = (await ticket())["timeline"]
    assert (entry["what"], entry["by"]["slack_id"]) == ("withdrawn", slack.ada.id)


async def test_what_goes_with_its_parent_was_deleted_by_nobody(
    slack, card, reply, comments, caught_up
):
    """As where a workspace keeps its messages for some days only."""
    said = await reply(card, "It burns", by=slack.ada)
    await caught_up()
    for gone in (card, said):
        slack.workspace.messages.remove(gone)
    await caught_up()

    assert await comments() == [("It burns", slack.ada.id, False)]


async def test_a_lost_verb_is_done_once(slack, card, reply, comments, ticket, lost, caught_up):
    with lost:
        await reply(card, f"{BOT} claim", by=slack.olga)
        await reply(card, f"{BOT} note it is the fuse", by=slack.olga)
    await caught_up()
    await slack.until(lambda: len(told(slack, slack.olga)) == 2)

    assert (await ticket())["assignee"]["slack_id"] == slack.olga.id
    assert await comments() == [("it is the fuse", slack.olga.id, True)]
    await slack.command("assign 1 nobody", by=slack.amir)
    await caught_up()
    assert (await ticket())["assignee"] is None
    assert len(told(slack, slack.olga)) == 2


async def test_a_verb_that_was_heard_is_not_done_again(slack, card, reply, ticket, caught_up):
    # Which changes nothing, and so is noted nowhere on the ticket.
    await reply(card, f"{BOT} prio high", by=slack.olga)
    await slack.command("prio low 1", by=slack.amir)
    await caught_up()
    await reply(card, "Moved", by=slack.olga)
    await caught_up()

    assert (await ticket())["priority"] == "low"


async def test_a_lost_verb_that_was_overtaken_is_not_done_but_told(
    slack, card, reply, ticket, lost, start, desk_url, clock, caught_up
):
    slack.fail("conversations.history", Fault.status(500), times=None)
    with lost:
        await reply(card, f"{BOT} resolve", by=slack.olga)
    clock.forward(minutes=30)
    await slack.command("hold 1", by=slack.amir)
    slack.heal()
    await caught_up()

    [said] = await slack.until(lambda: told(slack, slack.olga))
    assert "Nothing was done, as T-1 changed meanwhile: say it again" in said
    assert (await ticket())["status"] == "waiting"


async def test_hours_later_a_question_is_not_answered_and_no_alert_acknowledged(
    slack, card, reply, ticket, lost, clock, caught_up
):
    slack.fail("conversations.history", Fault.status(500), times=None)
    with lost:
        await reply(card, f"{BOT} status", by=slack.olga)
        await reply(card, f"{BOT} ack", by=slack.amir)
        await reply(card, f"{BOT} prio low", by=slack.olga)
    clock.forward(hours=3)
    slack.heal()
    await caught_up()

    assert "Nothing was done" in (await slack.until(lambda: told(slack, slack.amir)))[0]
    [said] = await slack.until(lambda: told(slack, slack.olga))
    assert "T-1" in said
    assert (await ticket())["priority"] == "low"


async def test_who_called_the_desk_in_vain_has_a_ticket_and_its_thread(
    slack, card, program, lost, caught_up, database
):
    await slack.post("Good morning", by=slack.ben, channel="#general")
    await caught_up()
    with lost:
        asked = await slack.post(f"{BOT} the printer burns", by=slack.ada, channel="#general")
        await slack.post("Since nine", by=slack.ada, channel="#general", thread_ts=asked.ts)
    await caught_up()

    found = (await program.get("/api/tickets/2")).body
    assert (found["title"], found["requester"]["name"]) == ("the printer burns", "ada")
    assert [one["message"] for one in found["comments"]] == ["Since nine"]
    await caught_up()
    assert await database.tickets.count_documents({}) == 2


async def test_a_requesters_thread_is_read(slack, store, desk_url, comments, lost, caught_up):
    asked = await slack.post("The printer burns", by=slack.ada, channel="#general")
    await slack.message_shortcut(CREATE_TICKET, asked, by=slack.olga)
    await slack.submit(await slack.modal(by=slack.olga), by=slack.olga)
    await known(store, await slack.until(lambda: card_of(slack, "T-1")))
    with lost:
        await slack.post("On it", by=slack.olga, channel="#general", thread_ts=asked.ts)
    await caught_up()

    assert await comments() == [("On it", slack.olga.id, False)]


async def test_of_what_belongs_to_no_ticket_there_is_no_trace(slack, card, database, caught_up):
    with capture_logs() as logged:
        parent = await slack.post(f"{MARK} one", by=slack.ben, channel="#helpdesk")
        await slack.post(f"{MARK} two", by=slack.ada, channel="#helpdesk", thread_ts=parent.ts)
        await slack.post(f"{MARK} three", by=slack.amir)
        await caught_up()

    assert await traces(database) == []
    assert MARK not in str(logged)


async def test_a_stranger_is_told_once(slack, card, reply, lost, caught_up, clock, drained):
    with lost:
        await reply(card, "Me too", by=slack.ben)
    await caught_up()
    await slack.until(lambda: told(slack, slack.ben))
    await reply(card, "Moved", by=slack.olga)
    await caught_up()
    await drained()
    assert len(told(slack, slack.ben)) == 1


async def test_what_is_said_under_a_lost_mention_is_no_earlier_reply(
    slack, desk_url, store, comments, ticket, lost, caught_up, clock
):
    await slack.command("help", by=slack.olga)
    await slack.post("Good morning", by=slack.ben, channel="#general")
    await caught_up()
    with lost:
        asked = await slack.post(f"{BOT} the beamer is dark", by=slack.ada, channel="#general")
        clock.forward(minutes=1)
        await slack.post("Is it plugged in?", by=slack.olga, thread_ts=asked.ts)
    card = await slack.until(lambda: card_of(slack, "T-1"))
    await known(store, card)
    await caught_up()

    assert await comments() == [("Is it plugged in?", slack.olga.id, False)]
    assert (await ticket())["first_responded_at"] == clock()
    await slack.until(lambda: "Is it plugged in?" in str(slack.thread(card)))


async def test_where_the_app_is_not_any_more_it_is_said_and_goes_on_when_it_is_back(
    slack, store, program, comments, lost, caught_up, jobs
):
    asked = await slack.post("The printer burns", by=slack.ada, channel="#general")
    await slack.message_shortcut(CREATE_TICKET, asked, by=slack.olga)
    await slack.submit(await slack.modal(by=slack.olga), by=slack.olga)
    await known(store, await slack.until(lambda: card_of(slack, "T-1")))
    await caught_up()
    with capture_logs() as logged:
        await slack.remove(slack.bot, "#general", by=slack.amir)
        await slack.post("Hello?", by=slack.ada, channel="#general", thread_ts=asked.ts)
        await caught_up()
        answer = await program.get("/readyz")
        [line] = [one for one in answer.body["problems"] if one["name"] == "reading"]
        assert answer.status == 200
        assert "What was said in C0GENERAL since 2026-03-02" in line["message"]
        assert "(not_in_channel): type /invite @HelpDesk in the channel" in line["message"]
        await program.get("/readyz")

        await slack.invite(slack.bot, "#general", by=slack.amir)
        await caught_up()
        answer = await program.get("/readyz")
        assert "reading" not in {one["name"] for one in answer.body["problems"]}

    assert await comments() == [("Hello?", slack.ada.id, False)]
    of_reading = [one["event"] for one in logged if one.get("problem") == "reading"]
    assert of_reading == ["a problem", "a problem is over"]

"""An answer to a ticket's requester, from its card or its alert."""

import pytest

from tests.bot.alerts.test_announcer import alerts_in
from tests.bot.conftest import button_names, card_of
from tests.support import slack_requests
from tests.support.deliveries import nothing_is_owed


@pytest.fixture
def form(slack):
    """Presses *Reply* and gives the form that opens."""

    async def opened(message, *, by):
        await slack.click(message, "reply", by=by)
        return await slack.modal(by=by)

    return opened


async def test_an_answer_from_the_card_is_read_by_its_requester_and_marked_as_sent(
    slack, file, form, program, database
):
    card = await file(by=slack.ada)
    reply = await form(card, by=slack.olga)
    assert reply.blocks[1]["label"]["text"] == "Your answer to ada"

    await slack.submit(reply, by=slack.olga, message="Have you tried *water*?")

    ticket = (await program.get("/api/tickets/1")).body
    [comment] = ticket["comments"]
    assert comment["message"] == "Have you tried *water*?"
    assert comment["author"]["name"] == "olga"
    assert ticket["first_responded_at"]
    [told] = await slack.until(lambda: slack.direct_messages(slack.ada))
    assert "*<@U0OLGA>:* Have you tried" in told.text
    await nothing_is_owed(database)
    [line] = slack.thread(card_of(slack, "T-1"))
    assert line.text.startswith("*olga to ada:* Have you tried")


async def test_an_alert_has_it_too(slack, file, form, program, clock):
    await file(by=slack.ada)
    clock.forward(hours=5)
    [alert] = await slack.until(lambda: alerts_in(slack))
    assert "reply" in button_names(alert)

    await slack.submit(await form(alert, by=slack.olga), by=slack.olga, message="On my way")

    assert (await program.get("/api/tickets/1")).body["comments_count"] == 1


async def test_the_form_sent_twice_says_it_once(slack, file, form, program):
    reply = await form(await file(by=slack.ada), by=slack.olga)
    await slack.submit(reply, by=slack.olga, message="On my way")

    assert (await slack.repeat_last()).status == 200

    assert (await program.get("/api/tickets/1")).body["comments_count"] == 1


async def test_other_words_in_the_same_form_are_not_lost_and_not_sent(slack, file, program):
    await file(by=slack.ada)
    id = (await program.get("/api/tickets/1")).body["_id"]

    def submitted(text):
        field = {"message": {"type": "plain_text_input", "value": text}}
        view = {
            "callback_id": f"reply_to_ticket:{id}",
            "blocks": [{"type": "input", "block_id": "message"}],
            "state": {"values": {"message": field}},
        }
        payload = slack_requests.sent(by=slack_requests.OLGA, view=view)
        return slack_requests.send(slack, slack_requests.form(payload))

    await submitted("On my way")
    refused = await submitted("On my way, with water")

    assert refused.json["response_action"] == "errors"
    assert refused.json["errors"]["message"].startswith("Your answer was sent already")
    comments = (await program.get("/api/tickets/1")).body["comments"]
    assert [one["message"] for one in comments] == ["On my way"]


async def test_a_blank_answer_is_pointed_out_beside_the_field(slack, file, form, program):
    reply = await form(await file(by=slack.ada), by=slack.olga)

    answer = await slack.submit(reply, by=slack.olga, message="  \n ")

    assert answer.errors == {"message": "The message may not be blank."}
    assert (await program.get("/api/tickets/1")).body["comments_count"] == 0


async def test_who_may_not_comment_gets_no_form(slack, file):
    card = await file(by=slack.ada)

    answer = await slack.click(card, "reply", by=slack.ben)

    await slack.until(lambda: answer.message)
    assert "This ticket is not yours to change" in answer.message.text


async def test_its_requester_says_more_by_it(slack, file, form, program):
    reply = await form(await file(by=slack.ada), by=slack.ada)
    assert reply.blocks[1]["label"]["text"] == "More about it"

    await slack.submit(reply, by=slack.ada, message="It smokes")

    [comment] = (await program.get("/api/tickets/1")).body["comments"]
    assert comment["author"]["name"] == "ada"

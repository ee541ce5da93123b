"""A text that Slack refuses, of a card, a receipt, a board or a digest, stops no other and comes
in plain words."""

from datetime import time

import pytest
from structlog.testing import capture_logs

from bot.slack.api_errors import LONGEST_PAUSE, UNTIL_REPAIRED, growing
from tests.bot.conftest import card_of, words
from tests.bot.delivery.conftest import refuse, until, until_told
from tests.support.deliveries import such


def board_of(slack):
    return next(
        (
            message
            for message in slack.messages("#helpdesk")
            if (message.metadata or {}).get("event_type") == "helpdesk_board"
            and message.text.startswith("What is late")
        ),
        None,
    )


async def test_a_card_whose_text_is_refused_stops_no_other(slack, program, file):
    refuse(slack, "title-1.")
    await program.file("title-1.", priority="high")
    await program.file("title-2.", priority="high")

    card = await slack.until(lambda: card_of(slack, "T-1"))
    await slack.until(lambda: card_of(slack, "T-2"))

    assert (card.text, card.blocks) == ("T-1 (open): /ticket status T-1", [])
    # It goes on following its ticket, and is whole as soon as it can be.
    await program.patch("/api/tickets/1", {"status": "in_progress"})
    await slack.until(lambda: card.text == "T-1 (in progress): /ticket status T-1")
    await program.patch("/api/tickets/1", {"title": "better"})
    await slack.until(lambda: "better" in words(card))


async def test_a_card_that_is_refused_in_every_form_stops_no_other(
    slack, program, problems, database, at_once
):
    refuse(slack, "T-1")
    await program.file("one", priority="high")
    await program.file("two", priority="high")

    card = await slack.until(lambda: card_of(slack, "T-2"))
    await until(lambda: database["tickets"].find_one({"number": 1} | such("card", refusals=1)))
    await program.patch("/api/tickets/2", {"status": "in_progress"})
    await slack.until(lambda: "in progress" in card.text)
    await until_told(problems, "Slack does not take the card of T-1")

    slack.heal()
    await at_once("card")
    await program.patch("/api/tickets/2", {"status": "open"})
    await slack.until(lambda: card_of(slack, "T-1"))
    await slack.until(lambda: "open" in card.text)


async def test_a_receipt_whose_text_is_refused_comes_in_plain_words(slack, start, program):
    refuse(slack, "title-1.")
    await slack.command("new", by=slack.ben)

    await slack.submit(await slack.modal(by=slack.ben), by=slack.ben, title="title-1.")

    [receipt] = await slack.until(lambda: slack.direct_messages(slack.ben))
    assert receipt.text == "T-1 is filed: /ticket status T-1"


@pytest.mark.parametrize("word", ["a_word_of_tomorrow", "restricted_action"])
async def test_a_receipt_that_is_refused_is_tried_ever_more_rarely_and_given_up_in_the_end(
    slack, program, problems, at_once, database, word
):
    refuse(slack, "helpdesk_receipt", word)
    await slack.command("new", by=slack.ben)
    with capture_logs() as logged:
        await slack.submit(await slack.modal(by=slack.ben), by=slack.ben, title="title-1.")
        for tries in range(1, 12):
            again = such("receipt", refusals=tries)
            await until(lambda again=again: database["tickets"].find_one(again))
            await at_once("receipt")
        await until(lambda: database["tickets"].find_one({"deliveries.kind": {"$ne": "receipt"}}))

    await until_told(problems, "Slack does not take the receipt of T-1")
    await until_told(problems, "it is given up")
    told = [entry for entry in logged if "what" in entry and entry["log_level"] == "error"]
    assert [(entry["what"], entry["error"]) for entry in told] == [("the receipt of T-1", word)]


async def test_a_board_whose_text_is_refused_is_shown_in_plain_words(slack, late):
    refuse(slack, "title-2.")
    await late(3)

    board = await slack.until(lambda: board_of(slack))
    await slack.until(
        lambda: board.text == "What is late: 3 late. See /ticket list breached" and not board.blocks
    )


async def test_a_digest_whose_text_is_refused_comes_in_plain_words(
    slack, start, filed_without_cards
):
    refuse(slack, "VPN 0")
    await filed_without_cards(1)

    async with start(digest_time=time(9)):

        def digest():
            said = [message.text for message in slack.messages("#helpdesk")]
            return [text for text in said if "/ticket digest now" in text]

        [said] = await slack.until(digest)

    assert said == "1 ticket is open, none of them late. /ticket digest now"


def test_how_the_waits_grow():
    assert [growing(tries) for tries in (0, 1, 2, 6, 1000)] == [
        UNTIL_REPAIRED,
        2 * UNTIL_REPAIRED,
        4 * UNTIL_REPAIRED,
        LONGEST_PAUSE,
        LONGEST_PAUSE,
    ]

"""An alert whose text Slack refuses stops no other, says what it is about in plain words, and rings
in the end."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from localslack import Fault
from tests.bot.alerts.test_announcer import alerts_in, announced, posts
from tests.bot.conftest import words
from tests.bot.delivery.conftest import EDIT, POST, refuse, until, until_told
from tests.conftest import LONGEST_WAIT
from tests.support.deliveries import change, owed, such


@pytest.mark.parametrize(
    ("word", "count"),
    [
        # Slack's words for a text that it does not take, and one that we do not know.
        *(
            (word, 5)
            for word in ("msg_too_long", "msg_blocks_too_long", "no_text", "invalid_arguments")
        ),
        *(("invalid_blocks", count) for count in (2, 5, 30)),
        *(("a_word_of_tomorrow", count) for count in (2, 5, 30)),
    ],
)
async def test_of_many_late_at_once_all_but_the_refused_ring_as_ever(
    slack, late, a_few_scans, problems, word, count
):
    refuse(slack, "title-2.", word)
    await late(count)

    await slack.until(lambda: len(set(announced(slack))) == count)
    await a_few_scans()

    assert len(announced(slack)) == count
    [plain] = [alert for alert in alerts_in(slack) if not alert.blocks]
    assert plain.text == "T-2 is late: /ticket status T-2"
    assert len(plain.metadata["event_payload"]["alerts"]) == 1
    assert not any("title-2." in words(alert) for alert in alerts_in(slack))
    for number in {1, 3, count} - {2}:
        if number <= count:
            assert any(f"title-{number}." in words(alert) for alert in alerts_in(slack))
    await until_told(problems, "Slack", told=False)


async def test_several_refused_ones_stop_no_other(slack, late):
    for number in (1, 2, 7, 30):
        refuse(slack, f"title-{number}.", "a_word_of_tomorrow")

    await late(30)

    await slack.until(lambda: len(set(announced(slack))) == 30)
    assert len(announced(slack)) == 30


async def test_very_many_of_which_one_is_refused_are_one_summary_in_plain_words(
    slack, desk_url, filed_without_cards, clock, database, a_few_scans
):
    refuse(slack, "VPN 3")
    await filed_without_cards(130)
    await change(database, "card", due=None)
    clock.forward(hours=5)

    [alert] = await slack.until(lambda: alerts_in(slack))
    await a_few_scans()

    assert alert.text == "130 tickets are late: /ticket list breached"
    assert [name.startswith("batch-") for name in announced(slack)] == [True]


async def test_what_slack_takes_in_no_form_is_told_tried_ever_more_rarely_and_rings_in_the_end(
    slack, late, problems, database, at_once
):
    # With its key refused, so are its plain words.
    await late(5, then=lambda: refuse(slack, "T-2", "invalid_blocks", POST))
    await slack.until(lambda: len(set(announced(slack))) == 4)

    waits = []
    for tries in (1, 2, 3):
        again = {"number": 2} | such("alert", refusals=tries)
        await until(lambda again=again: database["tickets"].find_one(again))
        waits.append((await owed(database, "alert", 2))["free_at"] - datetime.now(UTC))
        await at_once("alert")
    assert waits[0] < waits[1] < waits[2]
    said = await problems()
    assert "Slack does not take the alert of T-2, not even in the plainest form" in said
    assert "invalid_blocks" in said

    # Not between the full form and the plain words of a try, which would be taken, without a title.
    again = {"number": 2} | such("alert", refusals=4)
    await until(lambda: database["tickets"].find_one(again))
    slack.heal()
    await announced_in_the_end(slack, at_once, 5)
    assert any("title-2." in words(alert) for alert in alerts_in(slack))
    await until_told(problems, "the alert of T-2", told=False)


async def test_a_channel_that_takes_nothing_with_a_word_of_tomorrow_is_not_hammered(
    slack, late, problems, at_once, database
):
    refuse(slack, "helpdesk_alert", "a_word_of_tomorrow", POST)
    await late(60)

    await until_told(problems, "(a_word_of_tomorrow): report this")

    # A list in halves, and a few in plain words: not each of them by itself.
    assert len([call for call in posts(slack) if "alert" in str(call.given)]) < 30
    slack.heal()
    await announced_in_the_end(slack, at_once, 60)


async def announced_in_the_end(slack, at_once, count):
    async with asyncio.timeout(LONGEST_WAIT):
        while len(announced(slack)) < count:
            await at_once("alert")
            await asyncio.sleep(0.1)
    assert len(set(announced(slack))) == len(announced(slack)) == count


@pytest.mark.parametrize("word", ["ratelimited", "rate_limited", "message_limit_exceeded"])
async def test_a_rate_limit_said_with_200_is_a_rate_limit(
    slack, file, clock, problems, at_once, database, word
):
    await file()
    slack.fail(POST, Fault.error(word))
    clock.forward(hours=5)
    held = {"_id": slack.helpdesk.id, "free_at": {"$gt": datetime.now(UTC) + timedelta(seconds=1)}}
    await until(lambda: database["turns"].find_one(held))

    await until_told(problems, "Slack", told=False)
    assert alerts_in(slack) == []
    await database["turns"].delete_many({})
    await until(lambda: database["tickets"].find_one(such("alert")))
    await at_once("alert")
    await slack.until(lambda: len(alerts_in(slack)) >= 1)


async def test_an_alert_that_cannot_be_edited_holds_up_neither_its_card_nor_others(
    slack, file, clock
):
    card = await file("title-1.")
    clock.forward(hours=5)
    [alert] = await slack.until(lambda: alerts_in(slack))
    await slack.until(lambda: "late" in card.text)
    refuse(slack, alert.ts, "invalid_blocks", EDIT)

    await slack.command("assign 1 me", by=slack.olga)

    await slack.until(lambda: "<@U0OLGA>" in card.text)
    assert "<@U0OLGA>" not in alert.text


async def test_an_alert_whose_new_words_are_refused_says_so_in_plain_ones(slack, file, clock):
    await file("title-1.")
    clock.forward(hours=5)
    [alert] = await slack.until(lambda: alerts_in(slack))
    refuse(slack, "title-1.", "invalid_blocks", EDIT)

    await slack.command("resolve 1", by=slack.olga)

    await slack.until(lambda: alert.text == "T-1 (resolved): /ticket status T-1")
    assert alert.blocks == []

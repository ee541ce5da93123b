"""What the agent hears who has a ticket."""

import pytest

from tests.bot.conftest import button_names, card_of, words
from tests.support.deliveries import nothing_is_owed

HOUR = {"high": 1, "medium": 1, "low": 1}


@pytest.fixture
def direct(slack, database):
    """What somebody was told directly by now."""

    async def told(person):
        await nothing_is_owed(database)
        return [one for one in slack.direct_messages(person) if one.from_bot]

    return told


async def test_that_it_is_theirs_in_one_message_that_shows_how_it_is(slack, file, direct):
    await file(by=slack.ada)

    await slack.command("assign 1 @olga", by=slack.amir)
    [told] = await direct(slack.olga)
    assert "It is yours: open, high priority" in told.text
    assert "Open · high priority · it is yours · due 2" in words(told)
    assert button_names(told) == ["start", "resolve", "reply", "show_all", "more"]
    await slack.command("prio 1 low", by=slack.amir)
    await slack.command("start 1", by=slack.amir)
    assert await direct(slack.olga) == [told]
    assert "in progress" in told.text

    await slack.command("claim 1", by=slack.amir)
    await slack.command("assign 1 @amir", by=slack.amir)
    assert await direct(slack.olga) == [told]
    assert "It is not yours any more" in told.text
    assert button_names(told) == []
    assert await direct(slack.amir) == []


async def test_what_is_pressed_there_is_done_and_shown_there(slack, file, direct, ticket):
    await file(by=slack.ada)
    await slack.command("assign 1 @olga", by=slack.amir)
    [told] = await direct(slack.olga)

    await slack.click(told, "start", by=slack.olga)

    await slack.until(lambda: "in progress" in told.text)
    assert await direct(slack.olga) == [told]
    assert (await ticket())["status"] == "in_progress"


async def test_that_it_is_theirs_again(slack, file, direct):
    await file(by=slack.ada)
    for who in ("olga", "amir", "olga"):
        await slack.command(f"assign 1 @{who}", by=slack.amir)
        await direct(slack.olga)

    first, again = await direct(slack.olga)
    assert "It is yours: open" in first.text
    assert again.text.endswith("It is yours again.")


async def test_its_requesters_words_once_until_somebody_answers(slack, file, direct, clock):
    await file(by=slack.ada)
    await slack.command("claim 1", by=slack.olga)
    clock.forward(minutes=1)
    await slack.command("comment 1 Any *news*?", by=slack.ada)
    [told] = await direct(slack.olga)
    assert "<@U0ADA>: Any *news*?" in words(told)
    assert "<@U0ADA> waits for an answer" in told.text

    clock.forward(minutes=1)
    await slack.command("comment 1 Hello?", by=slack.ada)
    assert await direct(slack.olga) == [told]
    assert "Hello?" in words(told)
    clock.forward(minutes=1)
    await slack.command("comment 1 On my way", by=slack.olga)
    assert await direct(slack.olga) == [told]
    assert "waits for an answer" not in words(told)

    clock.forward(minutes=1)
    await slack.command("comment 1 Still down", by=slack.ada)
    first, again = await direct(slack.olga)
    assert "Still down" in words(again)
    assert "Still down" not in words(first)


async def test_a_question_to_somebody_else_once_it_is_theirs_again(slack, file, direct, clock):
    await file(by=slack.ada)
    for who in ("olga", "amir"):
        await slack.command(f"assign 1 @{who}", by=slack.amir)
        await direct(slack.olga)
    clock.forward(minutes=1)
    await slack.command("comment 1 Any news?", by=slack.ada)

    await slack.command("assign 1 @olga", by=slack.amir)

    shown, again = await direct(slack.olga)
    assert again.text.endswith("It is yours again.")
    assert "Any news?" in words(shown)


async def test_words_that_set_it_going_or_open_it_again_are_heard(slack, file, direct, clock):
    await file(by=slack.ada)
    for line, by in (
        ("claim 1", slack.olga),
        ("hold 1", slack.olga),
        ("comment 1 Floor 3", slack.ada),
        ("resolve 1 Done", slack.olga),
        ("reopen 1 It burns again", slack.ada),
    ):
        clock.forward(minutes=1)
        await slack.command(line, by=by)
        await direct(slack.olga)
    first, again = await direct(slack.olga)
    assert "It burns again" not in words(first)
    assert "It burns again" in words(again)


async def test_what_is_said_after_the_end_rings_in_the_channel_alone(slack, file, direct):
    await file(by=slack.ada)
    for line, by in (("resolve 1", slack.olga), ("comment 1 It burns again", slack.ada)):
        await slack.command(line, by=by)

    assert await direct(slack.olga) == []
    await slack.until(
        lambda: any("It burns again" in one.text for one in slack.messages("#helpdesk"))
    )


async def test_of_what_they_and_bystanders_do_they_do_not_hear(slack, file, direct):
    await file(by=slack.olga)
    for line, by in (
        ("claim 1", slack.olga),
        ("comment 1 Mine", slack.olga),
        ("comment 1 Yours", slack.amir),
        ("note 1 Hm", slack.amir),
        ("start 1", slack.amir),
    ):
        await slack.command(line, by=by)
    told = await direct(slack.olga)
    # As its requester.
    assert len(told) == 1
    assert "Yours" in words(told[0])


async def test_that_an_answer_is_late_soon(slack, start, clock, database):
    async with start(reply_hours=HOUR, soon_percent=50) as _:
        await slack.command("new low VPN is down", by=slack.ada)
        await slack.until(lambda: card_of(slack, "T-1"))
        await slack.command("comment 1 Any news?", by=slack.ada)
        await slack.command("claim 1", by=slack.olga)
        await nothing_is_owed(database)
        assert slack.direct_messages(slack.olga) == []

        clock.forward(minutes=31)
        [told] = await slack.until(lambda: slack.direct_messages(slack.olga))
        await nothing_is_owed(database)
        assert ":hourglass_flowing_sand:" in words(told)
        clock.forward(hours=1)
        await slack.until(lambda: ":rotating_light:" in words(told))
        await nothing_is_owed(database)
        assert slack.direct_messages(slack.olga) == [told]


async def test_that_an_answer_is_late_soon_once_more_where_the_alert_rang_nobody(
    slack, start, clock, database
):
    async with start(reply_hours=HOUR, soon_percent=50, mentions_per_hour=0) as _:
        await slack.command("new low VPN is down", by=slack.ada)
        await slack.until(lambda: card_of(slack, "T-1"))
        await slack.command("claim 1", by=slack.olga)
        await slack.command("comment 1 Any news?", by=slack.ada)
        await slack.until(lambda: slack.direct_messages(slack.olga))
        await nothing_is_owed(database)

        clock.forward(minutes=31)
        [_, told] = await slack.until(
            lambda: len(slack.direct_messages(slack.olga)) > 1 and slack.direct_messages(slack.olga)
        )
        assert "waits for an answer, due" in told.text
        await nothing_is_owed(database)
        assert len(slack.direct_messages(slack.olga)) == 2


async def test_a_reply_under_it_is_a_note(slack, file, direct, comments):
    await file(by=slack.ada)
    await slack.command("assign 1 @olga", by=slack.amir)
    [told] = await direct(slack.olga)

    reply = {"channel": slack.direct(slack.olga), "thread_ts": told.ts}
    await slack.post("The vendor knows", by=slack.olga, **reply)

    assert await comments() == [("The vendor knows", slack.olga.id, True)]
    assert [one for one in slack.direct_messages(slack.ada) if "vendor" in words(one)] == []

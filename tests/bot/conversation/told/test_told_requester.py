"""What a requester hears of their ticket, where, and how often."""

import pytest

from bot.tickets.shortcuts import CREATE_TICKET
from localslack import Fault
from tests.bot.conftest import button_names, card_of, words
from tests.bot.conversation.threads.test_requesters_thread import ours
from tests.support.deliveries import nothing_is_owed


@pytest.fixture
def direct(slack, database):
    """What Ada was told directly by now."""

    async def told():
        await nothing_is_owed(database)
        return [one for one in slack.direct_messages(slack.ada) if one.from_bot]

    return told


@pytest.fixture
def in_thread(slack, database):
    """What stands under a message, the requester's card first."""

    async def told(question):
        await nothing_is_owed(database)
        return ours(slack.thread(question))

    return told


@pytest.fixture
async def question(slack, desk_url, database):
    """Ada's, which became a ticket."""
    asked = await slack.post("The printer burns", by=slack.ada, channel="#general")
    await slack.message_shortcut(CREATE_TICKET, asked, by=slack.olga)
    await slack.submit(await slack.modal(by=slack.olga), by=slack.olga)
    await slack.until(lambda: card_of(slack, "T-1"))
    await nothing_is_owed(database)
    return asked


async def test_who_has_it_is_in_the_one_message_of_who_has_none_yet(slack, file, direct):
    await file(by=slack.ada)
    assert await direct() == []

    await slack.command("claim 1", by=slack.olga)
    [shown] = await direct()
    assert "<@U0OLGA> has it" in words(shown)

    await slack.command("assign 1 @amir", by=slack.olga)
    await slack.command("prio 1 low", by=slack.amir)
    assert await direct() == [shown]
    assert "<@U0AMIR> has it" in words(shown)


async def test_it_ends_with_the_words_of_who_resolved_it(slack, file, direct):
    await file(by=slack.ada)

    await slack.command("resolve 1 It was the *fuse*", by=slack.olga)

    [told] = await direct()
    assert "Resolved by <@U0OLGA>." in told.text
    assert "<@U0OLGA>: It was the *fuse*" in words(told)
    assert "reopen" in button_names(told)
    await slack.command("close 1", by=slack.olga)
    assert await direct() == [told]
    assert "Closed, done by <@U0OLGA>." in told.text


async def test_it_ends_once_more_after_it_went_on(slack, file, direct, clock):
    await file(by=slack.ada)
    await slack.command("resolve 1", by=slack.olga)
    [first] = await direct()

    clock.forward(minutes=1)
    await slack.click(first, "reopen", by=slack.ada)
    assert await direct() == [first]
    assert "It was done; it has been reopened since." in first.text
    assert button_names(first) == []
    clock.forward(minutes=1)
    await slack.command("resolve 1", by=slack.olga)

    assert len(await direct()) == 2
    assert button_names(first) == []
    assert "It was done; it has been reopened since." in first.text


async def test_in_their_thread_it_stands_there_alone(slack, question, in_thread, direct):
    await slack.command("resolve 1 It was the fuse", by=slack.olga)

    shown, ended = await in_thread(question)
    assert "Resolved" in words(shown)
    # Others read it there, and she knows.
    assert "Resolved by olga." in ended.text
    assert "olga: It was the fuse" in words(ended)
    assert await direct() == []


async def test_words_that_stand_there_already_are_not_said_again(slack, question, in_thread):
    there = {"channel": "#general", "thread_ts": question.ts}
    await slack.post("@HelpDesk resolve It was the fuse", by=slack.olga, **there)

    _, ended = await in_thread(question)
    assert "Resolved by olga." in ended.text
    assert "fuse" not in words(ended)


async def test_where_the_thread_takes_nothing_they_hear_directly(slack, question, direct):
    slack.general.members.discard(slack.bot.id)

    await slack.command("resolve 1 It was the fuse", by=slack.olga)

    [told] = [one for one in await direct() if "Resolved by" in one.text]
    assert "<@U0OLGA>: It was the fuse" in words(told)


async def test_what_waits_for_them_says_so_until_they_answer(slack, file, direct):
    await file(by=slack.ada)

    await slack.command("wait 1 Acme", by=slack.olga)
    assert await direct() == []
    await slack.command("hold 1", by=slack.olga)
    [told] = await direct()
    assert "waits for your answer" in told.text
    reply = {"channel": slack.direct(slack.ada), "thread_ts": told.ts}
    await slack.post("Floor 3", by=slack.ada, **reply)

    assert await direct() == [told]
    assert "It waited for your answer; it has gone on since." in told.text
    assert [one for one in slack.thread(told) if one.from_bot] == []


async def test_of_what_they_did_themselves_nobody_hears(slack, file, direct):
    await file(by=slack.ada)
    for line in ("start 1", "close 1 It was the fuse", "reopen 1", "close 1"):
        await slack.command(line, by=slack.ada)
    assert await direct() == []

    await file("Own", by=slack.olga)
    for line in ("claim 2", "hold 2", "resolve 2 Done"):
        await slack.command(line, by=slack.olga)
    assert slack.direct_messages(slack.olga) == []


async def test_who_is_not_in_slack_hears_nothing_and_stops_nothing(slack, program, database):
    await program.file("VPN is down")
    await slack.command("resolve 1 Done", by=slack.olga)

    await nothing_is_owed(database)
    posted = {call.given["channel"] for call in slack.calls_of("chat.postMessage")}
    assert posted == {slack.helpdesk.id}


async def test_a_program_resolves_what_somebody_filed(slack, file, program, direct):
    await file(by=slack.ada)

    await program.patch("/api/tickets/1", {"status": "resolved"})

    [told] = await direct()
    assert "Resolved by Robot (REST)." in told.text


@pytest.mark.parametrize("fault", [Fault.rate_limited(1), Fault.cut_before(), Fault.cut_after()])
async def test_whatever_becomes_of_a_post_it_is_told_in_the_thread_once(
    slack, question, in_thread, expire, looked, database, fault
):
    slack.fail("chat.postMessage", fault)
    await slack.command("resolve 1 It was the fuse", by=slack.olga)
    for _ in range(4):
        await expire(held=False)
        await looked(1)

    told = await in_thread(question)
    assert len([one for one in told if "Resolved by" in one.text]) == 1


async def test_two_processes_and_a_restart_tell_it_once(slack, start, database):
    async with start() as _, start() as _:
        await slack.command("new low VPN is down", by=slack.ada)
        await slack.until(lambda: card_of(slack, "T-1"))
        await slack.command("resolve 1", by=slack.olga)
        await slack.repeat_last()
        await slack.until(lambda: slack.direct_messages(slack.ada))
    async with start():
        await nothing_is_owed(database)

    assert len(slack.direct_messages(slack.ada)) == 1


async def test_of_a_ticket_from_before_nothing_is_told_until_something_happens(
    slack, start, database, looked
):
    async with start():
        await slack.command("new low VPN is down", by=slack.ada)
        await slack.command("new low Mail is slow", by=slack.ada)
        for line in ("claim 1", "resolve 2 Done", "resolve 1 Done"):
            await slack.command(line, by=slack.olga)
        await slack.until(lambda: len(slack.direct_messages(slack.ada)) >= 3)
        await nothing_is_owed(database)
    before = len(slack.direct_messages(slack.ada))
    news = {"$pull": {"deliveries": {"kind": {"$in": ["receipt", "direct_notice"]}}}}
    await database["tickets"].update_many({}, news)

    async with start():
        await looked(2)
        await nothing_is_owed(database)

    assert len(slack.direct_messages(slack.ada)) == before


async def test_whether_it_was_helpful_is_asked_and_counted_once(
    slack, file, direct, program, clock
):
    await file(by=slack.ada)
    await slack.command("resolve 1", by=slack.olga)
    [told] = await direct()
    assert "Was this helpful?" in words(told)
    assert button_names(told) == ["helpful", "not_helpful", "reopen"]

    await slack.click(told, "not_helpful", by=slack.ada)
    await slack.repeat_last()
    await slack.until(lambda: "You said that it was not helpful." in words(told))
    assert button_names(told) == ["reopen"]
    await slack.command("reopen 1", by=slack.ada)
    await slack.command("resolve 1", by=slack.olga)
    *_, again = await direct()
    assert button_names(again) == ["reopen"]

    clock.forward(minutes=1)
    report = (await program.get("/api/reports/sla")).body["all"]
    assert (report["helpful"], report["not_helpful"]) == (0, 1)
    await slack.command("report", by=slack.olga)
    await slack.until(
        lambda: any(
            "helpful: 0 of 1 whose requesters said" in one.text
            for one in slack.seen_by(slack.olga, "#general")
        )
    )


async def test_nobody_else_says_whether_it_was_helpful(slack, question, in_thread, ticket):
    await slack.command("resolve 1", by=slack.olga)
    _, told = await in_thread(question)

    await slack.click(told, "helpful", by=slack.olga)
    await slack.until(
        lambda: any(
            "Only whoever filed T-1" in one.text for one in slack.seen_by(slack.olga, "#general")
        )
    )
    await slack.click(told, "helpful", by=slack.ben)

    assert "helpful" not in await ticket()


async def test_who_asks_outside_of_hours_hears_when_somebody_works(slack, start, database, clock):
    async with start(business_hours={"mon-fri": ["10:00-18:00"]}):
        await slack.command("new", by=slack.ada)
        await slack.submit(await slack.modal(by=slack.ada), by=slack.ada, title="VPN is down")
        [receipt] = await slack.until(lambda: slack.direct_messages(slack.ada))
        await nothing_is_owed(database)
        opening = int(clock().replace(hour=10).timestamp())
        until = f"Nobody works until <!date^{opening}^"
        assert until in words(receipt)
        assert until in str((await slack.command("new low Mail is slow", by=slack.ben)).body)

        clock.forward(hours=2)
        await slack.command("claim 1", by=slack.olga)
        await nothing_is_owed(database)
        assert "You hear from us" in words(receipt)
        assert "Nobody works" not in words(receipt)

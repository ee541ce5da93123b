"""What somebody wants to hear of their tickets."""

import pytest

from tests.bot.conftest import words
from tests.support.deliveries import nothing_is_owed


@pytest.fixture
def direct(slack, database):
    """What somebody was told directly by now."""

    async def told(person):
        await nothing_is_owed(database)
        return [one for one in slack.direct_messages(person) if one.from_bot]

    return told


async def test_it_is_said_and_asked(slack, desk_url):
    async def answer(line):
        return (await slack.command(line, by=slack.ada)).text

    assert "hear all" in await answer("tell me")
    assert "only what you have to do" in await answer("tell me needed")
    assert "only what you have to do" in await answer("tell")
    assert "hear nothing" in await answer("tell me NOTHING.")
    assert "hear all" in await answer("tell me everything")


async def test_a_sentence_that_begins_so_is_one(slack, desk_url):
    await slack.command("tell me why the printer is down", by=slack.ada)

    form = await slack.modal(by=slack.ada)
    assert "tell me why the printer is down" in str(form.blocks)


async def test_by_direct_message_too(slack, file, direct, store):
    await slack.post("tell me nothing", by=slack.ada, channel=slack.direct(slack.ada))

    await slack.until(
        lambda: any("hear nothing" in words(m) for m in slack.direct_messages(slack.ada))
    )
    assert await store.accounts.hears(slack.ada.id) == "nothing"


@pytest.mark.parametrize(("hears", "count"), [("all", 5), ("needed", 3), ("nothing", 0)])
async def test_a_requester_hears_what_they_want_to(slack, file, direct, hears, count, clock):
    await slack.command(f"tell me {hears}", by=slack.ada)
    await file(by=slack.ada)

    for line in ("claim 1", "comment 1 Which floor?", "hold 1", "resolve 1 Done"):
        await slack.command(line, by=slack.olga)
        clock.forward(minutes=1)
        await direct(slack.ada)
    await slack.command("reopen 1", by=slack.ada)
    await slack.command("resolve 1", by=slack.olga)

    assert len(await direct(slack.ada)) == count


@pytest.mark.parametrize(("hears", "count"), [("all", 2), ("needed", 2), ("nothing", 0)])
async def test_an_assignee_hears_what_they_want_to(slack, file, direct, hears, count):
    await slack.command(f"tell me {hears}", by=slack.olga)
    await file(by=slack.ada)

    await slack.command("assign 1 @olga", by=slack.amir)
    await direct(slack.olga)
    await slack.command("comment 1 Any news?", by=slack.ada)

    assert len(await direct(slack.olga)) == count


async def test_who_hears_of_it_again_hears_what_comes_then(slack, file, direct):
    await slack.command("tell me nothing", by=slack.olga)
    await file(by=slack.ada)
    await slack.command("assign 1 @olga", by=slack.amir)
    assert await direct(slack.olga) == []

    await slack.command("tell me all", by=slack.olga)
    await slack.command("comment 1 Any news?", by=slack.ada)

    [told] = await direct(slack.olga)
    assert "It is yours: open, high priority" in told.text


async def test_who_is_disabled_hears_nothing(slack, file, direct, store):
    await file(by=slack.ada)
    account = await store.accounts.of_slack_user(slack.ada.id, name="ada")
    await store.accounts.change(account.id, {"disabled": True})

    await slack.command("hold 1", by=slack.olga)
    await slack.command("resolve 1 It was the fuse", by=slack.olga)

    assert await direct(slack.ada) == []

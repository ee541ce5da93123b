"""Invited to a channel, the desk says there what to try: once."""

from datetime import timedelta

import pytest

from core.settings.intake import Mode
from localslack import Fault
from tests.bot.test_data_model import fields_of, named, section
from tests.conftest import LONG_AGO


@pytest.fixture
def channel(slack):
    """One that the desk is not in."""
    return slack.channel("#random")


@pytest.fixture
def invited(slack, channel):
    """And the desk has heard of it."""

    async def done(by=slack.ada):
        await slack.invite(slack.bot, channel, by=by)
        await slack.settled()

    return done


@pytest.fixture
def said(slack):
    def greetings():
        return [one for one in slack.messages("#random") if one.from_bot]

    return greetings


async def test_it_says_three_things_to_try_and_never_again(
    slack, desk_url, channel, invited, said, looked, database
):
    slack.fail("event", Fault.repeated())
    await invited()

    [greeting] = await slack.until(said)
    assert greeting.text.count("\n• ") == 3
    for thing in ("*Create ticket*", f"<@{slack.bot.id}> the printer", "`/ticket new`"):
        assert thing in greeting.text
    await slack.remove(slack.bot, channel, by=slack.ada)
    await invited(by=slack.olga)
    await looked(1)

    assert said() == [greeting]
    [document] = await database["greetings"].find().to_list()
    assert fields_of(document) <= named(section("greetings")) | {"delivery"}


async def test_that_somebody_else_joins_is_no_reason(slack, desk_url, looked, database):
    await slack.remove(slack.ben, slack.general, by=slack.ben)
    await slack.invite(slack.ben, slack.general, by=slack.ada)
    await slack.settled()
    await looked(1)

    assert await database["greetings"].count_documents({}) == 0


async def test_two_desks_and_a_restart_say_it_once(slack, start, invited, said, looked):
    async with start() as _, start() as _:
        slack.fail("event", Fault.repeated())
        await invited()
        await looked(1)
    async with start():
        await looked(1)

    assert len(said()) == 1


@pytest.mark.parametrize(
    ("fault", "times"),
    [(Fault.rate_limited(1), 1), (Fault.cut_before(), 0), (Fault.cut_after(), 1)],
)
async def test_whatever_becomes_of_the_post_it_is_not_said_twice(
    slack, desk_url, channel, invited, said, looked, database, fault, times
):
    slack.fail("chat.postMessage", fault)
    await invited()
    await looked(1)
    for _ in range(3):
        again = {"$set": {"delivery.until": LONG_AGO}}
        await database["greetings"].update_many({"owed": True}, again)
        await database["turns"].update_many({"_id": channel.id}, {"$set": {"free_at": LONG_AGO}})
        await looked(1)

    assert len(said()) == times


async def test_where_it_is_not_any_more_it_is_said_when_it_comes_back(
    slack, desk_url, channel, invited, said, looked, database
):
    slack.fail("chat.postMessage", Fault.error("not_in_channel"))
    await invited()
    await looked(1)
    assert said() == []

    await slack.remove(slack.bot, channel, by=slack.ada)
    await invited()

    await slack.until(said)


@pytest.mark.parametrize(
    ("mode", "thing"),
    [
        (Mode.EVERY, "every message in this channel becomes a ticket"),
        (Mode.OFF, "*Write to me directly*"),
        (Mode.OFFER, "*Call me by my name*"),
    ],
)
async def test_it_says_what_goes_in_that_channel(slack, start, channel, invited, said, mode, thing):
    async with start(intake={channel.id: mode}):
        await invited()

        [greeting] = await slack.until(said)
        assert thing in greeting.text


async def test_what_another_desk_gave_up_meanwhile_is_said_when_it_comes_back(
    store, database, monkeypatch
):
    greetings, lease = store.greetings, timedelta(minutes=1)
    take = greetings._leases.take

    async def overtaken(id, **how):
        await database["greetings"].delete_one({"_id": id})
        return await take(id, **how)

    await greetings.owe("C1")
    monkeypatch.setattr(greetings._leases, "take", overtaken)
    assert await greetings.claim(lease=lease) is None
    monkeypatch.undo()
    await greetings.owe("C1")

    assert (await greetings.claim(lease=lease)).channel == "C1"

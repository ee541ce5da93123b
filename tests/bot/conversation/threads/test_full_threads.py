"""Reply 2,001: a thread says once that nothing more is kept."""

import pytest
from bson import ObjectId

from tests.support.deliveries import nothing_is_owed


@pytest.fixture
async def card(slack, file):
    return await file(by=slack.ada)


@pytest.fixture
def crowd(database):
    """Gives the ticket so many comments more."""

    async def done(count):
        original = await database.tickets.find_one()
        comment = {"message": "Again", "author": original["requester"]}
        comment["created_at"] = original["created_at"]
        comments = [comment | {"_id": ObjectId()} for _ in range(count)]
        await database.tickets.update_one({}, {"$push": {"comments": {"$each": comments}}})

    return done


@pytest.fixture
def told(slack, database, card):
    """What the thread says by now."""

    async def found():
        await nothing_is_owed(database)
        return [one.text for one in slack.thread(card) if one.from_bot]

    return found


def alone(slack, person):
    return [one.text for one in slack.seen_by(person, "#helpdesk") if one.ephemeral_to]


async def test_the_thread_says_once_that_it_is_full_and_what_to_do(
    slack, card, reply, ticket, crowd, told
):
    await crowd(1999)
    await reply(card, "The last", by=slack.olga)

    for words in ("One more", "And another"):
        await reply(card, words, by=slack.olga)

    [said] = await told()
    assert said == (
        "T-1 holds as much as a ticket can: nothing is kept of this thread from now on. "
        "`/ticket new` files another one; mention T-1 in it."
    )
    await slack.until(lambda: len(alone(slack, slack.olga)) == 2)
    assert "no room for more words" in alone(slack, slack.olga)[0]
    assert len((await ticket())["comments"]) == 2000
    await reply(card, "Me too", by=slack.ada)
    await slack.command("prio low 1", by=slack.olga)
    assert await told() == [said]


async def test_agents_have_room_when_others_have_none(slack, card, reply, ticket, crowd, told):
    await crowd(1800)

    for words in ("One more", "And another"):
        await reply(card, words, by=slack.ada)
    await reply(card, "Seen", by=slack.olga)

    [said] = await told()
    assert "nothing but what agents say is kept" in said
    assert len((await ticket())["comments"]) == 1801

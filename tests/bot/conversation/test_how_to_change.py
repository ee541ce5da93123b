"""Who made a ticket without a form is told how to change what was taken for it, if they can."""

import pytest

from tests.bot.conftest import card_of, words
from tests.support.deliveries import nothing_is_owed

CHANGES = "`/ticket edit T-1` changes its words"


@pytest.fixture
def told(slack):
    """Waits for what only this person is told in #general."""

    async def found(person):
        def theirs():
            return [one for one in slack.seen_by(person, "#general") if one.ephemeral_to]

        return (await slack.until(theirs))[-1].text

    return found


async def test_by_the_desks_name_it_is_said_once_under_the_message(slack, desk_url, database):
    asked = await slack.post("@HelpDesk it burns", by=slack.ada, channel="#general")
    await slack.until(lambda: slack.thread(asked))
    await nothing_is_owed(database)

    [card] = slack.thread(asked)
    assert f"{CHANGES}, and `/ticket prio T-1 high`, for agents, its priority." in words(card)
    assert [one for one in slack.seen_by(slack.ada, "#general") if one.ephemeral_to] == []
    assert slack.direct_messages(slack.ada) == []


@pytest.mark.parametrize("place", ["form", "direct message"])
async def test_who_is_alone_with_the_desk_is_told_what_a_requester_may(
    slack, desk_url, looked, database, place
):
    await looked(1)
    if place == "form":
        await slack.command("new It burns", by=slack.ada)
        await slack.submit(await slack.modal(by=slack.ada), by=slack.ada)
    else:
        await slack.post("new high It burns", by=slack.ada, channel=slack.direct(slack.ada))
    await slack.until(lambda: card_of(slack, "T-1"))
    await slack.command("start 1", by=slack.olga)
    await nothing_is_owed(database)

    there = slack.direct_messages(slack.ada)
    there += [one for said in there for one in slack.thread(said) if one not in there]
    shown = [words(one) for one in there if one.from_bot]
    assert [one for one in shown if "for agents" in one] == []
    [says] = [one for one in shown if CHANGES in one]
    assert f"{CHANGES}; agents can change its priority." in says


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("ben", ""),
        ("ada", f" {CHANGES}; agents can change its priority."),
        ("olga", f" {CHANGES}, and `/ticket prio T-1 high` its priority."),
    ],
)
async def test_by_a_reaction_to_what_ada_said(slack, desk_url, looked, told, name, how):
    await looked(1)
    said = await slack.post("VPN is down", by=slack.ada, channel="#general")

    await slack.react(said, "ticket", by=getattr(slack, name))

    assert await told(getattr(slack, name)) == f"T-1 is filed, with medium priority.{how}"

"""What goes with a message is known by name, type, size and address; its content stays in Slack."""

import pytest

from core.settings.intake import Mode
from tests.bot.conversation.conftest import changed, later

NAMES = ["name", "type", "size", "permalink"]


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"intake": {"C0GENERAL": Mode.EVERY}})


@pytest.fixture
async def card(slack, desk_url, looked, file):
    await looked(1)
    return await file(by=slack.ada)


@pytest.fixture
def picture(slack):
    return slack.upload("burning.png", b"so hot", by=slack.ada)


@pytest.fixture
def over_rest(program):
    async def found(number=1):
        return (await program.get(f"/api/tickets/{number}")).body

    return found


async def test_a_comment_has_its_files(slack, card, reply, picture, over_rest):
    await reply(card, "See this", by=slack.ada, files=[picture])
    await reply(card, "And this", by=slack.ada)

    with_one, without = (await over_rest())["comments"]

    [kept] = with_one["files"]
    assert list(kept) == NAMES
    assert (kept["name"], kept["type"], kept["size"]) == ("burning.png", "image/png", 6)
    assert kept["permalink"].startswith("http")
    assert kept["permalink"] in with_one["message"]
    assert "files" not in without


async def test_a_ticket_has_those_of_its_message(slack, card, picture, over_rest):
    await slack.post("It burns", by=slack.ada, files=[picture])

    ticket = await over_rest(2)
    assert [one["name"] for one in ticket["files"]] == ["burning.png"]
    assert "files" not in await over_rest(1)


async def test_they_follow_edits_and_go_with_the_message(
    slack, card, reply, picture, over_rest, ticket
):
    said = await reply(card, "See this", by=slack.ada, files=[picture])
    await slack.event(changed(said, "See that", edited=later(said, 30), files=[]))
    [comment] = (await over_rest())["comments"]
    assert (comment["message"], comment.get("files")) == ("See that", None)

    again = await reply(card, "See this", by=slack.ada, files=[picture])
    await slack.delete(again, by=slack.ada)
    [_, withdrawn] = (await ticket())["comments"]
    assert not withdrawn["files"]
    assert "burning.png" not in str((await ticket())["comments"])


async def test_of_very_many_some_are_kept(slack, card, reply, over_rest):
    said = await reply(card, "See these", by=slack.ada)
    files = [{"id": f"F{n}", "name": "x" * 300, "permalink": "https://x"} for n in range(25)]
    await slack.event(changed(said, "See them", edited=later(said, 30), files=files))

    [comment] = (await over_rest())["comments"]
    assert len(comment["files"]) == 20
    assert comment["files"][0] == {
        "name": "x" * 255,
        "type": "",
        "size": None,
        "permalink": "https://x",
    }

"""The small buttons below an answer: thumbs, and icons."""

import pytest

from localslack import NotPossible
from tests.localslack.elements import feedback, icon, opinions


@pytest.fixture
async def answer(slack, client, ear):
    row = opinions({**feedback(), "action_id": "rate"}, icon(action_id="drop", value="7"))
    blocks = [{**row, "block_id": "below"}]
    await client.chat_postMessage(channel="#general", text="Done", blocks=blocks)
    return slack.messages("#general")[-1]


async def test_a_thumb_sends_its_value(slack, ear, answer):
    await slack.click(answer, "Bad", by=slack.ada)
    by_name = ear.payload["actions"][0]
    await slack.press(answer, "below", "rate", "Bad", by=slack.ada)

    assert (by_name["type"], by_name["action_id"]) == ("feedback_buttons", "rate")
    assert (by_name["value"], by_name["text"]["text"]) == ("Bad", "Bad")
    assert ear.payload["actions"][0]["value"] == "Bad"


async def test_an_icon_is_a_button(slack, ear, answer):
    await slack.click(answer, "Delete", by=slack.ada)

    [action] = ear.payload["actions"]
    assert (action["type"], action["action_id"], action["value"]) == ("icon_button", "drop", "7")
    assert slack.problems == []


async def test_there_is_no_third_opinion(slack, answer):
    with pytest.raises(NotPossible, match="no button"):
        await slack.press(answer, "below", "rate", "Maybe", by=slack.ada)

"""What a person does in a modal, and what the bot answers to that."""

import pytest

from localslack import NotPossible
from tests.localslack.samples import FORM, OTHER, option, plain, says


async def test_a_submission_carries_what_was_filled_in(slack, ear, form):
    result = await slack.submit(
        form, by=slack.ada, title="VPN", priority="High", assignee=slack.olga, labels=["b"], hours=4
    )
    view = ear.payload["view"]
    values = view["state"]["values"]
    assert values["title"]["value"] == {"type": "plain_text_input", "value": "VPN"}
    assert values["priority"]["value"]["selected_option"] == option("high")
    assert values["assignee"]["value"]["selected_user"] == "U0OLGA"
    assert [each["value"] for each in values["labels"]["value"]["selected_options"]] == ["b"]
    assert values["hours"]["value"]["value"] == "4"
    assert values["kind"]["value"]["selected_option"] is None
    assert values["due"]["value"]["selected_date"] is None
    assert (view["callback_id"], view["private_metadata"]) == ("new_ticket", "C0GENERAL")
    assert result.closed
    assert slack.problems == []


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"title": ""},
        {"title": "x" * 21},
        {"title": 7},
        {"title": "x", "priority": "urgent"},
        {"title": "x", "priority": None},
        {"title": "x", "labels": "a"},
        {"title": "x", "labels": ["c"]},
        {"title": "x", "due": "tomorrow"},
        {"title": "x", "hours": "many"},
        {"title": "x", "hours": 9},
        {"title": "x", "tittle": "x"},
        {"title": "x", "extra": "x"},
    ],
)
async def test_what_the_form_does_not_allow_cannot_be_submitted(slack, ear, form, fields):
    with pytest.raises(NotPossible):
        await slack.submit(form, **fields)
    assert len(ear.heard) == 1


async def test_errors_stand_beside_their_fields(slack, ear, form):
    ear.answers.append(says({"response_action": "errors", "errors": {"title": "Too short"}}))
    result = await slack.submit(form, title="VPN")
    assert result.errors == {"title": "Too short"}
    assert not result.closed
    assert (await slack.submit(form)).closed, "what was typed is still there"


async def test_a_submission_can_update_push_and_clear(slack, ear, form):
    ear.answers.append(says({"response_action": "push", "view": FORM}))
    pushed = (await slack.submit(form, title="VPN")).view
    assert slack.opened_modal(slack.ada) is pushed
    ear.answers.append(says({"response_action": "update", "view": {**FORM, "title": plain("Two")}}))
    result = await slack.submit(pushed, title="VPN")
    assert result.view is pushed
    assert pushed.title == "Two"
    ear.answers.append(says({"response_action": "clear"}))
    assert (await slack.submit(pushed)).closed
    assert not form.is_open
    assert slack.problems == []


async def test_closing_a_pushed_view_shows_the_one_beneath(slack, ear, form):
    ear.answers.append(says({"response_action": "push", "view": FORM}))
    pushed = (await slack.submit(form, title="VPN")).view
    assert (await slack.submit(pushed, title="Two")).closed
    assert slack.opened_modal(slack.ada) is form


@pytest.mark.parametrize(
    "body",
    [
        {"response_action": "errors", "errors": {"tittle": "x"}},
        {"response_action": "errors", "errors": {"extra": "x"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "errors", "errors": {"title": ""}},
        {"response_action": "errors"},
        {"response_action": "update", "view": {**OTHER, "title": plain("x" * 25)}},
        {"response_action": "update", "view": None},
        {"response_action": "push"},
        {"response_action": "close"},
        {"response_action": "clear", "view": OTHER},
        {"text": "Thanks"},
        "ok",
        [],
    ],
)
async def test_a_bad_ack_of_a_submission_is_a_problem(slack, ear, form, body):
    ear.answers.append(says(body))
    result = await slack.submit(form, title="VPN")
    assert len(slack.problems) == 1
    assert not result.closed


async def test_a_fourth_view_cannot_be_pushed(slack, ear, form):
    for _ in range(2):
        ear.answers.append(says({"response_action": "push", "view": FORM}))
        form = (await slack.submit(form, title="VPN")).view
    ear.answers.append(says({"response_action": "push", "view": FORM}))
    await slack.submit(form, title="VPN")
    assert "push_limit_reached" in slack.problems[0]


async def test_a_press_in_a_modal(slack, client, ear, form):
    answer = await slack.click(form, "Preview", by=slack.ada)
    assert ear.payload["container"] == {"type": "view", "view_id": form.id}
    assert ear.payload["view"]["id"] == form.id
    assert "response_url" not in ear.payload
    await client.views_push(trigger_id=answer.trigger_id, view=OTHER)
    assert (await slack.modal(by=slack.ada)).title == "Done"
    assert (await slack.modal(by=slack.ada, after=answer)).title == "Done"


async def test_closing_a_modal_is_told_if_asked_for(slack, ear, form):
    await slack.close(form)
    assert ear.payload["type"] == "view_closed"
    assert ear.payload["is_cleared"] is False
    assert not form.is_open
    with pytest.raises(NotPossible):
        await slack.submit(form, title="VPN")


async def test_nobody_submits_another_persons_modal(slack, ear, form):
    with pytest.raises(NotPossible):
        await slack.submit(form, by=slack.ben, title="VPN")


async def test_a_new_doing_turns_away_from_the_open_modal(slack, ear, form):
    await slack.command("list", by=slack.ada)
    assert slack.opened_modal(slack.ada) is None
    assert form.is_open

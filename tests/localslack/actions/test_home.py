"""The Home tab: published, opened, pressed and left."""

from dataclasses import replace

import pytest

from localslack import NotPossible
from localslack.validation import home_objections
from tests.localslack.elements import actions, button, field, modal, plain, section, table
from tests.localslack.web_api.test_web_api import MODAL, refused

HOME = {
    "type": "home",
    "callback_id": "mine",
    "blocks": [
        section("*Your tickets*"),
        {**actions(button()), "block_id": "card"},
        field({"type": "plain_text_input", "action_id": "value"}, "search", dispatch_action=True),
    ],
}


@pytest.fixture
def manifest(manifest):
    return replace(manifest, events=manifest.events | {"app_home_opened"})


async def test_a_home_tab_is_published_and_published_again(slack, client):
    first = (await client.views_publish(user_id="U0ADA", view=HOME))["view"]
    second = (await client.views_publish(user_id="U0ADA", view=HOME))["view"]

    assert (first["type"], first["id"]) == ("home", second["id"])
    assert first["hash"] != second["hash"]
    assert (first["root_view_id"], first["previous_view_id"]) == (first["id"], None)
    assert slack.workspace.views.homes["U0ADA"].blocks[1]["block_id"] == "card"
    assert slack.opened_modal(slack.ada) is None


async def test_whoever_watches_is_told_whose_home_changed(slack, client):
    changed = []
    slack.workspace.watchers.append(changed.append)

    await client.views_publish(user_id="U0ADA", view=HOME)

    assert slack.ada in changed


async def test_a_home_tab_is_changed_only_from_its_current_state(slack, client):
    hashes = [
        (await client.views_publish(user_id="U0ADA", view=HOME))["view"]["hash"] for _ in "12"
    ]
    late = client.views_publish(user_id="U0ADA", view=HOME, hash=hashes[0])
    await refused(late, "hash_conflict")
    await client.views_publish(user_id="U0ADA", view=HOME, hash=hashes[1])
    never = client.views_publish(user_id="U0BEN", view=HOME, hash=hashes[1])
    await refused(never, "hash_conflict")
    assert slack.problems == []


async def test_a_home_tab_is_updated_by_its_id_as_a_home(slack, client):
    view = (await client.views_publish(user_id="U0ADA", view=HOME))["view"]
    await client.views_update(view_id=view["id"], view={**HOME, "blocks": [section("New")]})
    assert len(slack.workspace.views.homes["U0ADA"].blocks) == 1
    await refused(client.views_update(view_id=view["id"], view=MODAL), "invalid_arguments")


@pytest.mark.parametrize("user", ["U0NOBODY", "U0BOT"])
async def test_only_people_have_a_home_tab(client, user):
    await refused(client.views_publish(user_id=user, view=HOME), "invalid_arguments")


async def test_a_home_tab_must_be_enabled(manifest, slack, client):
    object.__setattr__(manifest, "home_tab", False)
    await refused(client.views_publish(user_id="U0ADA", view=HOME), "not_enabled")
    with pytest.raises(NotPossible, match="no Home tab"):
        await slack.open_home(slack.ada)


async def test_the_app_hears_that_it_is_opened(slack, client, ear):
    await slack.open_home(slack.ada)
    first = ear.event["event"]
    await client.views_publish(user_id="U0ADA", view=HOME)
    await slack.open_home(slack.ada)

    assert (first["type"], first["user"], first["tab"]) == ("app_home_opened", "U0ADA", "home")
    assert (first["channel"], "view" in first) == ("D0ADA", False)
    assert ear.event["event"]["view"]["callback_id"] == "mine"


async def test_an_app_that_does_not_want_to_know_is_not_told(slack, ear):
    slack.manifest = replace(slack.manifest, events=frozenset())
    assert await slack.open_home(slack.ada) is None
    assert ear.heard == []


async def test_a_press_in_the_home_tab_can_open_a_modal_but_push_none(slack, client, ear):
    await client.views_publish(user_id="U0ADA", view=HOME)
    home = slack.workspace.views.homes["U0ADA"]

    answer = await slack.click(home, "Claim")

    payload = ear.payload
    assert payload["container"] == {"type": "view", "view_id": home.id}
    assert payload["view"]["type"] == "home"
    pushed = client.views_push(trigger_id=answer.trigger_id, view=MODAL)
    await refused(pushed, "not_found")
    answer = await slack.click(home, "Claim")
    await client.views_open(trigger_id=answer.trigger_id, view=MODAL)
    assert slack.opened_modal(slack.ada).title == "New"


async def test_an_input_of_the_home_tab_keeps_what_is_typed(slack, client, ear):
    await client.views_publish(user_id="U0ADA", view=HOME)
    home = slack.workspace.views.homes["U0ADA"]

    await slack.press(home, "search", "value", "printer", by=slack.ada)

    [action] = ear.payload["actions"]
    assert action["value"] == "printer"
    assert ear.payload["view"]["state"]["values"]["search"]["value"]["value"] == "printer"


async def test_a_home_tab_is_neither_submitted_nor_closed_nor_anothers(slack, client):
    await client.views_publish(user_id="U0ADA", view=HOME)
    home = slack.workspace.views.homes["U0ADA"]
    for doing in (slack.submit(home), slack.close(home), slack.click(home, "claim", by=slack.ben)):
        with pytest.raises(NotPossible):
            await doing
    assert home.is_open


BAD_HOMES = {
    "with a title": {**HOME, "title": plain()},
    "with submit": {**HOME, "submit": plain()},
    "with close": {**HOME, "close": plain()},
    "that is a modal": modal(),
    "of no blocks": {**HOME, "blocks": []},
    "of 101 blocks": {**HOME, "blocks": [{"type": "divider"}] * 101},
    "with a table": {**HOME, "blocks": [table()]},
    "with markdown": {**HOME, "blocks": [{"type": "markdown", "text": "x"}]},
    "with a file input": {**HOME, "blocks": [field({"type": "file_input"})]},
    "with a broadcast": {**HOME, "blocks": [section("<!channel>")]},
    "with metadata that is no string": {**HOME, "private_metadata": {}},
}


@pytest.mark.parametrize("view", BAD_HOMES.values(), ids=BAD_HOMES)
def test_a_home_tab_is_refused(view):
    assert {each.code for each in home_objections(view)} == {"invalid_arguments"}


def test_a_view_of_more_than_250_kb_is_refused():
    blocks = [{"type": "section", "fields": [plain("x" * 2000)] * 10} for _ in range(13)]
    assert "view_too_large" in {each.code for each in home_objections({**HOME, "blocks": blocks})}

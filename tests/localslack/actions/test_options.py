"""Selects that ask the app for their options, and what can then be chosen."""

import pytest
from aiohttp import web

from localslack import NotPossible
from tests.localslack.elements import actions, field, modal, option, options, plain

MENU = {"type": "external_select", "action_id": "who", "min_query_length": 2}
SEVERAL = {"type": "multi_external_select", "action_id": "who", "max_selected_items": 2}
FORM = modal(
    field({**MENU, "initial_option": option("Nobody", "none")}, "assignee"),
    field({**SEVERAL, "min_query_length": 0}, "labels", optional=True),
)


@pytest.fixture
async def card(slack, client, ear):
    blocks = [{**actions(MENU), "block_id": "card"}]
    await client.chat_postMessage(channel="#general", text="T-1", blocks=blocks)
    return slack.messages("#general")[-1]


@pytest.fixture
def view():
    return FORM


def offer(ear, *given):
    ear.answers.append(web.json_response({"options": list(given)}))


async def test_the_app_is_asked_for_what_is_typed_under_a_message(slack, ear, card):
    offer(ear, option("Olga", "olga"))

    answer = await slack.suggest(card, "card", "who", "ol", by=slack.ada)

    assert answer.suggested == {"options": [option("Olga", "olga")]}
    payload = ear.payload
    assert (payload["type"], payload["value"]) == ("block_suggestion", "ol")
    assert (payload["block_id"], payload["action_id"]) == ("card", "who")
    assert payload["container"]["message_ts"] == payload["message"]["ts"] == card.ts
    assert payload["channel"]["id"] == "C0GENERAL"
    assert slack.problems == []


async def test_what_was_offered_can_be_chosen_and_nothing_else(slack, ear, card):
    offer(ear, option("Olga", "olga"))
    await slack.suggest(card, "card", "who", "ol", by=slack.ada)

    await slack.press(card, "card", "who", "olga", by=slack.ada)

    [action] = ear.payload["actions"]
    assert action["selected_option"] == option("Olga", "olga")
    assert "options" not in action
    with pytest.raises(NotPossible, match="does not offer"):
        await slack.press(card, "card", "who", "amir", by=slack.ada)


async def test_a_form_keeps_what_was_chosen_from_several_questions(slack, ear, form):
    for name in ("red", "blue"):
        offer(ear, option(name.title(), name))
        await slack.suggest(form, "labels", "who", name, by=slack.ada)

    await slack.submit(form, labels=["red", "blue"])

    values = ear.payload["view"]["state"]["values"]
    chosen = [each["value"] for each in values["labels"]["who"]["selected_options"]]
    assert chosen == ["red", "blue"]
    assert values["assignee"]["who"]["selected_option"]["value"] == "none"


async def test_the_app_is_asked_about_a_view(slack, ear, form):
    groups = [{"label": plain("Colours"), "options": [option("Red", "red")]}]
    ear.answers.append(web.json_response({"option_groups": groups}))

    answer = await slack.suggest(form, "labels", "who", "", by=slack.ada)

    assert answer.suggested == {"option_groups": groups}
    assert ear.payload["container"] == {"type": "view", "view_id": form.id}
    assert ear.payload["view"]["id"] == form.id
    await slack.submit(form, labels=["red"])


async def test_no_more_are_chosen_than_the_field_takes(slack, ear, form):
    offer(ear, *options(3))
    await slack.suggest(form, "labels", "who", "o", by=slack.ada)
    with pytest.raises(NotPossible, match="at most 2"):
        await slack.submit(form, labels=["o0", "o1", "o2"])


async def test_few_letters_ask_nothing(slack, ear, card):
    with pytest.raises(NotPossible, match="from 2 characters"):
        await slack.suggest(card, "card", "who", "o", by=slack.ada)
    assert ear.heard == []


async def test_nothing_found_is_an_answer(slack, ear, card):
    offer(ear)
    assert (await slack.suggest(card, "card", "who", "xx", by=slack.ada)).suggested == {
        "options": []
    }
    assert slack.problems == []


@pytest.mark.parametrize(
    "said",
    [
        {},
        [],
        {"options": "olga"},
        {"options": [option("x" * 76)]},
        {"options": [{"text": plain()}]},
        {"options": options(101)},
        {"options": options(1), "option_groups": []},
        {"option_groups": [{"options": options(1)}]},
        {"options": [option("<!channel>")]},
        {"options": options(1), "more": True},
    ],
    ids=[
        "nothing",
        "a list",
        "no list",
        "text 76",
        "no value",
        "101 options",
        "both",
        "group without label",
        "a broadcast",
        "unknown key",
    ],
)
async def test_bad_options_are_a_problem(slack, ear, card, said):
    ear.answers.append(web.json_response(said))
    answer = await slack.suggest(card, "card", "who", "ol", by=slack.ada)
    assert answer.suggested == {}
    assert "options for who: invalid_" in slack.problems[0]


async def test_no_answer_is_a_problem(slack, ear, card):
    ear.answers.append(web.Response(status=500))
    answer = await slack.suggest(card, "card", "who", "ol", by=slack.ada)
    assert (answer.failure, answer.suggested) == ("dispatch_failed", {})
    assert slack.problems


async def test_only_such_a_select_asks(slack, ear):
    message = slack.say("Hi", by=slack.ada)
    with pytest.raises(NotPossible, match="asks the app"):
        await slack.suggest(message, "card", "who", "ol", by=slack.ada)


@pytest.mark.parametrize(
    "answer",
    [
        lambda challenge: web.Response(text=challenge),
        lambda challenge: web.json_response({"challenge": challenge}),
        lambda challenge: web.Response(text=f"challenge={challenge}"),
    ],
    ids=["text", "json", "form"],
)
async def test_an_address_is_verified(slack, ear, answer):
    async def verified(_request):
        return answer(ear.event["challenge"])

    ear.answers.append(verified)
    assert (await slack.verify_url()).status == 200
    assert ear.event["type"] == "url_verification"
    assert slack.problems == []


async def test_without_an_address_there_is_nothing_to_verify(slack):
    with pytest.raises(NotPossible, match="events_url"):
        await slack.verify_url()


@pytest.mark.parametrize("status", [200, 500])
async def test_an_address_without_proof_is_a_problem(slack, ear, status):
    ear.answers.append(web.Response(text="hello", status=status))
    await slack.verify_url()
    assert "url_verification" in slack.problems[0]

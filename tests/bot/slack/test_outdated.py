"""What nobody listens to: a button, a form or a command that the desk does not know (any more)."""

from urllib.parse import parse_qs

from tests.bot.conftest import card_of
from tests.support.slack_requests import ADA, OLGA, command, form, pressed, send, sent


def view(**changed):
    return sent(view=changed)


NAMES = ["resolvex", "unclaim", "xsnooze", "resolve\n", "Resolve", "newerx", "olderolder", "", "."]


async def test_a_button_of_another_name_does_nothing_and_says_so(slack, file, program):
    card = await file()
    ticket = card.metadata["event_payload"]["ticket"]
    before = (await program.get("/api/tickets/1")).body
    for number, name in enumerate(NAMES, 1):
        await slack.command("status 1", by=slack.olga)
        url = _response_url(slack)

        reply = await send(slack, form(pressed(name, ticket, response_url=url)))

        assert (reply.status, reply.body) == (200, b""), name
        told = await slack.until(lambda number=number: _told(slack)[number - 1 :])
        assert "/ticket status" in told[0].text, name
        assert (await program.get("/api/tickets/1")).body == before, name
    assert card_of(slack, "T-1") is card


def _told(slack):
    """What Olga was told of an older version."""
    return [each for each in slack.seen_by(slack.olga, "#general") if "older" in each.text]


def _response_url(slack):
    return parse_qs(slack.http.last.body.decode())["response_url"][0]


UNKNOWN = [
    pressed("snooze", "2h T-1"),
    pressed("newer", "{"),
    pressed("older", '{"words": [], "offset": -1}'),
    pressed("older", '{"words": [], "offset": 1e99}'),
    pressed("older", '{"words": {"$ne": 1}, "offset": 1}'),
    {"type": "interactive_message", "callback_id": "x", "actions": [], "user": OLGA},
    {
        "type": "message_action",
        "callback_id": "x",
        "user": OLGA,
        "channel": {"id": "C0GENERAL"},
        "message": {"ts": "1772442000.000100", "text": "Hello"},
    },
    {"type": "shortcut", "callback_id": "x", "user": OLGA},
    {"type": "view_closed", "view": {"callback_id": "x"}, "user": OLGA},
    {"type": "workflow_step_edit", "callback_id": "x", "user": OLGA},
    {"type": "dialog_submission", "callback_id": "x", "user": OLGA},
    {"type": "something_newer", "user": OLGA},
]


async def test_what_nobody_knows_any_more_is_taken_and_does_nothing(slack, desk_url):
    for payload in UNKNOWN:
        reply = await send(slack, form(payload))

        assert (reply.status, reply.body) == (200, b""), payload


async def test_a_form_of_another_version_says_so_in_the_form(slack, program):
    for bent in (view(callback_id="old_ticket"), view(state={"values": {"title": {"t": {}}}})):
        reply = await send(slack, form(bent))

        assert reply.status == 200
        assert "older version" in reply.json["errors"]["title"]
    assert (await program.get("/api/tickets")).body["items"] == []


async def test_a_form_without_fields_is_answered_too(slack, desk_url):
    for blocks in ([], [{"type": "section", "block_id": "x"}], [{"type": "input"}]):
        reply = await send(slack, form(view(callback_id="old", blocks=blocks)))

        assert reply.status == 200
        assert reply.json["response_action"] == "update"
        assert "older version" in str(reply.json["view"]["blocks"])


async def test_a_command_that_is_not_ours_is_answered(slack, desk_url):
    reply = await send(slack, command(command="/tickets"))

    assert "/ticket help" in reply.json["text"]


async def test_options_that_nobody_has_are_none(slack, desk_url):
    reply = await send(
        slack, form({"type": "block_suggestion", "user": ADA, "action_id": "menu", "value": "x"})
    )

    assert (reply.status, reply.json) == (200, {"options": []})

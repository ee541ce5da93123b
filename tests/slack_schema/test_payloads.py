"""Two judges who do not know each other: Slack's own types, and the rules of the local Slack.

What either lets pass is listed here, each kind with the reason; a change of either judge shows.
"""

from datetime import UTC, datetime, timedelta

import pytest

from bot.alerts.announcer import LISTED
from bot.alerts.messages import about, listed
from bot.tickets.card import card, details
from bot.tickets.form import new_ticket_modal
from bot.tickets.lists.list import PAGE, list_message
from bot.tickets.thread import receipt, requester_card
from core.alerts.rules import AlertRules
from core.people.accounts import Actor, Person, Role, Via
from core.tickets import (
    DESCRIPTION_LENGTH,
    MESSAGE_LENGTH,
    TITLE_LENGTH,
    Comment,
    NewTicket,
    Priority,
    Status,
    Ticket,
)
from core.tickets.alert import BREACH
from localslack import validation
from tests.conftest import SLA
from tests.localslack.elements import actions, field, modal, plain
from tests.localslack.examples import BAD_BLOCKS, BAD_MESSAGES, BAD_VIEWS, GOOD_MESSAGES, GOOD_VIEWS
from tests.slack_schema.judge import MISSING, SCHEMA, message_objections, view_objections

if not SCHEMA.exists():
    pytest.skip(MISSING, allow_module_level=True)

BEYOND_A_SCHEMA = {  # it compares nothing and adds nothing up
    "action_id twice in a block",
    "block_id twice",
    "initial option that is not offered",
    "initial options that are not offered",
    "input that starts longer than allowed",
    "input with min over max",
    "two focused fields",
    "two tables",
    "all block text together",
    "all markdown together",
}
NOT_SAID_IN_THE_TYPES = {  # but on Slack's pages, or seen
    "button url that is none",
    "confirm without deny",
    "icon that Slack does not have",
    "image at a data address",
    "input with max_length 3001",
    "markdown block",
    "no blocks",
    "option without value",
    "rich text with empty text",
    "table block",
}
OUR_OWN = {  # Slack lets an app ring everybody; ours never does
    "broadcast in a button's value",
    "broadcast in metadata",
    "broadcast in private_metadata",
    "broadcast in rich text",
    "broadcast in the third block",
    "broadcast in the text",
    "broadcast in the title",
    "broadcast to everyone, labelled",
    "broadcast to the channel",
    "broadcast to those here",
}
VIDEO = {
    "type": "video",
    "alt_text": "How to file",
    "title": plain(),
    "thumbnail_url": "https://example.com/a.png",
    "video_url": "https://example.com/a.mp4",
}
# The rules take these at their word: the desk sends neither times, files nor films.
LEFT_TO_THE_TYPES = {
    "time past midnight": actions({"type": "timepicker", "initial_time": "24:15"}),
    "file without id or url": {"type": "image", "alt_text": "a", "slack_file": {}},
    "file that is a word": {"type": "image", "alt_text": "a", "slack_file": "F1"},
    "rich text that is a word": field({"type": "rich_text_input", "initial_value": "x"}),
    "author of 50": VIDEO | {"author_name": "x" * 50},
    "film title of 200": VIDEO | {"title": plain("x" * 200)},
}


def of(block):
    return {"text": "Hello", "blocks": [block]}


def test_what_the_rules_refuse_and_the_types_let_pass_is_known():
    let_pass = {name for name, block in BAD_BLOCKS.items() if not message_objections(of(block))}
    let_pass |= {
        name for name, block in BAD_BLOCKS.items() if not view_objections(modal(block))
    } - OUR_OWN
    let_pass |= {name for name, view in BAD_VIEWS.items() if not view_objections(view)}
    let_pass |= {
        name
        for name, (_, message) in BAD_MESSAGES.items()
        if not message_objections({"text": "Hello"} | message if "metadata" in message else message)
    }

    assert let_pass == BEYOND_A_SCHEMA | NOT_SAID_IN_THE_TYPES | OUR_OWN
    assert len([*BAD_BLOCKS, *BAD_VIEWS, *BAD_MESSAGES]) > 4 * len(let_pass)


@pytest.mark.parametrize("block", LEFT_TO_THE_TYPES.values(), ids=LEFT_TO_THE_TYPES)
def test_the_types_refuse_what_the_rules_let_pass(block):
    assert message_objections(of(block))
    assert not validation.message_objections(of(block))


@pytest.mark.parametrize("message", GOOD_MESSAGES.values(), ids=GOOD_MESSAGES)
def test_a_message_that_the_rules_let_pass_is_good_by_the_types_too(message):
    assert message_objections(message) == []


@pytest.mark.parametrize("view", GOOD_VIEWS.values(), ids=GOOD_VIEWS)
def test_a_view_that_the_rules_let_pass_is_good_by_the_types_too(view):
    assert view_objections(view) == []


def test_an_objection_names_the_place_and_the_limit():
    long = {"type": "header", "text": plain("x" * 151)}

    [objection] = message_objections(of(long))

    assert objection.startswith("/blocks/0/text/text: ")
    assert objection.endswith(" is longer than 150 characters")


NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
# Five characters each once they are escaped.
ADA = Actor("a" * 24, "&" * 100, Role.ADMIN, Via.SLACK)


def longest(number=7, **fields):
    """A ticket of which every word is as long as it may be."""
    title, description = "&" * TITLE_LENGTH, "&" * DESCRIPTION_LENGTH
    new = NewTicket(title=title, description=description, priority=Priority.HIGH)
    ticket = Ticket.opened(new, id="c" * 24, number=number, by=ADA, at=NOW, sla=SLA)
    comment = Comment(id="d" * 24, author=ADA.person, message="&" * MESSAGE_LENGTH, created_at=NOW)
    ticket.comments = (comment,) * 5
    for name, value in fields.items():
        setattr(ticket, name, value)
    return ticket


def both(message):
    return message_objections(message) + validation.message_objections(message)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("assignee", [None, Person("b" * 24, "&" * 100, "U0OLGA")])
def test_the_longest_messages_about_a_ticket_are_good_by_both(status, assignee):
    ticket = longest(status=status, assignee=assignee)

    rules = AlertRules()
    for message in (
        card(ticket, at=NOW),
        details(ticket, by=ADA, at=NOW, rules=rules),
        receipt(ticket, at=NOW, rules=rules),
        requester_card(ticket, at=NOW, rules=rules),
    ):
        assert both(message) == []
    for hours in (1, 100):
        assert both(about(ticket, AlertRules(), at=NOW + timedelta(hours=hours), kind=BREACH)) == []


def test_the_longest_list_of_late_tickets_is_good_by_both():
    assert both(listed([longest(number) for number in range(1, LISTED + 1)])) == []


@pytest.mark.parametrize("title", ["", "VPN is down", "&" * 5000])
def test_the_form_is_good_by_both(title):
    form = new_ticket_modal(title=title)

    assert view_objections(form) + validation.view_objections(form) == []


async def test_every_page_of_a_list_is_good_by_both(desk, acting, caller):
    by = await acting(await caller("Amir", Role.ADMIN))
    for _ in range(PAGE * 2 + 1):
        await desk.open_ticket(NewTicket(title="&" * TITLE_LENGTH), by=by)

    pages = [await list_message(desk, ["all"], by=by, offset=PAGE * page) for page in range(4)]

    assert [both(page) for page in pages] == [[], [], [], []]
    assert {len(page["blocks"]) for page in pages} == {1, 4, PAGE + 3}

"""What the strict side refuses, fault by fault, and that it lets the good through."""

import pytest

from localslack.validation import message_objections, view_objections
from tests.localslack.elements import actions, field, menu, modal, rich, section, table
from tests.localslack.examples import (
    BAD_BLOCKS,
    BAD_MESSAGES,
    BAD_VIEWS,
    GOOD_MESSAGES,
    GOOD_VIEWS,
    ONLY_IN_A_MESSAGE,
    ONLY_IN_A_VIEW,
)


def named(cases):
    return [pytest.param(case, id=name) for name, case in cases.items()]


@pytest.mark.parametrize("block", named(BAD_BLOCKS))
def test_a_message_is_refused_for_this_block(block):
    assert message_objections({"text": "Hello", "blocks": [block]})


@pytest.mark.parametrize("block", named(ONLY_IN_A_VIEW))
def test_a_view_takes_this_block_and_a_message_does_not(block):
    assert view_objections(modal(block)) == []
    assert message_objections({"text": "Hello", "blocks": [block]})


@pytest.mark.parametrize("block", named(ONLY_IN_A_MESSAGE))
def test_a_message_takes_this_block_and_a_view_does_not(block):
    assert message_objections({"text": "Hello", "blocks": [block]}) == []
    assert view_objections(modal(block))


@pytest.mark.parametrize("view", named(BAD_VIEWS))
def test_a_view_is_refused(view):
    assert {each.code for each in view_objections(view)} == {"invalid_arguments"}


@pytest.mark.parametrize("block", named(BAD_BLOCKS))
def test_a_view_is_refused_for_this_block(block):
    assert view_objections(modal(block))


@pytest.mark.parametrize(
    ("code", "message"), [pytest.param(*c, id=n) for n, c in BAD_MESSAGES.items()]
)
def test_a_message_is_refused(code, message):
    assert code in {
        each.code
        for each in message_objections(
            {"text": "Hello", **message} if "metadata" in message else message
        )
    }


@pytest.mark.parametrize("message", named(GOOD_MESSAGES))
def test_a_good_message_passes(message):
    assert message_objections(message) == []


@pytest.mark.parametrize("view", named(GOOD_VIEWS))
def test_a_good_view_passes(view):
    assert view_objections(view) == []


def test_an_objection_says_where_and_what():
    [objection] = message_objections({"text": "x", "blocks": [section(), section("x" * 3001)]})
    assert objection.place == "/blocks/1/text/text"
    assert "3000" in objection.sentence
    assert "[json-pointer:/blocks/1/text/text]" in str(objection)


@pytest.mark.parametrize("junk", [None, 7, "x", [], {}, [[]], {"type": []}, [None]])
@pytest.mark.parametrize(
    "key", ["elements", "text", "accessory", "options", "element", "rows", "type"]
)
def test_junk_is_refused_and_does_not_break_the_judge(key, junk):
    for block in (
        section(),
        actions(menu()),
        field(),
        table(),
        rich({"type": "text", "text": "x"}),
    ):
        for broken in (
            {**block, key: junk},
            {**block, "element": {"type": "static_select", key: junk}},
        ):
            assert message_objections({"text": "x", "blocks": [broken]}) is not None
            assert view_objections(modal(broken)) is not None

"""What people typed is shown alike everywhere: its emoji, its direction, its lines."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.markup.mrkdwn import escaped, in_lines, inert, one_line, quoted
from bot.markup.rich_text import rich_text
from core.blank_text import DIRECTION, contained
from tests.bot.conftest import card_of, rich_words, words


def pieces(text):
    return rich_text(text)["elements"][0]["elements"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (":fire: down since 12:30:00", ["fire"]),
        ("(:large_blue_circle:)", ["large_blue_circle"]),
        (":+1: :-1: :100: :8ball: :e-mail:", ["+1", "-1", "100", "8ball", "e-mail"]),
        (":wave::skin-tone-3:", ["wave"]),
        (":man-woman-boy: :flag-de:", ["man-woman-boy", "flag-de"]),
        ("at 12:30: late", []),
        ("a:fire:", []),
        ("::fire::", []),
        (":no emoji:", []),
        (": :", []),
        ("std::vector::size", []),
    ],
)
def test_an_emoji_is_one_on_cards_and_in_alerts(text, names):
    assert [piece["name"] for piece in pieces(text) if piece["type"] == "emoji"] == names
    # In mrkdwn nothing stands inside its name.
    assert [name for name in names if f":{name}:" not in inert(text)] == []


def test_the_colour_of_a_skin_belongs_to_its_emoji():
    assert pieces(":wave::skin-tone-3:") == [{"type": "emoji", "name": "wave", "skin_tone": 3}]


@given(st.text(alphabet=":abz_09+-' *", max_size=60).filter(bool))
def test_no_letter_is_lost_beside_an_emoji(text):
    assert rich_words(rich_text(text)) == re.sub(r"(:[^: ]+:):skin-tone-[2-6]:", r"\1", text)


@pytest.mark.parametrize("text", [":a" * 50_000, ":" + "a" * 100_000, ":" * 100_000, "*:" * 50_000])
def test_long_words_are_looked_through_once(text):
    """In milliseconds; where each sign was looked at again from every other, in minutes."""
    assert escaped(text) in inert(text).replace("\u2060", "")
    assert rich_words(rich_text(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "safe \u202egnp.exe",
        "\u202b\u2067open",
        "closed\u2069\u202c twice\u2069",
        "\u2066a\u202ca\u2069",
    ],
)
def test_a_direction_ends_with_its_text(text):
    shown = contained(text)

    assert (shown[0], shown[-1]) == ("\u2068", "\u2069")
    assert balanced(shown)
    assert contained("no direction") == "no direction"
    # Letters that run from right to left need nothing.
    assert contained("\u05d0\u05d1") == "\u05d0\u05d1"


@given(st.text(alphabet="a\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", max_size=40))
def test_every_direction_that_is_opened_is_closed_in_its_order(text):
    shown = contained(text)

    assert balanced(shown)
    assert re.sub(f"[{DIRECTION}]", "", shown) == re.sub(f"[{DIRECTION}]", "", text)


def balanced(text):
    """By the algorithm's own names of the signs."""
    opened = []
    for sign in text:
        match unicodedata.bidirectional(sign):
            case "LRE" | "RLE" | "LRO" | "RLO":
                opened.append("PDF")
            case "LRI" | "RLI" | "FSI":
                opened.append("PDI")
            case "PDF" | "PDI" as closes:
                if not opened or opened.pop() != closes:
                    return False
    return not opened


def test_a_cut_leaves_no_direction_open():
    assert balanced(one_line("\u202e" + "a" * 300 + "\u202c", 100))
    assert all(map(balanced, in_lines("\u202eone\ntwo\u202c", 100).splitlines()))


def test_signs_of_a_title_are_letters_in_every_mrkdwn():
    shown = quoted("*urgent* _x_ ~y~ `z`", 100)

    assert not re.search(r"(?<!\u2060)[*_~`]|[*_~`](?!\u2060)", shown)


async def test_a_comment_keeps_its_lines_and_an_emoji_is_one_on_the_card(slack, file, program):
    card = await file(":fire: down since 12:30:00")
    assert {"type": "emoji", "name": "fire"} in card.blocks[0]["elements"][0]["elements"]
    await program.post("/api/tickets/1/comments", {"message": "Traceback:\n  File a.py\nError"})
    card = await slack.until(lambda: card_of(slack, "T-1"))
    await slack.until(lambda: "1 comment" in words(card))

    status = await slack.command("status 1", by=slack.olga)

    assert "Traceback:\n  File a.py\nError" in words(status)

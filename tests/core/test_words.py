"""What counts as a word where tickets are searched: there is no syntax."""

import pytest

from core.tickets.finding.words import MOST_CHARACTERS, MOST_WORDS, asked_words, folded, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("printer on fire", ["printer", "on", "fire"]),
        ('"printer on" -fire', ["printer", "on", "fire"]),
        ("-", []),
        ("--- \"\" '' !? ()", []),
        ("a-b c/d e.f", ["a", "b", "c", "d", "e", "f"]),
        ("$where {$ne: 1} .* ^x$", ["where", "ne", "1", "x"]),
        ("it's", ["it", "s"]),
        ("“quoted” ‹so› —thus—", ["quoted", "so", "thus"]),
        ("foo_bar", ["foo_bar"]),
        ("Fire FIRE fire Fïre", ["Fire"]),
        ("Ü Straße हिन्दी 日本語", ["Ü", "Straße", "हिन्दी", "日本語"]),
        ("🔥 ☎", ["🔥"]),
        ("\ue061\ue062 a\ue063b", ["a", "b"]),
        ("a\x00b\u202ec", ["a", "b", "c"]),
    ],
)
def test_what_parts_words(text, found):
    assert words(text) == found


def test_words_are_alike_but_for_capitals_and_accents():
    assert folded("Drücker") == folded("DRUCKER") == "drucker"
    assert folded("Straße") == "straße"


def test_of_very_much_the_first_is_looked_for():
    many = asked_words(" ".join(f"word{n}" for n in range(2_000)))
    long = asked_words(" ".join(f"{n}{'x' * 400}" for n in range(20)))

    assert many == [f"word{n}" for n in range(MOST_WORDS)]
    assert sum(map(len, long)) <= MOST_CHARACTERS
    assert len(long) == 3

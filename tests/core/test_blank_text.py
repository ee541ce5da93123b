"""What must say something shows something, and no name turns the words around it."""

import json
import re
import sys
import unicodedata

import pytest

from core.blank_text import says_something, straight, turns
from core.errors import InvalidInput
from core.people.accounts import Registration, Role
from core.tickets.inputs import NewComment, NewTicket, parse

# https://www.unicode.org/Public/16.0.0/ucd/DerivedCoreProperties.txt, Default_Ignorable_Code_Point
IGNORABLE = (
    "00AD 034F 061C 115F..1160 17B4..17B5 180B..180F 200B..200F 202A..202E 2060..206F 3164 "
    "FE00..FE0F FEFF FFA0 FFF0..FFF8 1BCA0..1BCA3 1D173..1D17A E0000..E0FFF"
)
# Of the format characters these have a picture: signs of numbers and verses, of hieroglyphs.
SEEN = re.compile(
    "[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd\U00013430-\U0001345f]"
)
NOTHING = [
    "",
    " ",
    "\u200b",
    "\u2060",
    "\u3164",
    "\u00ad",
    "\u2800",
    "\ufe0f",
    "\u3000\u200d\t",
    "\U000e0041",
]
SOMETHING = [
    "a",
    "\u200ba",
    "é",
    "e\u0301",
    "ا",
    "می\u200cخواهم",
    "👩\u200d💻",
    "❤\ufe0f",
    "ㅤㅎ",
    "·",
    "\u0301",
]
TURNING = ["\u202eadmin", "admin\u202c", "\u2067a\u2069", "a\u200e", "\u200fa", "a\u061cb"]


def ignorable():
    for span in IGNORABLE.split():
        first, _, last = span.partition("..")
        yield from range(int(first, 16), int(last or first, 16) + 1)


def test_what_unicode_calls_ignorable_says_nothing():
    assert [hex(code) for code in ignorable() if says_something(chr(code))] == []


def test_neither_do_blanks_and_signs_that_only_control_or_format():
    kinds = {"Cc", "Cf", "Zs", "Zl", "Zp", "Cs"}
    signs = (chr(code) for code in range(sys.maxunicode + 1))

    seen = [sign for sign in signs if unicodedata.category(sign) in kinds and says_something(sign)]

    assert [hex(ord(sign)) for sign in seen if not SEEN.match(sign)] == []


def test_every_other_sign_says_something():
    known = {chr(code) for code in ignorable()} | {"\u2800", "\U00016fe4", "\U0001d159"}
    kinds = {"Cc", "Cf", "Zs", "Zl", "Zp", "Cs"}
    signs = (chr(code) for code in range(sys.maxunicode + 1))
    others = (sign for sign in signs if unicodedata.category(sign) not in kinds)

    assert [
        hex(ord(sign)) for sign in others if not says_something(sign) and sign not in known
    ] == []


def registration(name):
    said = {"name": name, "email": "a@example.com", "password": "123456", "role": Role.USER}
    return parse(Registration, said).name


@pytest.mark.parametrize("text", [*NOTHING[1:], "\u200b\n"], ids=ascii)
@pytest.mark.parametrize("field", ["name", "title", "message"])
def test_a_text_that_shows_nothing_is_blank(field, text):
    model = {"title": NewTicket, "message": NewComment}.get(field)

    with pytest.raises(InvalidInput) as refused:
        parse(model, {field: text}) if model else registration(text)

    assert "may not be blank" in refused.value.fields[field]


@pytest.mark.parametrize("text", SOMETHING, ids=ascii)
def test_what_shows_something_is_kept_as_it_was_typed(text):
    assert registration(text) == text
    assert parse(NewTicket, {"title": text}).title == text
    assert parse(NewComment, {"message": text}).message == text


@pytest.mark.parametrize("name", TURNING, ids=ascii)
def test_a_name_that_turns_words_round_is_refused(name):
    with pytest.raises(InvalidInput) as refused:
        registration(name)

    assert "may not have signs that turn the direction of text" in refused.value.fields["name"]


@pytest.mark.parametrize("text", [*NOTHING[1:], *SOMETHING, *TURNING], ids=ascii)
@pytest.mark.parametrize(
    ("model", "field"), [(Registration, "name"), (NewTicket, "title"), (NewComment, "message")]
)
def test_the_description_of_the_api_says_the_same(model, field, text):
    pattern = json.loads(json.dumps(model.model_json_schema()))["properties"][field]["pattern"]

    said = {"name": "Ada", "email": "a@example.com", "password": "123456"}
    try:
        parse(model, (said if field == "name" else {}) | {field: text})
        taken = True
    except InvalidInput:
        taken = False

    assert bool(re.search(pattern, text)) is taken


async def test_a_name_from_slack_is_kept_without_what_turns(people):
    turned = await people.slack_user("U1", name="\u202eadmin")
    nothing = await people.slack_user("U2", name="\u200b\u202e")

    assert (turned.name, nothing.name) == ("admin", "U2")
    assert not turns(straight("".join(TURNING)))

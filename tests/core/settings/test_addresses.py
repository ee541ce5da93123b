"""Which addresses and passwords are the same to people."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.people.addresses import identity
from core.people.passwords import _HASHER, _hashed, _matches


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada@Example.com", "ada@example.COM"),
        ("jos\u00e9@example.com", "jose\u0301@example.com"),
        ("ada@b\u00fccher.example", "ada@xn--bcher-kva.example"),
        ("ada@B\u00dcCHER.example", "ada@bu\u0308cher.example"),
        ("ada@stra\u00dfe.example", "ada@xn--strae-oqa.example"),
        ("\u00c4da@example.com", "a\u0308da@example.com"),
    ],
)
def test_addresses_that_are_the_same(one, other):
    assert identity(one) == identity(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("stra\u00dfe@example.com", "strasse@example.com"),
        ("ada@stra\u00dfe.example", "ada@strasse.example"),
        ("\ufb01@example.com", "fi@example.com"),
        ("i@example.com", "\u0131@example.com"),
        ("ada@example.com", "ada@example.org"),
    ],
)
def test_addresses_that_are_two(one, other):
    assert identity(one) != identity(other)


@given(st.text(min_size=1).filter(lambda text: "@" not in text), st.text(min_size=1))
def test_an_address_has_one_identity_however_it_is_composed(local, domain):
    address = f"{local}@{domain}"
    for form in ("NFC", "NFD"):
        assert identity(unicodedata.normalize(form, address)) == identity(address)


def test_a_password_is_the_same_from_every_keyboard():
    composed, apart = "caf\u00e9-caf\u00e9", "cafe\u0301-cafe\u0301"

    assert _matches(apart, _hashed(composed))
    assert _matches(composed, _hashed(apart))
    # One that was kept as it was typed, before that was so.
    assert _matches(apart, _HASHER.hash(apart))
    assert not _matches("cafe-cafe", _hashed(composed))

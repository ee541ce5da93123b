"""Which e-mail addresses are the same to people, however they are written."""

import unicodedata
from contextlib import suppress

import idna


def identity(address: str) -> str:
    """By which an account is found: equal for what people take for one address, and no other.

    Capitals do not count, nor how an accent is put together. Letters that only look related do:
    straße@ is not strasse@. A domain is compared as it is resolved, by IDNA 2008 (RFC 5891).
    """
    local, _, domain = unicodedata.normalize("NFC", address).lower().rpartition("@")
    # Somebody may have registered with what is no name that can be resolved.
    with suppress(idna.IDNAError):
        domain = idna.encode(domain, uts46=True, std3_rules=True).decode("ascii")
    return f"{unicodedata.normalize('NFC', local)}@{domain}"

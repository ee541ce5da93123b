"""Reads what callers say in headers, in time that grows with its length and no faster.

Library parsers do not promise that: what `email` does with the parameters of a Content-Type takes
seconds for 30 kB.
"""

import re
from collections.abc import Iterable, Iterator

# Characters of a header that somebody may need; what is longer says nothing, or is refused.
LONGEST = 1024

# Quoted, or bare; a quotation mark at its beginning is not part of a bare key.
_KEY = re.compile(r'"([\x21-\x7e]{1,255})"|([\x21\x23-\x7e][\x21-\x7e]{0,254})')
_REQUEST_ID = re.compile(r"[\w.:-]{1,64}", re.ASCII)
_TICKET = re.compile(r"[0-9a-fA-F]{24}|(#|[Tt]-)?[0-9]{1,15}")
_QUALITY = re.compile(r"q=([01](?:\.[0-9]{0,3})?)")


def idempotency_key(said: str) -> str | None:
    """Bare or quoted: `abc123` and `"abc123"` are one key. None for what is no key."""
    found = _KEY.fullmatch(said)
    return (found[1] or found[2]) if found else None


def request_id(said: str) -> str | None:
    """None for what does not belong into a log."""
    return said if _REQUEST_ID.fullmatch(said) else None


def ticket_reference(said: str) -> str | None:
    """None for what cannot name a ticket: it is something that people wrote."""
    return said if _TICKET.fullmatch(said) else None


def bearer_token(authorization: str) -> str | None:
    scheme, _, token = authorization.partition(" ")
    return (token.strip() or None) if scheme.lower() == "bearer" else None


def is_json_in_utf_8(content_type: str) -> bool:
    if len(content_type) > LONGEST:
        return False
    kind, *parameters = content_type.lower().split(";")
    named = (parameter.partition("=") for parameter in parameters)
    charsets = {value.strip().strip('"') for name, _, value in named if name.strip() == "charset"}
    return kind.strip() == "application/json" and charsets <= {"utf-8", "utf8", "utf_8"}


def wants_representation(prefer: Iterable[str]) -> bool:
    """Whether Prefer asks for it: a wish, which may be passed over."""
    for preference in _listed(prefer):
        name, _, value = preference.partition(";")[0].partition("=")
        if name.strip().lower() == "return" and value.strip().strip('"') == "representation":
            return True
    return False


def accepted(accept: Iterable[str]) -> dict[str, float]:
    """How welcome each media type is, from 0 to 1."""
    welcome = {}
    for kind in _listed(accept):
        name, *parameters = kind.lower().replace(" ", "").split(";")
        said = next(filter(None, map(_QUALITY.fullmatch, parameters)), None)
        welcome[name] = float(said[1]) if said else 1.0
    return welcome


def _listed(values: Iterable[str]) -> Iterator[str]:
    """The elements of a header that is a list, however many lines it came in."""
    said = ",".join(values)
    return iter(said.split(",")) if len(said) <= LONGEST else iter(())

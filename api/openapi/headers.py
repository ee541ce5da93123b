"""What the headers mean that requests and answers carry, for the OpenAPI document."""

from typing import Any


def _asked(description: str, pattern: str | None = None) -> dict[str, Any]:
    """Without an example, which the manual would send along unasked."""
    schema = {"type": "string"} | ({"pattern": pattern} if pattern else {})
    return {"description": description, "schema": schema}


def _answered(description: str, example: str, pattern: str | None = None) -> dict[str, Any]:
    return _asked(description, pattern) | {"example": example}


ASKED = {
    "Idempotency-Key": _asked(
        "1 to 255 visible ASCII characters of your choice, bare or quoted: `abc123`. Sent again "
        "with the same body, it never makes a second one.",
        r'^("[\x21-\x7e]{1,255}"|[\x21\x23-\x7e][\x21-\x7e]{0,254})$',
    ),
    "Prefer": _asked(
        "`return=representation`: a repeat is answered 200 with the ticket as it is now."
    ),
    "If-Match": _asked('Change nothing unless this is still the ticket\'s ETag: `"2.1"`.'),
    "If-None-Match": _asked('An ETag you have: 304 if it is still the ticket\'s, as in `"2.1"`.'),
}
ANSWERED = {
    "Allow": _answered("What this address takes.", "GET,POST"),
    "Cache-Control": _answered("The answer is for who asked alone: do not keep it.", "no-store"),
    "ETag": _answered(
        "Changes with every change of the ticket and every comment.", '"2.1"', r'^"[0-9]+\.[0-9]+"$'
    ),
    "Idempotent-Replayed": _answered("The key was used before.", "true", "^true$"),
    "Location": _answered(
        "The ticket's address.",
        "/api/tickets/68e164c48d99b0708b2c6453",
        "^/api/tickets/[0-9a-f]{24}$",
    ),
    "Preference-Applied": _answered("What was asked for is given.", "return=representation"),
    "Retry-After": _answered("Seconds to wait.", "1", "^[0-9]+$"),
    "Content-Disposition": _answered(
        "A file's name for the answer, where it is CSV.",
        'attachment; filename="helpdesk-2026-03-01-to-2026-03-31.csv"',
    ),
    "Vary": _answered("What in the request the answer depends on.", "Accept", "Accept"),
    "WWW-Authenticate": _answered("How to sign in.", "Bearer", "^Bearer"),
    "RateLimit": _answered(
        "How many more requests your account (or, without a token, your address) may make, and in "
        "how many seconds there are as many as at first. Not there if the desk has no limit.",
        '"account";r=599;t=12',
        r'^"(account|address)";r=[0-9]+;t=[0-9]+$',
    ),
    "RateLimit-Policy": _answered(
        "How many requests it may make in each window of so many seconds.",
        '"account";q=600;w=60',
        r'^"(account|address)";q=[0-9]+;w=[0-9]+$',
    ),
    "X-Request-Id": _answered(
        "The request's name in our log: yours, if you sent a sane one.",
        "0f3a8c1d5e7b9246",
        r"^[A-Za-z0-9_.:-]{1,64}$",
    ),
}


def answered(required: dict[str, bool], *, limited: bool) -> dict[str, Any]:
    """Every answer has the first two; whether the others always come is given."""
    told = {"X-Request-Id": True, "Cache-Control": True} | required
    if limited:
        told |= {"RateLimit-Policy": False, "RateLimit": False}
    return {name: ANSWERED[name] | {"required": always} for name, always in told.items()}

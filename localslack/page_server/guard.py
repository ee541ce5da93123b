"""Only this machine may ask, and no page from elsewhere in this machine's browser."""

from __future__ import annotations

import re

from aiohttp import web
from aiohttp.typedefs import Handler

LOOPBACK = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d+)?", re.IGNORECASE)
HARMLESS = {"GET", "HEAD"}
FOREIGN = {"cross-site", "same-site"}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@web.middleware
async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A name that was made to point here, and a request from a foreign page, get 403.

    The first is DNS rebinding; the second could press buttons in somebody's name, or call the
    Web API, whose methods act on a GET too: a picture's address is enough for that.
    """
    if not LOOPBACK.fullmatch(request.host):
        raise web.HTTPForbidden(text="This Slack is for this machine only.")
    origin = request.headers.get("Origin")
    acts = request.method not in HARMLESS and origin not in (None, f"http://{request.host}")
    calls = request.path.startswith("/api/") and request.headers.get("Sec-Fetch-Site") in FOREIGN
    if acts or calls:
        raise web.HTTPForbidden(text="This Slack takes nothing from other pages.")
    return await handler(request)


async def protect(_request: web.Request, response: web.StreamResponse) -> None:
    """Before anything leaves: a page that shows what apps say runs and loads only our own."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)

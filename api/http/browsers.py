"""Which web pages may call the desk, and under which names it is served.

A page may have its own name resolve to 127.0.0.1, and is of one origin with the desk then, whatever
CORS says (DNS rebinding). What it cannot do is have the browser send another Host; every other
header it can, so none of those proves that a proxy stands between. Therefore a desk on loopback
answers to this machine's own names, and to those whose pages may call it anyway.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

from api.errors import Misdirected
from core.errors import NotAllowed

ANY, LOCAL = "*", "local"
# Requests there carry a signature: they prove where they come from, whatever the name.
_SIGNED = "/slack/events"
_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
_HOST = re.compile(r"(\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,253})(?::[0-9]{1,5})?")
# How long, in seconds, a browser may remember what it was allowed.
_REMEMBERED = "3600"
# Tokens travel in a header and never in a cookie, so no credentials are allowed: then `*` is
# every header but Authorization.
_ASKED = (
    "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Prefer, X-Request-Id, *"
)
_SHOWN = (
    "ETag, Location, Retry-After, RateLimit, RateLimit-Policy, X-Request-Id, Idempotent-Replayed, "
    "Preference-Applied"
)


@dataclass(frozen=True)
class Pages:
    """Those that may call: `*`, `local`, or of which origins."""

    origins: Sequence[str]

    def may_call(self, origin: str) -> bool:
        if ANY in self.origins:
            return True
        scheme, _, host = origin.partition("://")
        local = scheme in {"http", "https"} and _name(host) in _LOCAL_NAMES
        return (local and LOCAL in self.origins) or (bool(host) and origin in self.origins)

    def may_be_of(self, host: str) -> bool:
        """Whether pages under this name may call, whatever the port."""
        allowed = {_name(origin.partition("://")[2]) for origin in self.origins}
        name = _name(host.lower())
        return ANY in self.origins or name in _LOCAL_NAMES or (name is not None and name in allowed)


def _name(host: str) -> str | None:
    """Without the port; None for what is no host."""
    found = _HOST.fullmatch(host)
    return found[1] if found else None


def guard(pages: Pages, *, loopback: bool) -> Middleware:
    """Answers preflights, and on loopback turns away what was sent to another name."""

    @web.middleware
    async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        # HTTP/1.0 knows no Host, and no browser leaves it out.
        host = request.headers.get(hdrs.HOST)
        if loopback and host is not None and request.path != _SIGNED and not pages.may_be_of(host):
            raise Misdirected
        missing = request.match_info.http_exception
        if not (_is_preflight(request) and isinstance(missing, web.HTTPMethodNotAllowed)):
            return await handler(request)
        if not pages.may_call(request.headers[hdrs.ORIGIN]):
            raise NotAllowed(
                "Pages of this origin may not call the desk. Whoever runs it can allow them with "
                "HELPDESK_CORS_ORIGINS."
            )
        return web.Response(
            headers={
                hdrs.ACCESS_CONTROL_ALLOW_METHODS: ", ".join(sorted(missing.allowed_methods)),
                hdrs.ACCESS_CONTROL_ALLOW_HEADERS: _ASKED,
                hdrs.ACCESS_CONTROL_MAX_AGE: _REMEMBERED,
            }
        )

    return guarded


def _is_preflight(request: web.Request) -> bool:
    asks = hdrs.ORIGIN in request.headers and hdrs.ACCESS_CONTROL_REQUEST_METHOD in request.headers
    return request.method == hdrs.METH_OPTIONS and asks


def tell(pages: Pages, request: web.Request, response: web.StreamResponse) -> None:
    """Says in an answer, good or bad, whether the page that asked may read it."""
    depends = response.headers.get(hdrs.VARY)
    response.headers[hdrs.VARY] = f"{depends}, Origin" if depends else "Origin"
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is not None and pages.may_call(origin):
        response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = origin
        response.headers[hdrs.ACCESS_CONTROL_EXPOSE_HEADERS] = _SHOWN

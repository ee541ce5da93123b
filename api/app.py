"""The aiohttp application that serves the REST API and its own description."""

import secrets
import time
from collections.abc import Sequence

import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from api.endpoint import LARGEST_BODY, actor_key, desk_key, ticket_key, tokens_key
from api.errors import errors_as_json, in_our_shape
from api.health import Health, health_key
from api.http import browsers, parsing
from api.limits import NONE, Limits, limits_key, tell_limits
from api.manual import add_manual
from api.metrics import measured
from api.routes import ENDPOINTS
from api.tokens import Tokens
from core.desk import Desk

REQUEST_ID = "X-Request-Id"
# For browsers, as OWASP's REST security cheat sheet has them; the manual has a policy of its own.
_FOR_BROWSERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "frame-ancestors 'none'",
    hdrs.CACHE_CONTROL: "no-store",
}
log = structlog.get_logger("api")


def create_api(
    desk: Desk,
    tokens: Tokens,
    *,
    cors_origins: Sequence[str],
    health: Health,
    loopback: bool,
    limits: Limits = NONE,
) -> web.Application:
    """`loopback`: it listens on this machine only, and is served under its names only."""
    pages = browsers.Pages(cors_origins)
    app = web.Application(
        middlewares=[logged, errors_as_json, browsers.guard(pages, loopback=loopback)],
        client_max_size=LARGEST_BODY,
    )
    app[desk_key] = desk
    app[tokens_key] = tokens
    app[health_key] = health
    app[limits_key] = limits
    for endpoint in ENDPOINTS:
        app.router.add_route(endpoint.method, endpoint.path, endpoint.handle)
        if endpoint.method == hdrs.METH_GET:
            app.router.add_route(hdrs.METH_HEAD, endpoint.path, endpoint.handle)
    add_manual(app, min_password=desk.people.min_password)

    async def finish(request: web.Request, response: web.StreamResponse) -> None:
        """What every answer has, also those that are made before any of the above is asked."""
        if isinstance(response, web.HTTPException):
            in_our_shape(response)
        if REQUEST_ID not in response.headers:
            _finish(request, response, secrets.token_hex(8), time.perf_counter())
        for name, value in _FOR_BROWSERS.items():
            response.headers.setdefault(name, value)
        tell_limits(request, response)
        browsers.tell(pages, request, response)

    app.on_response_prepare.append(finish)
    return app


@web.middleware
async def logged(request: web.Request, handler: Handler) -> web.StreamResponse:
    """One line a request: who, what, how it went; never what people wrote."""
    given = request.headers.get(REQUEST_ID, "")
    request_id = parsing.request_id(given) or secrets.token_hex(8)
    start = time.perf_counter()
    with structlog.contextvars.bound_contextvars(request_id=request_id):
        response = await handler(request)
        _finish(request, response, request_id, start)
    return response


def _finish(
    request: web.Request, response: web.StreamResponse, request_id: str, start: float
) -> None:
    response.headers[REQUEST_ID] = request_id
    resource = request.match_info.route.resource
    route = resource.canonical if resource else None
    seconds = time.perf_counter() - start
    measured(request, route, response.status, seconds)
    log.info(
        "request",
        request_id=request_id,
        method=request.method,
        route=route,
        status=response.status,
        ms=round(seconds * 1000, 1),
        actor=request.get(actor_key),
        ticket=request.get(ticket_key) or _ticket_of(request),
    )


def _ticket_of(request: web.Request) -> str | None:
    if not request.path.startswith("/api/tickets/"):
        return None
    return parsing.ticket_reference(request.match_info.get("id", ""))

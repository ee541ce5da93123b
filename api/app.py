"""The aiohttp application that serves the REST API and its own description."""

import secrets
import time
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path

import aiohttp_cors
import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler
from pydantic_core import to_json

from api import openapi, parsing
from api.endpoints import LARGEST_BODY, actor_key, desk_key, ticket_key, tokens_key
from api.errors import errors_as_json
from api.health import Health, health_key
from api.routes import ENDPOINTS
from api.tokens import Tokens
from core.desk import Desk

REQUEST_ID = "X-Request-Id"
log = structlog.get_logger("api")
_DOCS = Path(__file__).parent / "docs"
# Swagger UI sets styles inline and has its icons in data: addresses.
_FROM_HERE_ONLY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def create_api(
    desk: Desk, tokens: Tokens, *, cors_origins: Sequence[str], health: Health
) -> web.Application:
    app = web.Application(middlewares=[logged, errors_as_json], client_max_size=LARGEST_BODY)
    app[desk_key] = desk
    app[tokens_key] = tokens
    app[health_key] = health
    for endpoint in ENDPOINTS:
        app.router.add_route(endpoint.method, endpoint.path, endpoint.handle)
    _describe(app)
    _allow_origins(app, cors_origins)
    return app


@web.middleware
async def logged(request: web.Request, handler: Handler) -> web.StreamResponse:
    """One line a request: who, what, how it went; never what people wrote."""
    given = request.headers.get(REQUEST_ID, "")
    request_id = parsing.request_id(given) or secrets.token_hex(8)
    start = time.perf_counter()
    with structlog.contextvars.bound_contextvars(request_id=request_id):
        try:
            response = await handler(request)
        except web.HTTPException as refusal:  # such as an origin that CORS does not allow
            _finish(request, refusal, request_id, start)
            raise
        _finish(request, response, request_id, start)
    return response


def _finish(
    request: web.Request, response: web.StreamResponse, request_id: str, start: float
) -> None:
    response.headers[REQUEST_ID] = request_id
    if not response.prepared:
        response.headers["X-Content-Type-Options"] = "nosniff"
    route = request.match_info.route.resource
    log.info(
        "request",
        request_id=request_id,
        method=request.method,
        route=route.canonical if route else None,
        status=response.status,
        ms=round((time.perf_counter() - start) * 1000, 1),
        actor=request.get(actor_key),
        ticket=request.get(ticket_key)
        or parsing.ticket_reference(request.match_info.get("id", "")),
    )


@cache
def _description() -> bytes:
    return to_json(openapi.document(ENDPOINTS, version=version("helpdesk")))


def _describe(app: web.Application) -> None:
    described = _description()

    async def document(request: web.Request) -> web.Response:
        return web.Response(body=described, content_type="application/json")

    async def docs(request: web.Request) -> web.FileResponse:
        policy = {"Content-Security-Policy": _FROM_HERE_ONLY}
        return web.FileResponse(_DOCS / "index.html", headers=policy)

    async def front(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={hdrs.LOCATION: "/docs"})

    app.router.add_get("/", front)
    app.router.add_get("/openapi.json", document)
    app.router.add_get("/docs", docs)
    app.router.add_static("/docs/", _DOCS)


def _allow_origins(app: web.Application, origins: Sequence[str]) -> None:
    """Tokens travel in a header and never in a cookie, so no credentials are allowed."""
    allowed = aiohttp_cors.ResourceOptions(  # type: ignore[no-untyped-call]
        allow_headers="*",
        expose_headers=[
            hdrs.ETAG,
            hdrs.LOCATION,
            hdrs.RETRY_AFTER,
            REQUEST_ID,
            "Idempotent-Replayed",
            "Preference-Applied",
        ],
        max_age=3600,
    )
    cors = aiohttp_cors.setup(app, defaults=dict.fromkeys(origins, allowed))
    for route in list(app.router.routes()):
        if route.method in {"GET", "POST", "PATCH"}:
            cors.add(route)

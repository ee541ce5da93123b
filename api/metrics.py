"""What of HTTP is counted, and where Prometheus asks for all that is."""

from collections.abc import Awaitable, Callable

from aiohttp import hdrs, web

from api.endpoint import sender
from api.errors import errors_as_json
from api.http import browsers
from core.errors import NotAllowed
from core.metrics import CONTENT_TYPE, OTHER, Counter, Histogram
from core.people.accounts import Role

PATH = "/metrics"
REQUESTS = Histogram(
    "helpdesk_request_seconds",
    "How long requests over HTTP took, by the template of their address.",
    "method",
    "route",
    "status",
)
REFUSED_SIGN_INS = Counter(
    "helpdesk_sign_ins_refused_total",
    "Sign-ins over REST that were refused: wrong (401), too many (429), or too busy (503).",
    "status",
)
_SIGN_IN = "/api/auth/login"
_REFUSED = {401, 429, 503}
Exposition = Callable[[], Awaitable[str]]


def measured(request: web.Request, route: str | None, status: int, seconds: float) -> None:
    """Anybody can ask by any method at any address: those that we know are told apart."""
    method = request.method if request.method in hdrs.METH_ALL else OTHER
    REQUESTS.observe(seconds, method, route or OTHER, str(status))
    if route == _SIGN_IN and status in _REFUSED:
        REFUSED_SIGN_INS.count(str(status))


def add_metrics(app: web.Application, exposition: Exposition) -> None:
    """To the API, for admins."""

    async def metrics(request: web.Request) -> web.Response:
        by = await sender(request)
        if by.role is not Role.ADMIN:
            raise NotAllowed("Only admins may see the metrics.")
        return await _answer(exposition)

    app.router.add_get(PATH, metrics)


def metrics_app(exposition: Exposition) -> web.Application:
    """By itself, for whoever is on this machine."""

    async def metrics(request: web.Request) -> web.Response:
        return await _answer(exposition)

    pages = browsers.Pages([browsers.LOCAL])
    app = web.Application(middlewares=[errors_as_json, browsers.guard(pages, loopback=True)])
    app.router.add_get(PATH, metrics)
    return app


async def _answer(exposition: Exposition) -> web.Response:
    text = await exposition()
    return web.Response(body=text.encode(), headers={hdrs.CONTENT_TYPE: CONTENT_TYPE})

"""The API's description of itself, and the page that shows it."""

from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import IO

from aiohttp import hdrs, web
from aiohttp.abc import AbstractStreamWriter
from pydantic_core import to_json

from api.openapi import document as openapi
from api.routes import ENDPOINTS
from core.errors import InvalidInput

_FOLDER = Path(__file__).parent / "docs"
_PAGE = "index.html"
# Looked up by name: what somebody asks for never becomes a path.
_FILES = {path.name: path for path in _FOLDER.iterdir()}
# Swagger UI sets styles inline and has its icons in data: addresses.
_FROM_HERE_ONLY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {"Content-Security-Policy": _FROM_HERE_ONLY, hdrs.CACHE_CONTROL: "no-cache"}


@cache
def _description(min_password: int) -> bytes:
    ours = version("helpdesk")
    return to_json(openapi.document(ENDPOINTS, version=ours, min_password=min_password))


def add_manual(app: web.Application, *, min_password: int) -> None:
    """`min_password`: characters."""
    described = _description(min_password)

    async def document(request: web.Request) -> web.Response:
        headers = {hdrs.CACHE_CONTROL: "no-cache"}
        return web.Response(body=described, content_type="application/json", headers=headers)

    app.router.add_get("/openapi.json", document)
    app.router.add_get("/docs", _page)
    app.router.add_get("/docs/{file}", _file)
    for address in ("/", "/docs/", f"/docs/{_PAGE}"):
        app.router.add_get(address, _to_the_page)


async def _to_the_page(request: web.Request) -> web.Response:
    return web.Response(status=302, headers={hdrs.LOCATION: "/docs"})


async def _page(request: web.Request) -> web.FileResponse:
    return _sent(request, _PAGE)


async def _file(request: web.Request) -> web.FileResponse:
    return _sent(request, request.match_info["file"])


class _Sent(web.FileResponse):
    """In pieces that we see, and not by the kernel: who does not read is noticed by what waits."""

    async def _sendfile(
        self, request: web.BaseRequest, fobj: IO[bytes], offset: int, count: int
    ) -> AbstractStreamWriter:
        writer = await web.StreamResponse.prepare(self, request)
        assert writer is not None
        return await self._sendfile_fallback(writer, fobj, offset, count)


def _sent(request: web.Request, name: str) -> web.FileResponse:
    if name not in _FILES:
        raise web.HTTPNotFound
    try:
        _ = request.if_modified_since, request.if_unmodified_since, request.if_range
    except OverflowError:
        # Else aiohttp would find out while it sends, and drop the connection.
        problem = "If-Modified-Since, If-Unmodified-Since and If-Range must be dates."
        raise InvalidInput({"If-Modified-Since": problem}) from None
    return _Sent(_FILES[name], headers=_HEADERS)

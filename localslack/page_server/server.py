"""The page over HTTP: its files, its live feed, and the POSTs by which people do things.

Every POST is answered with `ok`; what a person could not do comes back as a sentence.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from localslack.actions.messages import Talk
from localslack.elements.fields import NotPossible
from localslack.page_server.doings import Done, Outcome, PageDoings
from localslack.page_server.feed import Feeds
from localslack.state.files import LARGEST

PAGE = Path(__file__).parents[1] / "page"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
Doing = Callable[[Done], Awaitable[Outcome]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class PageServer:
    def __init__(self, slack: Talk) -> None:
        self._slack = slack
        self.feeds = Feeds(slack.workspace, slack.manifest, slack.records)

    def routes(self) -> list[web.RouteDef]:
        doings = PageDoings(self._slack)
        by_json = (
            doings.say,
            doings.edit,
            doings.delete,
            doings.command,
            doings.invite,
            doings.press,
            doings.submit,
            doings.close,
            doings.shortcut,
            doings.suggest,
            doings.react,
            doings.home,
        )
        return [
            web.get("/", index),
            web.get(r"/archives/{channel:[A-Z0-9]+}/p{ts:[0-9]{16}}", permalink),
            web.get("/page/feed", self._feed),
            web.get("/page/{file:.+}", file),
            *(web.post(f"/page/{each.__name__}", self._taken(each, read)) for each in by_json),
            web.post("/page/upload", self._taken(doings.upload, read_form)),
        ]

    async def _feed(self, request: web.Request) -> web.StreamResponse:
        try:
            me = Done(self._slack, dict(request.query)).by
        except NotPossible as impossible:
            raise web.HTTPNotFound(text=sentence(impossible)) from impossible
        return await self.feeds.stream(request, me)

    def _taken(
        self, what: Doing, given: Callable[[web.Request], Awaitable[dict[str, Any]]]
    ) -> Handler:
        async def handler(request: web.Request) -> web.StreamResponse:
            done = Done(self._slack, await given(request))
            try:
                outcome = await what(done)
            except NotPossible as impossible:
                outcome = {"ok": False, "error": sentence(impossible)}
            return web.json_response({"ok": True, **outcome})

        return handler


async def index(_request: web.Request) -> web.StreamResponse:
    return static("index.html")


async def permalink(request: web.Request) -> web.StreamResponse:
    """A message's address in Slack, which leads to its thread."""
    channel, ts = request.match_info["channel"], request.match_info["ts"]
    raise web.HTTPFound(f"/#channel={channel}&thread={ts[:-6]}.{ts[-6:]}")


async def file(request: web.Request) -> web.StreamResponse:
    return static(request.match_info["file"])


def static(name: str) -> web.StreamResponse:
    path = PAGE / name
    inside = PAGE in path.resolve().parents
    if not inside or path.suffix not in TYPES or not path.is_file():
        raise web.HTTPNotFound(text="There is no such file.")
    headers = {"Cache-Control": "no-cache", "Content-Type": TYPES[path.suffix]}
    return web.FileResponse(path, headers=headers)


async def read(request: web.Request) -> dict[str, Any]:
    """Only what says that it is JSON: no form on another page can say so."""
    if request.content_type != "application/json":
        raise web.HTTPBadRequest(text="That is not marked as JSON.")
    try:
        given = json.loads(await request.read())
    except ValueError:
        raise web.HTTPBadRequest(text="That is no JSON.") from None
    if not isinstance(given, dict):
        raise web.HTTPBadRequest(text="That is no JSON object.")
    return given


async def read_form(request: web.Request) -> dict[str, Any]:
    try:
        return dict(await request.post())
    except web.HTTPRequestEntityTooLarge as error:
        error.text = f"A file has at most {LARGEST // 1024**2} MiB here."
        raise


def sentence(impossible: NotPossible) -> str:
    """With a capital letter and a full stop."""
    said = str(impossible)
    return f"{said[:1].upper()}{said[1:].rstrip('.')}."

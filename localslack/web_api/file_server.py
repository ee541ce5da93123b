"""Where an app's uploads go, and where files are had again."""

from __future__ import annotations

from aiohttp import web

from localslack.state.files import File
from localslack.state.workspace import Workspace

# Shown in a page; anything else only to be kept: a page from a stranger's file must not run here.
SHOWN = {"image/png", "image/jpeg", "image/gif", "image/webp"}


# What a browser says of a request by this Slack's own page, or by who opens the address themselves.
# No page from elsewhere can say so, and no app does.
PEOPLES = {"same-origin", "none"}
LOGIN = """<!doctype html><title>Sign in</title>
<p>Files are for who is signed in: an app sends its bot token as Authorization: Bearer.</p>
"""


class FileServer:
    def __init__(self, workspace: Workspace, bot_token: str) -> None:
        self._workspace = workspace
        self._bot_token = bot_token

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/upload/{secret}", self._upload),
            web.get("/files/{id}/{name}", self._download),
        ]

    async def _upload(self, request: web.Request) -> web.Response:
        """The bytes as they are, or as the one file of a form."""
        file = self._workspace.files.expected(request.match_info["secret"])
        if file is None or file.complete:
            self._problem("no upload is expected at this address, or it is complete")
            raise web.HTTPNotFound
        content = await uploaded(request)
        if len(content) != file.size:
            said = f"{file.size} bytes were announced for {file.name}, {len(content)} came"
            self._problem(said)
            raise web.HTTPBadRequest(text=said)
        file.content = content
        return web.Response(text=f"OK - {len(content)}")

    async def _download(self, request: web.Request) -> web.Response:
        """Whoever is not signed in gets a page to do so with status 200, as from Slack."""
        if not self._may_read(request):
            self._problem(f"{request.path} was asked for without the bot's token", "files")
            return web.Response(text=LOGIN, content_type="text/html")
        file = self._workspace.files.find(request.match_info["id"])
        if file is None or not file.complete or request.match_info["name"] != file.name:
            raise web.HTTPNotFound
        return web.Response(body=file.content, headers=headers(file))

    def _may_read(self, request: web.Request) -> bool:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        by_app = kind.lower() == "bearer" and token == self._bot_token
        return by_app or request.headers.get("Sec-Fetch-Site") in PEOPLES

    def _problem(self, said: str, what: str = "upload") -> None:
        self._workspace.problem(f"{what}: {said}")


async def uploaded(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    form = await request.post()
    files = [part.file.read() for part in form.values() if isinstance(part, web.FileField)]
    return files[0] if len(files) == 1 else b""


def headers(file: File) -> dict[str, str]:
    shown = file.mimetype in SHOWN
    name = file.path.rpartition("/")[2]
    return {
        "Content-Type": file.mimetype if shown else "application/octet-stream",
        "Content-Disposition": f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{name}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, max-age=3600",
    }

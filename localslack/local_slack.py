"""The workspace as tests hold it: what one can see in it, wait for, and order to go wrong."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.http import HttpProcessingError

from localslack.actions.messages import Talk
from localslack.dispatch.over_http import HttpWay
from localslack.dispatch.over_socket import SocketWay
from localslack.dispatch.response_urls import ResponseUrls
from localslack.elements.fields import NotPossible
from localslack.manifest import Manifest
from localslack.page_server.guard import guarded, protect
from localslack.page_server.server import PageServer
from localslack.state import people
from localslack.state.keeping import kept
from localslack.state.messages import Channel, Message
from localslack.state.open_views import View
from localslack.state.people import Person
from localslack.state.records import ApiCall, Records, Request
from localslack.state.reply import Reply
from localslack.state.triggers import Triggers
from localslack.state.workspace import Workspace
from localslack.validation.shape import COUNTS
from localslack.web_api.call import Surroundings
from localslack.web_api.faults import Fault, Faults
from localslack.web_api.file_server import FileServer
from localslack.web_api.http import WebApi
from localslack.web_api.rate_limit import RateLimit

APPS_OWN = "xapp-local"
# Seconds that what is waited for may take: far more than on any busy machine, so that only what
# never happens takes them.
LONGEST_WAIT = 60.0
# Seconds after which a connection that nobody uses is closed.
IDLE = 75
Place = Channel | str
# How to serve an application at a host and port; it gives those it got.
Listen = Callable[[web.Application, str, int], AbstractAsyncContextManager[tuple[str, int]]]


class LocalSlack(Talk):
    """What one can see and order here; what people can do is in Talk and what it builds on."""

    ada, ben, olga, amir = people.HUMANS

    def __init__(
        self,
        manifest: Manifest,
        *,
        signing_secret: str,
        bot_token: str,
        app_token: str = APPS_OWN,
        now: Callable[[], float] = time.time,
        rate_limit: RateLimit | None = None,
        patience: float = 3.0,
    ) -> None:
        self.base_url = ""
        self.bot_token = bot_token
        self.app_token = app_token
        self.workspace = Workspace(now, bot=manifest.name)
        self.records = Records(now, self.workspace.changed)
        self.triggers = Triggers(now, lifetime=patience)
        self.response_urls = ResponseUrls(self.workspace)
        self.manifest = manifest
        self.http = HttpWay(signing_secret, patience=patience)
        self._faults = Faults()
        self.sockets = SocketWay(self.workspace, self._refused_sockets, patience=patience)
        super().__init__()
        around = Surroundings(
            self.workspace,
            manifest,
            self.triggers,
            self.sockets,
            lambda: self.base_url,
            rate_limit,
        )
        tokens = {bot_token: "bot", app_token: "app"}
        self._web_api = WebApi(around, tokens, self._faults, self.response_urls, self.records)
        self.page = PageServer(self)

    def app(self) -> web.Application:
        files = FileServer(self.workspace, self.bot_token)
        app = web.Application(client_max_size=17 * 1024**2, middlewares=[guarded])
        app.add_routes(
            [*self._web_api.routes(), *self.sockets.routes(), *files.routes(), *self.page.routes()]
        )
        app.on_response_prepare.append(protect)
        app.on_shutdown.append(self.page.feeds.close)
        app.on_shutdown.append(self.sockets.close)
        return app

    @property
    def api_url(self) -> str:
        return f"{self.base_url}api/"

    @property
    def events_url(self) -> str | None:
        """Where the bot takes what Slack sends over HTTP; None for Socket Mode."""
        return self.http.events_url

    @events_url.setter
    def events_url(self, url: str | None) -> None:
        self.http.events_url = url

    @property
    def problems(self) -> list[str]:
        """Everything that a well-made app would not have done."""
        return self.workspace.problems

    @property
    def calls(self) -> list[ApiCall]:
        """The latest calls of the Web API, oldest first."""
        return list(self.records.calls)

    @property
    def requests(self) -> list[Request]:
        """The latest requests to the app, oldest first."""
        return list(self.records.requests)

    def calls_of(self, method: str) -> list[ApiCall]:
        return [call for call in self.calls if call.method == method]

    def fail(self, method: str, fault: Fault, times: int | None = 1) -> None:
        """The next calls of the method go wrong; "response_url" is a method too, and so are
        "websocket", the connecting by Socket Mode, which takes Fault.status, and "event", the
        sending of an event, which takes Fault.lost, Fault.repeated and Fault.held."""
        self._faults.order(method, fault, times)

    def heal(self, method: str | None = None) -> None:
        self._faults.heal(method)

    def count_in(self, what: str) -> None:
        """Counts the length of texts in "code points", in "utf-16" or in "bytes": Slack's own pages
        do not say which, and a text may be too long in one of them only."""
        if what not in COUNTS:
            raise ValueError(f"one of {', '.join(COUNTS)}, not {what}")
        self.workspace.counts_in = what

    def _refused_sockets(self) -> int | None:
        fault = self._faults.next("websocket", {})
        return fault.code if fault else None

    @property
    def bot(self) -> Person:
        return self.workspace.bot

    @property
    def general(self) -> Channel:
        return self.channel("#general")

    @property
    def helpdesk(self) -> Channel:
        return self.channel("#helpdesk")

    def messages(self, place: Place) -> list[Message]:
        """As everyone in the channel sees them, in order."""
        return self.workspace.in_channel(self.channel(place))

    def seen_by(self, person: Person, place: Place) -> list[Message]:
        return self.workspace.in_channel(self.channel(place), seen_by=person.id)

    def direct_messages(self, person: Person) -> list[Message]:
        return self.seen_by(person, self.direct(person))

    def thread(self, parent: Message) -> list[Message]:
        return self.workspace.replies(parent)

    def opened_modal(self, by: Person) -> View | None:
        return self.workspace.views.before(by)

    async def until(self, condition: Callable[[], Any], seconds: float = LONGEST_WAIT) -> Any:
        """Waits until the condition holds, and gives what it gave."""
        deadline = time.monotonic() + seconds
        while not (held := condition()):
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {seconds} s; what there is:\n{self.overview()}")
            await asyncio.sleep(0.01)
        return held

    async def modal(self, *, by: Person, after: Any = None, seconds: float = LONGEST_WAIT) -> View:
        """The modal before the person, as soon as there is one; `after` an answer, only its own."""
        trigger_id = after.trigger_id if after is not None else None
        found = await self.until(lambda: self.workspace.views.before(by, trigger_id), seconds)
        assert isinstance(found, View)
        return found

    async def send(
        self, body: bytes, headers: Mapping[str, str], events_url: str | None = None
    ) -> Reply:
        """Any request at all, signed or not; over HTTP only."""
        return await self.http.send(body, headers, events_url)

    def signed(self, body: bytes, timestamp: int | None = None) -> dict[str, str]:
        """Headers for `send`; over a socket nothing is signed."""
        return self.http.signed(body, timestamp)

    async def repeat_last(self, events_url: str | None = None) -> Reply:
        """The last signed request once more, to the letter; over HTTP only."""
        last = self.http.last
        assert last is not None, "nothing was sent over HTTP yet"
        return await self.http.send(last.body, last.headers, events_url)

    async def refresh_sockets(self) -> None:
        """Sends the bot's connections away, as Slack does every few hours; waits for new ones."""
        if not (wanted := self.sockets.count):
            raise NotPossible("no bot is connected by Socket Mode")
        await self.sockets.refresh()
        await self.until(lambda: self.sockets.count >= wanted)

    def overview(self) -> str:
        """What was said, which views are open, what was called, in a few lines each."""
        said = [
            f"  {m.channel.name} {m.ephemeral_to or ''}: {m.text}" for m in self.workspace.messages
        ]
        views = [
            f"  {stack.person.name}: {view.title}"
            for stack in self.workspace.views.stacks
            for view in stack.views
        ]
        calls = [f"  {c.method} {c.status} {(c.answer or {}).get('error', '')}" for c in self.calls]
        problems = [f"  {problem}" for problem in self.problems]
        lines = ["messages:", *said[-20:], "modals:", *views, "calls:", *calls[-20:]]
        return "\n".join([*lines, "problems:", *problems])


def _is_ours(record: logging.LogRecord) -> bool:
    """What somebody's malformed request made fail is quoted in the error, secrets included."""
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


_log = logging.getLogger("localslack.http")
_log.addFilter(_is_ours)


@asynccontextmanager
async def listening(app: web.Application, host: str, port: int) -> AsyncIterator[tuple[str, int]]:
    runner = web.AppRunner(
        app, access_log=None, shutdown_timeout=0.1, keepalive_timeout=IDLE, logger=_log
    )
    try:
        await runner.setup()
        await web.TCPSite(runner, host, port).start()
        yield runner.addresses[0][:2]
    finally:
        await runner.cleanup()


@asynccontextmanager
async def local_slack(
    *,
    manifest: Path | Manifest,
    signing_secret: str,
    bot_token: str,
    app_token: str = APPS_OWN,
    events_url: str | None = None,
    now: Callable[[], float] = time.time,
    rate_limited: bool | RateLimit = False,
    patience: float = 3.0,
    port: int = 0,
    keep: Path | None = None,
    listen: Listen = listening,
) -> AsyncIterator[LocalSlack]:
    """Runs on loopback, on a free port unless one is named, as long as the block does.

    What is posted is kept in the file `keep`, if one is given, and is there again next time.
    A program that has its own way to treat connections gives it as `listen`.
    """
    slack = LocalSlack(
        manifest if isinstance(manifest, Manifest) else Manifest.read(manifest),
        signing_secret=signing_secret,
        bot_token=bot_token,
        app_token=app_token,
        now=now,
        rate_limit=(RateLimit() if rate_limited is True else rate_limited or None),
        patience=patience,
    )
    slack.events_url = events_url
    with kept(keep, slack.workspace) if keep else nullcontext():
        try:
            async with listen(slack.app(), "127.0.0.1", port) as (host, bound):
                slack.base_url = f"http://{host}:{bound}/"
                slack.workspace.readdress_files(slack.base_url)
                try:
                    yield slack
                finally:
                    await slack.hush()
        finally:
            # What the last calls did, the app may have been told of since.
            await slack.hush()
            await slack.http.close()

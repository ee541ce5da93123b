"""The page's live feed: everything at first, then what changes, to each what they may see.

A browser that reads too slowly is sent away instead of waited for; it comes back by itself.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable, Hashable
from typing import Any

from aiohttp import web

from localslack.manifest import Manifest
from localslack.page_server import shown
from localslack.state.messages import Channel, Message
from localslack.state.people import Person
from localslack.state.records import ApiCall, Records, Request
from localslack.state.workspace import Change, Workspace

HEARTBEAT = 15.0
MOST_WAITING = 1000
RETRY = b"retry: 1000\n\n"
"""How many milliseconds a browser waits before it comes back."""
Event = tuple[str, Any]


class Feed:
    """What one browser has yet to hear. A thing that changes twice meanwhile is sent once."""

    def __init__(self, me: Person, gone: Callable[[], None]) -> None:
        self.me = me
        self.closed = False
        self._gone = gone
        self._waiting: dict[Hashable, Change] = {}
        self._news = asyncio.Event()

    def hear(self, what: Change) -> None:
        self._waiting[id(what)] = what
        self._news.set()
        if len(self._waiting) > MOST_WAITING:
            self.close()
            self._gone()

    def close(self) -> None:
        self.closed = True
        self._waiting.clear()
        self._news.set()

    async def news(self) -> list[Change]:
        """Empty when there was none for so long that the connection must be kept alive."""
        try:
            async with asyncio.timeout(HEARTBEAT):
                await self._news.wait()
        except TimeoutError:
            return []
        self._news.clear()
        changes = list(self._waiting.values())
        self._waiting.clear()
        return changes


class Feeds:
    def __init__(self, workspace: Workspace, manifest: Manifest, records: Records) -> None:
        self._workspace = workspace
        self._manifest = manifest
        self._records = records
        self._open: set[Feed] = set()
        self._run = secrets.token_hex(8)
        self._objections = shown.objections(manifest, workspace.now())
        workspace.watchers.append(self._changed)

    @property
    def count(self) -> int:
        """How many browsers are listening."""
        return len(self._open)

    def _changed(self, what: Change) -> None:
        for feed in list(self._open):
            feed.hear(what)

    async def close(self, _app: web.Application) -> None:
        for feed in list(self._open):
            feed.close()

    async def stream(self, request: web.Request, me: Person) -> web.StreamResponse:
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await response.prepare(request)
        self._workspace.direct_channel(me)
        transport = request.transport
        feed = Feed(me, transport.abort if transport else lambda: None)
        self._open.add(feed)
        try:
            await self._tell(response, feed)
        except ConnectionError:
            pass  # The browser has gone.
        finally:
            self._open.discard(feed)
        return response

    async def _tell(self, response: web.StreamResponse, feed: Feed) -> None:
        member_of = self._channels_of(feed.me)
        await response.write(spelled(("state", self._state(feed.me))).removesuffix(b"\n") + RETRY)
        while not feed.closed:
            changes = await feed.news()
            if (now := self._channels_of(feed.me)) != member_of:
                member_of = now
                events: list[Event] = [("state", self._state(feed.me))]
            else:
                events = [event for each in changes for event in self._events(each, feed.me)]
            await response.write(b"".join(map(spelled, events)) or b": still here\n\n")

    def _state(self, me: Person) -> shown.Shown:
        latest = [shown.record(each) for each in self._records.latest(shown.LOG)]
        log = [*self._objections, *latest]
        return {**shown.state(self._workspace, self._manifest, log, me), "run": self._run}

    def _channels_of(self, me: Person) -> set[str]:
        return {each.id for each in self._workspace.channels.values() if me.id in each.members}

    def _events(self, what: Change, me: Person) -> list[Event]:
        if isinstance(what, ApiCall | Request):
            return [("log", shown.record(what))]
        if isinstance(what, Message):
            return [("message", shown.message(what))] if shown.sees(me, what) else []
        if isinstance(what, Channel):
            return [("channel", shown.channel(what, me))] if me.id in what.members else []
        if what != me:
            return []
        return [
            ("views", {"views": shown.views(self._workspace, me)}),
            ("home", {"home": shown.home(self._workspace, me)}),
        ]


def spelled(event: Event) -> bytes:
    name, data = event
    return f"event: {name}\ndata: {json.dumps(data, default=str)}\n\n".encode()

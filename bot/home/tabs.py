"""The Home tabs that people look at: published when they do something there, and again as what is
in them changes."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.home.contents import Contents
from bot.home.place import Place
from bot.home.view import told
from bot.markup.blocks import Block, fingerprint
from bot.runtime.jobs import progressed
from bot.slack.api_errors import UNREADABLE, error_code, paced
from bot.slack.error_answers import sentence, tellable
from core.errors import DeskError, Unavailable

log = structlog.get_logger("bot")

# Seconds between two publications of a tab that nobody pressed anything in, and for which somebody
# is taken to look at theirs.
APART, LOOKED_AT = 3.0, 900.0
# Tabs that are remembered, looked at in a turn, and published in one: Slack takes a hundred a
# minute (https://docs.slack.dev/reference/methods/views.publish).
MOST, AT_ONCE, PUBLISHED = 300, 100, 5
# Seconds that Slack may take.
PATIENCE = 5


@dataclass(eq=False)
class _Tab:
    place: Place
    notice: str = ""
    # Since when somebody looks at it.
    since: float = 0.0
    looked: float = 0.0
    published: float = 0.0
    # What it shows; None where that is not known.
    shows: str | None = None
    hash: str | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class HomeTabs:
    def __init__(
        self,
        contents: Contents,
        client: AsyncWebClient,
        *,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._contents = contents
        self._client = client
        self._now = now
        # By their Slack users; whoever came last is last.
        self._tabs: dict[str, _Tab] = {}
        self._not_before = 0.0

    async def show(self, user: str, place: Place, *, notice: str = "") -> None:
        """To whoever opened it, or pressed something in it."""
        tab = self._tabs.pop(user, None) or _Tab(place)
        self._tabs[user] = tab
        while len(self._tabs) > MOST:
            del self._tabs[next(iter(self._tabs))]
        tab.place, tab.notice, tab.since = place, notice, self._now()
        async with tab.turn:
            # It may have been taken for another process's meanwhile.
            self._tabs[user] = tab
            try:
                view = await self._view(user, tab)
            except Exception as error:  # noqa: BLE001 - logged there
                view = told(sentence(tellable(error)), tab.place)
            await self._publish(user, tab, view)

    async def tell(self, body: Mapping[str, Any], text: str) -> None:
        """That what was pressed there was refused."""
        await self.show(body["user"]["id"], Place.of(body), notice=text)

    async def refuse(self, user: str, error: DeskError) -> None:
        """To somebody for whom there is nothing."""
        tab = _Tab(Place())
        await self._publish(user, tab, told(sentence(error), tab.place))

    async def follow(self) -> None:
        """Publishes those anew that are looked at, and would show something else by now."""
        now = self._now()
        for user in [user for user, tab in self._tabs.items() if tab.since < now - LOOKED_AT]:
            del self._tabs[user]
        if now < self._not_before:
            return
        published = 0
        for user, tab in sorted(self._tabs.items(), key=lambda each: each[1].looked)[:AT_ONCE]:
            if published == PUBLISHED or self._now() < self._not_before:
                break
            published += await self._follow(user, tab)
            progressed()

    async def _follow(self, user: str, tab: _Tab) -> bool:
        if tab.turn.locked() or self._now() < tab.published + APART:
            return False
        async with tab.turn:
            tab.looked = self._now()
            view = await self._view(user, tab)
            if _said(view) == tab.shows or self._tabs.get(user) is not tab:
                return False
            # What another process has shown them since stands, and is that one's to follow.
            await self._publish(user, tab, view, only_after=tab.hash)
            return True

    async def _view(self, user: str, tab: _Tab) -> Block:
        try:
            return await self._contents.view(user, tab.place, tab.notice)
        except Unavailable:
            raise
        except DeskError as error:
            return told(sentence(error), tab.place)

    async def _publish(
        self, user: str, tab: _Tab, view: Block, *, only_after: str | None = None
    ) -> None:
        tab.looked = tab.published = self._now()
        # The hash stays: where Slack refused ours, what another process shows them stands.
        tab.shows = None
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await self._client.views_publish(user_id=user, view=view, hash=only_after)
        except SlackApiError as error:
            code = error_code(error)
            if code == "hash_conflict":
                self._tabs.pop(user, None)
                return
            if (pause := paced(error)) is not None:
                self._not_before = self._now() + pause
            elif code is not None:
                self._tabs.pop(user, None)
            log.warning("a Home tab was not published", error=code or "no answer")
        except UNREADABLE as error:
            # Perhaps it was, and has another hash now.
            tab.hash = None
            log.warning("a Home tab was not published", error=type(error).__name__)
        else:
            tab.shows, tab.hash = _said(view), (answer.get("view") or {}).get("hash")


def _said(view: Block) -> str:
    return fingerprint([view])

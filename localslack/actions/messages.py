"""What people say and show to each other, and what the app hears of it by events."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from uuid import uuid4

from localslack.actions.composer import composed
from localslack.actions.options import Questions
from localslack.dispatch import events, payloads
from localslack.dispatch.answer import Answer
from localslack.elements.fields import NotPossible
from localslack.state.files import LARGEST, File
from localslack.state.messages import Channel, Happening, Kind, Message
from localslack.state.people import BOT_USER, Person
from localslack.validation.emoji import EMOJI


class Talk(Questions):
    def __init__(self) -> None:
        self._echoes: set[asyncio.Task[None]] = set()
        self.workspace.listeners.append(self._echo)

    async def post(
        self,
        text: str,
        *,
        by: Person,
        channel: Channel | str = "#general",
        thread_ts: str | None = None,
        broadcast: bool = False,
        files: Sequence[File] = (),
        waits: bool = True,
    ) -> Message:
        """A person's own message. The app hears of it before this returns, if it `waits`."""
        here = self._entered(channel, by)
        self._open_to_people(here)
        said, blocks = composed(text.strip(), self.workspace)
        if not said and not files:
            raise NotPossible("there is nothing to send")
        if thread_ts is not None:
            self._thread(here, thread_ts)
        message = self.workspace.post(
            here,
            by.id,
            said,
            blocks=blocks,
            thread_ts=thread_ts,
            broadcast=broadcast and thread_ts is not None,
            files=[each.as_slack(self.base_url) for each in files],
            client_msg_id=str(uuid4()),
        )
        await self._told(Happening("said", by.id, message), waits)
        return message

    async def react(
        self, message: Message, name: str, *, by: Person, on: bool = True, waits: bool = True
    ) -> None:
        """The app hears of it before this returns, if it `waits`."""
        self._reads(message, by)
        if message.ephemeral_to:
            raise NotPossible("nobody can react to what only they see")
        if not EMOJI.fullmatch(name):
            raise NotPossible(f"there is no emoji :{name}:")
        if on == (by.id in message.reactions.get(name, [])):
            return
        self.workspace.react(message, name, by.id, on=on)
        kind: Kind = "reacted" if on else "unreacted"
        await self._told(Happening(kind, by.id, message, reaction=name), waits)

    async def open_home(self, by: Person) -> Answer | None:
        """The person looks at the app's Home tab; None if the app does not want to know."""
        if not self.manifest.home_tab:
            raise NotPossible(f"{self.manifest.name} has no Home tab")
        self.workspace.views.leave(by)
        if "app_home_opened" not in self.manifest.events:
            return None
        view = self.workspace.views.homes.get(by.id)
        at = self.workspace.next_ts()
        return await self.event(events.home_opened(by, self.direct(by), view, at))

    def upload(
        self,
        name: str,
        content: bytes,
        *,
        by: Person,
        title: str = "",
        alt_text: str = "",
        mimetype: str = "",
    ) -> File:
        """A person's file, to be posted or handed in with a form."""
        if not content or len(content) > LARGEST:
            raise NotPossible(f"a file has from 1 to {LARGEST} bytes, not {len(content)}")
        about = {"title": title, "alt_text": alt_text, "mimetype": mimetype}
        return self.workspace.files.add(name, content, by.id, self.workspace.now(), **about)

    async def settled(self) -> None:
        """Waits until the app has heard of everything that it is told in the background."""
        while self._echoes:
            await asyncio.wait(self._echoes)

    async def hush(self) -> None:
        """The same, but no longer than the app is given to answer."""
        if self._echoes:
            await asyncio.wait(self._echoes, timeout=self.http.patience)
        left = list(self._echoes)
        for echo in left:
            echo.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _echo(self, happening: Happening) -> None:
        """In the background: the app may be waiting for the answer to the very call it hears of."""
        there = self.http.events_url is not None or self.sockets.count > 0
        if happening.by == BOT_USER and there:
            self._tell_later(happening)

    async def _told(self, happening: Happening, waits: bool) -> None:
        if waits:
            await self._tell(happening)
        else:
            self._tell_later(happening)

    def _tell_later(self, happening: Happening) -> None:
        echo = asyncio.create_task(self._tell(happening))
        self._echoes.add(echo)
        echo.add_done_callback(self._echoes.discard)

    async def _tell(self, happening: Happening) -> None:
        """By the events that the manifest subscribes to, where the bot is a member."""
        if BOT_USER not in happening.message.channel.members:
            return
        told = events.of(happening, self.workspace)
        heard = [each for each in told if payloads.subscription(each) in self.manifest.events]
        await asyncio.gather(*(self.event(each) for each in heard))

    def _open_to_people(self, channel: Channel) -> None:
        if channel.is_archived:
            raise NotPossible(f"#{channel.name} is archived")
        closed = not self.manifest.messages_tab or self.manifest.messages_read_only
        if channel.is_direct and closed:
            raise NotPossible("sending messages to this app has been turned off")

    def _thread(self, channel: Channel, thread_ts: str) -> None:
        parent = self.workspace.find(channel, thread_ts)
        if parent is None or parent.deleted or parent.ephemeral_to:
            raise NotPossible(f"there is no message {thread_ts} to reply to")
        if parent.thread_ts not in (None, thread_ts):
            raise NotPossible("replies have no replies: answer their parent")

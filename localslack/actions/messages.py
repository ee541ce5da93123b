"""What people say and show to each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from localslack.actions.accounts import Accounts
from localslack.actions.composer import composed, preview
from localslack.dispatch import events
from localslack.dispatch.answer import Answer
from localslack.elements.fields import NotPossible
from localslack.state.files import LARGEST, File
from localslack.state.messages import Channel, Happening, Kind, Message
from localslack.state.people import Person
from localslack.validation.emoji import EMOJI


class Talk(Accounts):
    async def post(
        self,
        text: str,
        *,
        by: Person,
        channel: Channel | str = "#general",
        thread_ts: str | None = None,
        broadcast: bool = False,
        files: Sequence[File] = (),
        app: str | None = None,
        waits: bool = True,
    ) -> Message:
        """A person's own message, or what another `app`, such as A0OTHER, writes as them or as
        its own bot. The app hears of it before this returns, if it `waits`."""
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
            client_msg_id=None if app else str(uuid4()),
            app=app,
        )
        await self._told(Happening("said", by.id, message), waits)
        return message

    async def edit(self, message: Message, text: str, *, by: Person, waits: bool = True) -> None:
        """A person's own message. Nothing happens if it says so already."""
        self._authors(message, by)
        said, blocks = composed(text.strip(), self.workspace)
        if not said and not message.files:
            raise NotPossible("nothing would be left of it: delete it instead")
        if said != message.text:
            await self._told(self.workspace.edit(message, said, blocks), waits)

    async def delete(self, message: Message, *, by: Person, waits: bool = True) -> None:
        """A person's own message. With replies it leaves a tombstone, until they are gone too."""
        self._authors(message, by)
        for happening in self.workspace.delete(message):
            await self._told(happening, waits)

    async def unfurl(
        self, message: Message, attachment: dict[str, Any] | None = None, *, waits: bool = True
    ) -> None:
        """Slack attaches a preview of what the message links to, some seconds after it was said."""
        if message.deleted or message.ephemeral_to:
            raise NotPossible("there is no message to attach a preview to")
        shown = attachment or preview(message.text)
        if shown is None:
            raise NotPossible(f"there is no link in {message.text!r}")
        await self._told(self.workspace.unfurl(message, shown), waits)

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
        self._active(by)
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
        self._active(by)
        if not content or len(content) > LARGEST:
            raise NotPossible(f"a file has from 1 to {LARGEST} bytes, not {len(content)}")
        about = {"title": title, "alt_text": alt_text, "mimetype": mimetype}
        return self.workspace.files.add(name, content, by.id, self.workspace.now(), **about)

    def _open_to_people(self, channel: Channel) -> None:
        self._in_use(channel)
        closed = not self.manifest.messages_tab or self.manifest.messages_read_only
        if channel.is_direct and closed:
            raise NotPossible("sending messages to this app has been turned off")

    def _authors(self, message: Message, by: Person) -> None:
        self._reads(message, by)
        self._in_use(message.channel)
        if message.user != by.id:
            raise NotPossible(f"{by.name} did not write the message {message.text!r}")

    def _thread(self, channel: Channel, thread_ts: str) -> None:
        parent = self.workspace.find(channel, thread_ts)
        if parent is None or parent.is_gone or parent.ephemeral_to:
            raise NotPossible(f"there is no message {thread_ts} to reply to")
        if parent.thread_ts not in (None, thread_ts):
            raise NotPossible("replies have no replies: answer their parent")

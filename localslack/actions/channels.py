"""Channels as people keep them: who is in one, the app too, and whether it is still in use."""

from __future__ import annotations

from localslack.actions.telling import Telling
from localslack.dispatch import events
from localslack.elements.fields import NotPossible
from localslack.state.messages import Channel
from localslack.state.people import BOT_USER, Person


class Channels(Telling):
    async def archive(self, channel: Channel | str, *, by: Person) -> None:
        """It can still be read."""
        await self._archive(self._shared(channel, by), by, on=True)

    async def unarchive(self, channel: Channel | str, *, by: Person) -> None:
        await self._archive(self._shared(channel, by), by, on=False)

    async def invite(self, who: Person, channel: Channel | str, *, by: Person) -> None:
        """A person, or the app: `slack.bot`."""
        here = self._shared(channel, by)
        self._in_use(here)
        self._active(who)
        if who.id in here.members:
            raise NotPossible(f"{who.name} is in #{here.name} already")
        self.workspace.join(here, who.id)
        if BOT_USER in here.members:
            await self._send([events.joined(here, who, by, self.workspace.next_ts())])

    async def remove(self, who: Person, channel: Channel | str, *, by: Person) -> None:
        """A person, or the app: `slack.bot`. Who removes themselves leaves."""
        here = self._shared(channel, by)
        self._in_use(here)
        if who.id not in here.members:
            raise NotPossible(f"{who.name} is not in #{here.name}")
        hears = BOT_USER in here.members
        self.workspace.leave(here, who.id)
        if hears:
            await self._send([events.left(here, who, by, self.workspace.next_ts())])

    async def _archive(self, channel: Channel, by: Person, *, on: bool) -> None:
        if channel.is_archived == on:
            return
        self.workspace.archive(channel, on=on)
        told = events.archived(channel, by, self.workspace.next_ts())
        said = f"{'archived' if on else 'un-archived'} the channel"
        self.workspace.post(channel, by.id, said, subtype=told["type"])
        if BOT_USER in channel.members or not channel.is_private:
            await self._send([told])

    def _shared(self, place: Channel | str, by: Person) -> Channel:
        channel = self._entered(place, by)
        if channel.is_direct:
            raise NotPossible("direct messages are between two, and stay")
        return channel

    def _in_use(self, channel: Channel) -> None:
        if channel.is_archived:
            raise NotPossible(f"#{channel.name} is archived")

"""When a channel's history may be read again, and how far somebody has read it already.

A document a channel, beside its turns; all processes share it, and the server's clock. So a
history that Slack gives in few small pages is read once for all, whoever reads on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from pymongo import ReturnDocument
from pymongo.asynchronous.collection import AsyncCollection

from core.store.delivery.entries import later
from core.store.errors import reaches_mongo
from core.store.mapping import Document

# Identities that are kept of what was read; with more, which would fill a document, it begins anew.
KEPT = 50_000


class Found(NamedTuple):
    """A message in the channel: whether it is about one ticket alone, rang nobody, and is there
    instead of in another channel."""

    ts: str
    alone: bool
    quiet: bool
    instead_of: str | None


@dataclass(frozen=True, slots=True)
class Walk:
    """What was read so far, newest first, of the messages since `oldest`.

    What somebody tried to post, and had an end before the walk `began`, is in it or is not there
    at all, once there is no `cursor` any more.
    """

    oldest: datetime
    began: datetime
    cursor: str | None
    found: Mapping[str, Found]

    @property
    def is_complete(self) -> bool:
        return self.cursor is None


class Look(NamedTuple):
    """Whether the history may be read now: how long not, and for how long not by a sweep."""

    at: datetime
    wait: timedelta
    sweeps_wait: timedelta
    walk: Walk | None


class LookStore:
    def __init__(self, turns: AsyncCollection[Document]) -> None:
        self._turns = turns

    @reaches_mongo
    async def begin(self, channel: str) -> Look:
        document = await self._turns.find_one_and_update(
            _of(channel),
            [{"$set": {"at": "$$NOW"}}],
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        assert document is not None
        at: datetime = document["at"]

        def wait(name: str) -> timedelta:
            until: datetime = document.get(name, at)
            return max(until - at, timedelta())

        return Look(at, wait("free_at"), wait("sweep_at"), _walk(document.get("walk")))

    @reaches_mongo
    async def hold(self, channel: str, *, wait: timedelta, sweeps: timedelta) -> None:
        """Nobody reads this history for so long, and no sweep for as long as that."""
        until = {
            name: {"$max": [f"${name}", later(time)]}
            for name, time in (("free_at", wait), ("sweep_at", sweeps))
        }
        await self._turns.update_one(_of(channel), [{"$set": until}], upsert=True)

    @reaches_mongo
    async def keep(self, channel: str, walk: Walk | None) -> None:
        """For whoever reads on, or waits for what is read by now; None to begin anew."""
        if walk is None or len(walk.found) > KEPT:
            await self._turns.update_one(_of(channel), {"$unset": {"walk": ""}})
            return
        kept = {
            "oldest": walk.oldest,
            "began": walk.began,
            "cursor": walk.cursor,
            "found": [[name, *found] for name, found in walk.found.items()],
        }
        await self._turns.update_one(_of(channel), {"$set": {"walk": kept}}, upsert=True)


def _of(channel: str) -> Document:
    return {"_id": f"history of {channel}"}


def _walk(kept: Document | None) -> Walk | None:
    if kept is None:
        return None
    found = {name: Found(*message) for name, *message in kept["found"]}
    return Walk(kept["oldest"], kept["began"], kept["cursor"], found)

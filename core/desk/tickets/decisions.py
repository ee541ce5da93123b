"""Decisions about one ticket: made on the ticket as it is, kept in one write, once for each key."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

import structlog

from core.alerts.rules import AlertRules
from core.clock import Clock
from core.desk.tickets.retrying import Overtaken, until_first
from core.errors import DeskError, Stale, TicketFull, TicketNotFound
from core.people import permissions
from core.people.accounts import Actor
from core.people.permissions import Action
from core.sla.history import responds
from core.store import TicketStore
from core.tickets import Comment, Ticket, TimelineEntry, room
from core.tickets.conflict import ChangedMeanwhile
from core.tickets.room import Room

log = structlog.get_logger("desk")

# The ticket as it is to be, and what its timeline says of it; None if it is so already.
Decision = tuple[Ticket, TimelineEntry] | None
# What is said with a change, and what the timeline says of that.
Words = tuple[Comment, TimelineEntry]


class Changed(NamedTuple):
    ticket: Ticket
    # Names of the fields that are different now; empty if everything was so already.
    fields: frozenset[str]
    # The change with this key was made before.
    repeated: bool = False


class Expected(NamedTuple):
    """Which ticket somebody saw when they decided; None where it does not matter."""

    version: int | None = None
    # Any of these: `etag` covers the comments, too.
    etags: Collection[str] | None = None

    def check(self, ticket: Ticket, *, by: Actor) -> None:
        """Raises Stale or ChangedMeanwhile if it is another one by now."""
        seen = ticket.seen_by(by)
        if self.etags is not None and seen.etag not in self.etags:
            raise Stale
        if self.version is not None and ticket.version != self.version:
            raise ChangedMeanwhile(seen)


ANY = Expected()


@dataclass(frozen=True)
class Decisions:
    tickets: TicketStore
    clock: Clock
    rules: AlertRules
    # Called after every change; what Slack is owed for it is in the ticket's document already.
    changed: Callable[[Ticket, Actor], None]

    async def whole(self, reference: str, *, by: Actor) -> Ticket:
        """With the notes that `by` may read; raises TicketNotFound for what is not theirs."""
        ticket = await self.tickets.get(reference, notes=reads_notes(by))
        if ticket is None:
            raise TicketNotFound
        permissions.require(by, Action.SEE, requester=ticket.requester)
        return ticket

    async def decide(
        self,
        reference: str,
        decision: Callable[[Ticket, datetime], Decision],
        *,
        by: Actor,
        key: str | None,
        expected: Expected = ANY,
        space: Room | None = None,
        words: str | None = None,
    ) -> Changed:
        """Keeps what the decision makes of the ticket at this time, with the alert that follows,
        and with `words` for its requester in the same write.

        It is asked anew if somebody else was faster, and may raise any DeskError. A change whose
        key was used on this ticket before is not made again, whatever is decided now. Raises
        TicketFull, ChangedMeanwhile, Stale, and Unavailable if others are faster for long.
        """

        async def attempt() -> Changed:
            ticket, at = await self.whole(reference, by=by), self.clock()
            try:
                expected.check(ticket, by=by)
                decided = decision(ticket, at)
            except DeskError:
                if await self._was_made(key, ticket):
                    return Changed(ticket.seen_by(by), frozenset(), repeated=True)
                raise
            if decided is None:
                repeated = await self._was_made(key, ticket)
                return Changed(ticket.seen_by(by), frozenset(), repeated=repeated)
            new, entry = decided
            if "assignee" in entry.changes and new.assignee == by.person:
                new = self.rules.taken(new, at=at)
            new, said = self.rules.planned(new, at=at), None
            if words is not None:
                new, said = self._with_words(new, words, by=by, at=at)
            if not await self._saved(
                ticket,
                new,
                entry,
                key=key,
                comments_too=expected.etags is not None,
                space=_space(new, entry, said, by=by, given=space),
                said=said,
            ):
                return Changed(ticket.seen_by(by), frozenset(), repeated=True)
            self.note(new, entry, by)
            return Changed(new.seen_by(by), frozenset(entry.changes))

        return await until_first(attempt)

    def _with_words(
        self, ticket: Ticket, words: str, *, by: Actor, at: datetime
    ) -> tuple[Ticket, Words]:
        comment = Comment(self.tickets.new_id(), words, by.person, at, thread=by.thread)
        ticket = replace(ticket, comments=(*ticket.comments, comment))
        if responds(by, requester=ticket.requester):
            ticket = replace(ticket, asked=(), replied_at=at)
        return ticket, (comment, TimelineEntry(at, by.person, by.via, "commented", token=by.token))

    async def _saved(
        self,
        old: Ticket,
        new: Ticket,
        entry: TimelineEntry,
        *,
        key: str | None,
        comments_too: bool,
        space: Room,
        said: Words | None,
    ) -> bool:
        """False if it was made with this key before.

        Raises TicketFull, and Overtaken if the ticket is another one by now.
        """
        try:
            if await self.tickets.save(
                old, new, entry, key=key, comments_too=comments_too, room=space, said=said
            ):
                return True
        except TicketFull as error:
            if await self.tickets.timelines.move(old.id):
                raise Overtaken from error
            raise TicketFull(space.full) from error
        if await self._was_made(key, old):
            return False
        if said is not None and old.comments_count >= space.comments:
            raise TicketFull(space.full)
        await self.tickets.made_room(old, space)
        raise Overtaken

    async def _was_made(self, key: str | None, ticket: Ticket) -> bool:
        return key is not None and await self.tickets.timelines.was_changed_with(key, ticket.id)

    def note(self, ticket: Ticket, entry: TimelineEntry, by: Actor) -> None:
        """Logs what was done, never in what words, and lets Slack be told."""
        more: dict[str, object] = {}
        if entry.what == "changed":
            more["fields"] = sorted(entry.changes)
        if entry.until is not None:
            more["until"] = entry.until.isoformat()
        log.info(_LOGGED[entry.what], ticket=ticket.key, actor=by.id, via=by.via.value, **more)
        self.changed(ticket, by)


_LOGGED = {
    "created": "ticket filed",
    "changed": "ticket changed",
    "commented": "ticket commented",
    "noted": "ticket commented",
    "edited": "comment edited",
    "withdrawn": "comment withdrawn",
    "acknowledged": "ticket acknowledged",
    "snoozed": "ticket snoozed",
    "reminded": "requester reminded",
    "urgent": "ticket urgent",
}


def _space(
    new: Ticket, entry: TimelineEntry, said: Words | None, *, by: Actor, given: Room | None
) -> Room:
    """What is said with a change takes the room of a comment."""
    if said is not None:
        return room.for_comment(by=by)
    finishes = "status" in entry.changes and new.status.finished
    return given or room.for_change(entry.changes, finishes=finishes, by=by)


def reads_notes(by: Actor) -> bool:
    return permissions.ever(by, Action.NOTE)

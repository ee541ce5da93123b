"""What the desk can do with tickets. Slack and REST both come through here."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple

import structlog

from core.alerts.rules import LONGEST_SNOOZE, AlertRules
from core.clock import Clock, utcnow
from core.desk import reports
from core.desk.people import People
from core.desk.retrying import Overtaken, until_first
from core.desk.simulation import Tried, tried
from core.errors import (
    InvalidInput,
    KeyReused,
    Stale,
    TicketFull,
    TicketNotFound,
    Unavailable,
)
from core.idempotency import Key
from core.people import permissions
from core.people.accounts import Actor
from core.people.permissions import Action
from core.reports.report import Period, Report
from core.reports.workload import Workload
from core.sla import Reckoning, Sla
from core.sla.policy import Targets
from core.store import TicketStore
from core.store.tickets import CommentRole
from core.tickets import (
    Changes,
    Comment,
    NewComment,
    NewTicket,
    Ticket,
    TicketSummary,
    TimelineEntry,
    room,
)
from core.tickets.conflict import ChangedMeanwhile
from core.tickets.query import Cursor, TicketQuery
from core.tickets.room import Room

log = structlog.get_logger("desk")


class Filed(NamedTuple):
    ticket: Ticket
    # The sender's key was used before, and this is what it made then.
    repeated: bool


class Changed(NamedTuple):
    ticket: Ticket
    # Names of the fields that are different now; empty if everything was so already.
    fields: frozenset[str]
    # The change with this key was made before.
    repeated: bool = False


class Page(NamedTuple):
    tickets: list[TicketSummary]
    # After which the next page starts; None exactly at the end.
    end: Cursor | None


@dataclass(frozen=True)
class Desk:
    tickets: TicketStore
    people: People
    sla: Sla
    clock: Clock = utcnow
    rules: AlertRules = field(default_factory=AlertRules)
    # Called after every change; what Slack is owed for it is in the ticket's document already.
    changed: Callable[[], None] = lambda: None

    async def open_ticket(
        self, new: NewTicket, *, by: Actor, key: Key | None = None, receipt: bool = False
    ) -> Filed:
        """Files a ticket. With a key that `by` used before: the ticket of then, and nothing new.

        Raises KeyReused if the key came with another body. With `receipt`, the requester is
        told in Slack by direct message.
        """
        number = await self.tickets.next_number()
        at = self.clock()
        ticket = Ticket.opened(
            new, id=self.tickets.new_id(), number=number, by=by, at=at, sla=self.sla
        )
        ticket = self.rules.planned(ticket, at=at)
        entry = TimelineEntry(at, by.person, by.via, "created")
        receipt_to = by.slack_id if receipt else None
        added = await self.tickets.add(ticket, entry, key=key, receipt_to=receipt_to)
        if added is not None:
            self._note("ticket filed", added, by)
            return Filed(added, repeated=False)
        assert key is not None  # without one, nothing can be a repeat
        first, body = await self.tickets.filed_with(
            key.name, requester=by.id, notes=_reads_notes(by)
        )
        if body != key.body:
            raise KeyReused
        return Filed(first.seen_by(by), repeated=True)

    async def ticket(self, reference: str, *, by: Actor) -> Ticket:
        """By `_id`, 42, #42 or T-42, without what `by` may not read.

        Raises TicketNotFound for what is not there or not theirs.
        """
        return (await self._whole(reference, by=by)).seen_by(by)

    async def comments(
        self, reference: str, *, by: Actor, start: int, limit: int
    ) -> tuple[list[Comment], int | None]:
        """So many of a ticket's comments that `by` may read, the oldest first, from the one with
        this index on; and the index that the next page starts at, None exactly at the end."""
        found = await self.tickets.comments.page(
            reference, start=start, limit=limit + 1, notes=_reads_notes(by)
        )
        if found is None:
            raise TicketNotFound
        requester, comments = found
        permissions.require(by, Action.SEE, requester=requester)
        return comments[:limit], start + limit if len(comments) > limit else None

    async def reckoned(self, reference: str, *, by: Actor) -> tuple[Ticket, Reckoning]:
        """A ticket and what its clock shows now, span by span."""
        ticket = await self.ticket(reference, by=by)
        return ticket, self.sla.reckon(ticket.facts, ticket.promise, at=self.clock())

    async def try_targets(self, others: Mapping[str, Targets], *, by: Actor) -> Tried:
        """What these targets would have done to the tickets that were filed lately."""
        permissions.require_staff(by, Action.TRY)
        return await tried(self.tickets, self.sla, others, at=self.clock())

    async def report(self, period: Period, *, by: Actor) -> Report:
        """What came of the tickets that were filed in this period."""
        permissions.require_staff(by, Action.REPORT)
        return await reports.report(self.tickets, self.sla, period, at=self.clock())

    async def standing(self, *, by: Actor) -> Workload:
        """How the desk stands now."""
        permissions.require_staff(by, Action.REPORT)
        return await reports.standing(self.tickets, at=self.clock())

    async def _whole(self, reference: str, *, by: Actor) -> Ticket:
        ticket = await self.tickets.get(reference, notes=_reads_notes(by))
        if ticket is None:
            raise TicketNotFound
        permissions.require(by, Action.SEE, requester=ticket.requester)
        return ticket

    async def list_tickets(
        self,
        question: TicketQuery,
        *,
        by: Actor,
        limit: int,
        offset: int = 0,
        after: Cursor | None = None,
    ) -> Page:
        """One page of those tickets that `by` may see, from an offset or after a place."""
        own = permissions.only_of(by, Action.SEE)
        if own is not None:
            if question.requester not in (None, own):
                return Page([], None)
            question = question._replace(requester=own)
        found = await self.tickets.page(question, limit=limit + 1, offset=offset, after=after)
        if len(found) <= limit:
            return Page(found, None)
        last = found[limit - 1]
        return Page(found[:limit], Cursor(last.number, last.sla_due))

    async def change_ticket(
        self,
        reference: str,
        changes: Changes,
        *,
        by: Actor,
        version: int | None = None,
        etags: Collection[str] | None = None,
        key: str | None = None,
        taking: bool = False,
    ) -> Changed:
        """Changes the fields that are named in `changes`, all or none.

        With `taking`, an agent takes the ticket in the same change, if nobody has it.

        With a `version` or `etags`, only if the ticket is still that one: of two who name the
        same, one wins, and the other gets ChangedMeanwhile or Stale. A key does a change once.
        """
        fields = {field: getattr(changes, field) for field in changes.named}
        if fields.get("assignee") is not None:
            # Before anybody is looked up: who may not assign learns nothing about others.
            ticket = await self.ticket(reference, by=by)
            own = fields["assignee"] == by.id
            action = Action.CLAIM if own else Action.ASSIGN
            permissions.require(by, action, requester=ticket.requester)
            fields["assignee"] = await self.people.assignable(fields["assignee"])

        async def attempt() -> Changed:
            ticket = await self._whole(reference, by=by)
            if key is not None and await self.tickets.was_changed_with(key, ticket):
                return Changed(ticket.seen_by(by), frozenset(), repeated=True)
            if etags is not None and ticket.seen_by(by).etag not in etags:
                raise Stale
            if version is not None and ticket.version != version:
                raise ChangedMeanwhile(ticket.seen_by(by))
            takes = taking and ticket.assignee is None and permissions.ever(by, Action.CLAIM)
            wanted = fields | ({"assignee": by.person} if takes else {})
            at = self.clock()
            decided = ticket.changed(wanted, by=by, at=at, sla=self.sla)
            if decided is None:
                return Changed(ticket.seen_by(by), frozenset())
            new, entry = decided
            if "assignee" in entry.changes and new.assignee == by.person:
                new = self.rules.taken(new, at=at)
            new = self.rules.planned(new, at=at)
            finishes = "status" in entry.changes and new.status.finished
            space = room.for_change(entry.changes, finishes=finishes, by=by)
            save = self.tickets.save(
                ticket, new, entry, key=key, comments_too=etags is not None, room=space
            )
            await self._saved(save, ticket, space)
            self._note("ticket changed", new, by, fields=sorted(entry.changes))
            return Changed(new.seen_by(by), frozenset(entry.changes))

        return await until_first(attempt)

    async def _saved(self, save: Awaitable[bool], ticket: Ticket, space: Room) -> None:
        """Raises TicketFull, and Overtaken if the ticket is another one by now, or was changed
        with the same key."""
        try:
            if await save:
                return
        except TicketFull as error:
            raise TicketFull(space.full) from error
        if await self.tickets.is_full(ticket, space):
            raise TicketFull(space.full)
        raise Overtaken

    async def acknowledge(self, reference: str, *, by: Actor, key: str | None = None) -> Ticket:
        """Somebody sees to it: nothing rings for a while. Again, it holds from now on."""
        return await self._put_off(reference, "acknowledged", by=by, key=key)

    async def snooze(
        self, reference: str, *, by: Actor, until: datetime, key: str | None = None
    ) -> Ticket:
        """Nothing rings until then, and then it does again."""
        at = self.clock()
        if not at < until <= at + LONGEST_SNOOZE:
            raise InvalidInput({"until": "“until” must lie within the next seven days."})
        return await self._put_off(reference, "snoozed", by=by, until=until, key=key)

    async def _put_off(
        self,
        reference: str,
        what: Literal["acknowledged", "snoozed"],
        *,
        by: Actor,
        key: str | None,
        until: datetime | None = None,
    ) -> Ticket:

        async def attempt() -> Ticket:
            ticket = await self._whole(reference, by=by)
            if key is not None and await self.tickets.was_changed_with(key, ticket):
                return ticket.seen_by(by)
            at = self.clock()
            holds = until or at + self.rules.acknowledged
            new, entry = ticket.put_off(what, by=by, at=at, until=holds)
            new = self.rules.planned(new, at=at)
            space = room.PUTTING_OFF
            save = self.tickets.save(ticket, new, entry, key=key, comments_too=False, room=space)
            await self._saved(save, ticket, space)
            self._note(f"ticket {what}", new, by, until=holds.isoformat())
            return new.seen_by(by)

        return await until_first(attempt)

    async def comment(
        self, reference: str, new: NewComment, *, by: Actor, key: Key | None = None
    ) -> Filed:
        """Adds a comment, or a note. Keys as in open_ticket, each good for one ticket and author.

        The requester's comment on a ticket that waits for them sets it going again.
        """
        only = permissions.only_of(by, Action.NOTE if new.internal else Action.COMMENT)
        if key is not None:
            key = Key(f"{by.id}:{key.name}", key.body)
        at = self.clock()
        comment = Comment(self.tickets.new_id(), new.message, by.person, at, new.internal)
        entry = TimelineEntry(at, by.person, by.via, "noted" if new.internal else "commented")
        role: CommentRole = "requester"
        if only is None:
            role = "noting" if new.internal else "bystander" if by.bot else "responder"
        space = room.for_comment(by=by)
        ticket = await self.tickets.add_comment(
            reference, comment, entry, key=key, role=role, room=space
        )
        if ticket is None:
            # Perhaps something follows from it; perhaps it cannot be.
            ticket = await self._comment_on_own(
                reference, comment, entry, by=by, key=key, space=space
            )
        if ticket is not None:
            self._note("ticket commented", ticket, by)
            return Filed(ticket.seen_by(by), repeated=False)
        ticket = await self._whole(reference, by=by)
        body = key and await self.tickets.comment_body(key.name, ticket)
        if body is None:
            many = ticket.comments_count >= space.comments
            if many or await self.tickets.is_full(ticket, space):
                raise TicketFull(space.full)
            raise Unavailable
        if key and body != key.body:
            raise KeyReused
        return Filed(ticket.seen_by(by), repeated=True)

    async def _comment_on_own(
        self,
        reference: str,
        comment: Comment,
        entry: TimelineEntry,
        *,
        by: Actor,
        key: Key | None,
        space: Room,
    ) -> Ticket | None:
        """None for a ticket of somebody else's, and for one that cannot take the comment."""

        async def attempt() -> Ticket | None:
            ticket = await self._whole(reference, by=by)
            if ticket.requester.id != by.id or comment.internal:
                return None
            at = comment.created_at
            followed = ticket.answered(by=by, at=at, sla=self.sla)
            if followed is not None:
                followed = self.rules.planned(followed[0], at=at), followed[1]
            added = await self.tickets.add_comment_to(
                ticket,
                comment,
                entry,
                key=key,
                notes=_reads_notes(by),
                consequence=followed,
                room=space,
            )
            if added is None and (await self._whole(reference, by=by)).version != ticket.version:
                raise Overtaken
            return added

        return await until_first(attempt)

    def _note(self, what: str, ticket: Ticket, by: Actor, **more: Any) -> None:
        """Says what was done, never in what words, and lets it be told to Slack."""
        log.info(what, ticket=ticket.key, actor=by.id, via=by.via.value, **more)
        self.changed()


def _reads_notes(by: Actor) -> bool:
    return permissions.ever(by, Action.NOTE)

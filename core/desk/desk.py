"""What the desk can do with tickets. Slack and REST both come through here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from core.alerts.rules import LONGEST_SNOOZE, AlertRules
from core.clock import Clock, utcnow
from core.desk import reports
from core.desk.conversation import Conversation
from core.desk.people.people import People
from core.desk.simulation import Simulation, tried
from core.desk.tickets import listing
from core.desk.tickets.clashes import named_clashes
from core.desk.tickets.commenting import comment_of, commented
from core.desk.tickets.decisions import ANY, Changed, Decision, Decisions, Expected, reads_notes
from core.desk.tickets.feedback import Feedback
from core.desk.tickets.filing import Filed, Origin, filed_before
from core.desk.tickets.listing import Urgent
from core.desk.tickets.lookups import Lookups
from core.desk.tickets.working import Decide, claiming, taking, unfinished
from core.errors import InvalidInput, TicketNotFound
from core.idempotency import Key, digest
from core.people import permissions
from core.people.accounts import Actor
from core.people.permissions import Action
from core.reports.report import Period, Report
from core.reports.workload import Workload
from core.sla import Sla, SlaStatus
from core.sla.policy import Targets
from core.store import TicketStore
from core.tickets import (
    Changes,
    Comment,
    NewComment,
    NewTicket,
    Reason,
    Status,
    Ticket,
    TicketSummary,
    TimelineEntry,
    room,
)
from core.tickets.finding.query import TicketQuery


@dataclass(frozen=True)
class Desk:
    tickets: TicketStore
    people: People
    sla: Sla
    clock: Clock = utcnow
    rules: AlertRules = field(default_factory=AlertRules)
    # Called after every change, with whose it was; what Slack is owed for it is in the ticket's
    # document already.
    changed: Callable[[Ticket, Actor], None] = lambda ticket, by: None

    @cached_property
    def _decisions(self) -> Decisions:
        return Decisions(self.tickets, self.clock, self.rules, self.changed)

    @cached_property
    def conversation(self) -> Conversation:
        return Conversation(self._decisions, self.people, self.sla)

    @cached_property
    def lookups(self) -> Lookups:
        return Lookups(self.tickets)

    @cached_property
    def feedback(self) -> Feedback:
        return Feedback(self._decisions, self.sla)

    async def open_ticket(
        self,
        new: NewTicket,
        *,
        by: Actor,
        key: Key | None = None,
        receipt: bool = False,
        origin: Origin | None = None,
    ) -> Filed:
        """Files a ticket. With a key that `by` used before: the ticket of then, and nothing new.

        Raises KeyReused if the key came with another body, and MadeAlready if the message of the
        `origin` is another ticket. With `receipt`, the requester is told in Slack by direct
        message; with an `origin`, in the thread of that message instead.
        """
        number, at = await self.tickets.next_number(), self.clock()
        ticket = Ticket.opened(
            new, id=self.tickets.new_id(), number=number, by=by, at=at, sla=self.sla
        )
        if origin is not None:
            ticket = origin.given_to(ticket)
        ticket = self.rules.planned(ticket, at=at)
        entry = TimelineEntry(at, by.person, by.via, "created", token=by.token)
        receipt_to = by.slack_id if receipt else None
        added = await self.tickets.add(ticket, entry, key=key, receipt_to=receipt_to)
        if added is None:
            return await filed_before(self._decisions, ticket, by=by, key=key)
        self._decisions.note(added, entry, by)
        return Filed(added, repeated=False)

    async def ticket(self, reference: str, *, by: Actor) -> Ticket:
        """By `_id`, 42, #42 or T-42, without what `by` may not read.

        Raises TicketNotFound for what is not there or not theirs.
        """
        return (await self._decisions.whole(reference, by=by)).seen_by(by)

    async def comments(
        self, reference: str, *, by: Actor, start: int, limit: int
    ) -> tuple[list[Comment], int | None]:
        """So many of a ticket's comments that `by` may read, the oldest first, from the one with
        this index on; and the index that the next page starts at, None exactly at the end."""
        found = await self.tickets.comments.page(
            reference, start=start, limit=limit + 1, notes=reads_notes(by)
        )
        if found is None:
            raise TicketNotFound
        requester, comments = found
        permissions.require(by, Action.SEE, requester=requester)
        return comments[:limit], start + limit if len(comments) > limit else None

    async def sla_status(self, reference: str, *, by: Actor) -> tuple[Ticket, SlaStatus]:
        """A ticket and what its clock shows now, span by span."""
        ticket = await self.ticket(reference, by=by)
        history, promise = ticket.sla_history, ticket.promise
        return ticket, self.sla.explain(ticket.priority, history, promise, at=self.clock())

    async def try_targets(self, others: Mapping[str, Targets], *, by: Actor) -> Simulation:
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

    async def list_tickets(
        self,
        question: TicketQuery,
        *,
        by: Actor,
        limit: int,
    ) -> list[TicketSummary]:
        """The first of those tickets that `by` may see."""
        asked = listing.theirs(question, by)
        if asked is None:
            return []
        return await self.tickets.lists.page(asked, limit=limit)

    async def most_urgent(
        self, question: TicketQuery, *, by: Actor, limit: int, offset: int = 0
    ) -> Urgent:
        """Likewise, the most overdue first, and how many there are."""
        return await listing.most_urgent(self.tickets, question, by=by, limit=limit, offset=offset)

    async def change_ticket(
        self,
        reference: str,
        changes: Changes,
        *,
        by: Actor,
        expected: Expected = ANY,
        key: str | None = None,
        words: str | None = None,
    ) -> Changed:
        """Changes the fields that are named in `changes`, all or none; with `words`, says them to
        the requester in the same write, or by themselves where all is so already.

        Only if the ticket is still the one that is `expected`: of two who expect the same one wins.
        The other gets ChangedMeanwhile or Stale, and what clashes. A key does a change once.
        """
        fields = {field: getattr(changes, field) for field in changes.named}
        if fields.get("assignee") is not None:
            # Before anybody is looked up: who may not assign learns nothing about others.
            ticket = await self.ticket(reference, by=by)
            own = fields["assignee"] == by.id
            action = Action.CLAIM if own else Action.ASSIGN
            permissions.require(by, action, requester=ticket.requester)
            fields["assignee"] = await self.people.assignable(fields["assignee"])

        def decision(ticket: Ticket, at: datetime) -> Decision:
            return ticket.changed(fields, by=by, at=at, sla=self.sla)

        async with named_clashes(self.tickets, reference, fields, expected):
            changed = await self._decisions.decide(
                reference, decision, by=by, key=key, expected=expected, words=words
            )
        return await self._with_words(changed, words, by=by, key=key)

    async def _with_words(
        self, changed: Changed, words: str | None, *, by: Actor, key: str | None
    ) -> Changed:
        """Says them by themselves where there was nothing to change."""
        if words is None or changed.fields or changed.repeated:
            return changed
        new = NewComment(message=words)
        own = Key(f"{key}:words", digest(new)) if key is not None else None
        filed = await self.comment(changed.ticket.id, new, by=by, key=own)
        return changed._replace(ticket=filed.ticket)

    async def claim(
        self, reference: str, *, by: Actor, key: str | None = None, over: bool = False
    ) -> Changed:
        """Assigns the ticket to `by`: takes it over from whoever has it only if that is meant.

        Raises NotAllowed, TakenAlready, and WrongState for one that is resolved or closed.
        """
        decide = claiming(by=by, sla=self.sla, over=over)
        return await self._decisions.decide(reference, decide, by=by, key=key)

    async def resolve(
        self,
        reference: str,
        *,
        by: Actor,
        key: str | None = None,
        words: str | None = None,
        reason: Reason | None = None,
        goes_on: bool = False,
    ) -> Changed:
        """It is solved; an agent has it then, if nobody had it. Raises WrongState if it `goes_on`
        for whoever decided, and somebody was faster."""
        why = {"reason": reason} if reason else {}
        taken = taking({"status": Status.RESOLVED, **why}, by=by, sla=self.sla)
        decide = unfinished(taken) if goes_on else taken
        return await self._worked_on(reference, decide, by=by, key=key, words=words)

    async def start(
        self, reference: str, *, by: Actor, key: str | None = None, words: str | None = None
    ) -> Changed:
        """Work on it begins; an agent takes it in the same change, if nobody has it."""
        decide = taking({"status": Status.IN_PROGRESS}, by=by, sla=self.sla)
        return await self._worked_on(reference, decide, by=by, key=key, words=words)

    async def _worked_on(
        self, which: str, decide: Decide, *, by: Actor, key: str | None, words: str | None
    ) -> Changed:
        changed = await self._decisions.decide(which, decide, by=by, key=key, words=words)
        return await self._with_words(changed, words, by=by, key=key)

    async def acknowledge(self, reference: str, *, by: Actor, key: str | None = None) -> Ticket:
        """Somebody sees to it: nothing rings for a while. Again, it holds from now on."""

        def decision(ticket: Ticket, at: datetime) -> Decision:
            until = at + self.rules.acknowledged
            return ticket.silence("acknowledged", by=by, at=at, until=until)

        changed = await self._decisions.decide(
            reference, decision, by=by, key=key, space=room.PUTTING_OFF
        )
        return changed.ticket

    async def snooze(
        self, reference: str, *, by: Actor, until: datetime, key: str | None = None
    ) -> Ticket:
        """Nothing rings until then, and then it does again."""
        at = self.clock()
        if not at < until <= at + LONGEST_SNOOZE:
            raise InvalidInput({"until": "“until” must lie within the next seven days."})

        def decision(ticket: Ticket, at: datetime) -> Decision:
            return ticket.silence("snoozed", by=by, at=at, until=until)

        changed = await self._decisions.decide(
            reference, decision, by=by, key=key, space=room.PUTTING_OFF
        )
        return changed.ticket

    async def comment(
        self, reference: str, new: NewComment, *, by: Actor, key: Key | None = None
    ) -> Filed:
        """Adds a comment, or a note. Keys as in open_ticket, each good for one ticket and author.

        The requester's comment on a ticket that waits for them sets it going again.
        """
        comment = comment_of(self._decisions, new, by=by)
        ticket, repeated = await commented(
            self._decisions, reference, comment, by=by, key=key, sla=self.sla
        )
        return Filed(ticket, repeated)

"""What a ticket is and what may happen to it: pure decisions, no effects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from core.clock import is_breached
from core.errors import WrongState
from core.people.accounts import Actor, Person, Via
from core.people.permissions import Action, can, require
from core.sla import Promise, Sla, SlaHistory
from core.sla.history import CLOCKS_DIFFER, REQUESTER, Pause, responds
from core.tickets import waiting
from core.tickets.alert import NONE as NO_ALERT
from core.tickets.alert import Alert, Silence
from core.tickets.comment import Comment, SlackFile
from core.tickets.inputs import NewTicket
from core.tickets.source import Source, Wording
from core.tickets.status import ACTION_FOR, ACTION_ON, TRANSITIONS, Priority, Reason, Status, label
from core.tickets.timeline import TimelineEntry

# A ticket is read with so many of its comments, so that it never fills memory.
LATEST_COMMENTS = 100

NextAction = Literal["claim", "start", "wait", "resolve", "reopen", "close"]


# The ticket classes are not frozen because a frozen one takes nine times as long to
# make, and lists make many; they are treated as values all the same.
@dataclass(slots=True)
class TicketSummary:
    """A ticket as lists show it, without its longer texts."""

    id: str
    number: int
    title: str
    priority: Priority
    status: Status
    requester: Person
    assignee: Person | None
    sla_due: datetime
    version: int
    created_at: datetime
    updated_at: datetime
    waiting_for: str | None = None
    # When it goes on by itself.
    waiting_until: datetime | None = None
    # None for tickets that were filed before anybody promised an answer.
    first_response_due: datetime | None = None
    first_responded_at: datetime | None = None

    @property
    def key(self) -> str:
        return f"T-{self.number}"

    @property
    def next_actions(self) -> Sequence[NextAction]:
        """What people usually do next with such a ticket, whoever of them may."""
        if self.status is Status.CLOSED:
            return ["reopen"]
        if self.status is Status.RESOLVED:
            return ["reopen", "close"]
        claim: list[NextAction] = [] if self.assignee else ["claim"]
        work: NextAction = "wait" if self.status is Status.IN_PROGRESS else "start"
        return [*claim, work, "resolve"]


@dataclass(slots=True)
class TrackedTicket(TicketSummary):
    """A ticket as its clock and its alerts see it: without what people said."""

    pauses: tuple[Pause, ...] = ()
    alert: Alert = NO_ALERT
    # When its requester said what awaits an answer, and when somebody answered last.
    asked: tuple[datetime, ...] = ()
    replied_at: datetime | None = None
    # Whether its requester found so; None before they said it.
    helpful: bool | None = None
    # When the desk closes it, of which its requester was told, unless they answer.
    closes_at: datetime | None = None

    @property
    def sla_history(self) -> SlaHistory:
        """What matters to its clock."""
        answered = self.first_responded_at
        was_due = self.first_response_due if answered else None
        sla_history = SlaHistory(self.created_at, self.pauses, answered, was_due, self.asked)
        if self.status.finished and sla_history.paused is None:
            # Of an older ticket, only its last change tells when it was finished.
            return sla_history.stopped(self.updated_at, None, waiting_for=None)
        return sla_history

    @property
    def promise(self) -> Promise:
        return Promise(self.first_response_due, self.sla_due)

    @property
    def breaches_at(self) -> datetime | None:
        """When it breaches unless somebody resolves it first; None once they have, and while
        it waits, unless it was late before."""
        if self.status.finished:
            return None
        paused = self.sla_history.paused
        return self.sla_due if paused is None or self.sla_due < paused.since else None

    def breached(self, *, at: datetime) -> bool:
        return is_breached(self.breaches_at, at=at)


@dataclass(slots=True)
class Ticket(TrackedTicket):
    description: str = ""
    reason: Reason | None = None
    source: Source | None = None
    wording: Wording | None = None
    files: tuple[SlackFile, ...] = ()  # of that message
    # Who did that: not always the requester, where it was made from a message.
    filed_by: Person | None = None
    # The latest, the oldest of them first; and how many there are before these.
    comments: tuple[Comment, ...] = ()
    earlier_comments: int = 0
    earlier_notes: int = 0
    # How often words of comments were changed or withdrawn, and of notes.
    edits: int = 0
    note_edits: int = 0
    older_timelines: int = 0  # documents beside its own
    timeline_is_long: bool = False

    @classmethod
    def opened(
        cls, new: NewTicket, *, id: str, number: int, by: Actor, at: datetime, sla: Sla
    ) -> "Ticket":
        promise = sla.promise(new.priority, SlaHistory(at))
        return cls(
            id=id,
            number=number,
            title=new.title,
            description=new.description,
            priority=new.priority,
            status=Status.OPEN,
            requester=by.person,
            filed_by=by.person,
            assignee=None,
            sla_due=promise.resolution,
            first_response_due=promise.first_response,
            version=1,
            created_at=at,
            updated_at=at,
        )

    def seen_by(self, reader: Actor) -> "Ticket":
        """Without what only agents may read."""
        if can(reader, Action.NOTE, requester=self.requester):
            return self
        public = tuple(comment for comment in self.comments if not comment.internal)
        if len(public) == len(self.comments) and not self.earlier_notes:
            return self
        return replace(self, comments=public, earlier_notes=0, note_edits=0)

    @property
    def comments_count(self) -> int:
        """Of all there are, notes included."""
        return self.earlier_comments + self.earlier_notes + len(self.comments)

    @property
    def etag(self) -> str:
        """Covers the comments too, which do not raise the version, and what became of them."""
        edits = self.edits + self.note_edits
        return f'"{self.version}.{self.comments_count}{f".{edits}" if edits else ""}"'

    def changed(
        self, fields: Mapping[str, Any], *, by: Actor, at: datetime, sla: Sla
    ) -> "tuple[Ticket, TimelineEntry] | None":
        """The ticket with those fields changed, and what the timeline says of it; None when
        it is so already.

        Raises NotAllowed, or WrongState for a change of status that TRANSITIONS does not list.
        """
        for field in fields:
            action = ACTION_FOR[fields[field]] if field == "status" else ACTION_ON[field]
            require(by, action, requester=self.requester)
        waiting.check(fields, self.status, self.waiting_until, key=self.key, at=at)
        news = {field: new for field, new in fields.items() if not self._is(field, new)}
        if not news:
            return None
        if "status" in news and news["status"] not in TRANSITIONS[self.status]:
            raise WrongState(
                f"{self.key} is {label(self.status)}; reopen it before it can be "
                f"{label(news['status'])}."
            )
        return self._with(news, by=by, at=at, sla=sla)

    def answered(
        self, *, by: Actor, at: datetime, sla: Sla
    ) -> "tuple[Ticket, TimelineEntry] | None":
        """The ticket going on since its requester, for whom it waited, said something then, however
        late that is heard of; also if the desk closed it since. None if it did not wait then."""
        if by.id != self.requester.id:
            return None
        paused = self.sla_history.paused
        waits = paused is None or paused.since - CLOCKS_DIFFER <= at
        status = {"status": Status.IN_PROGRESS if self.assignee else Status.OPEN}
        if self.waiting_for == REQUESTER and waits:
            return self._with(status, by=by, at=at, sla=sla)
        ended = self.reason is Reason.NO_ANSWER and paused is not None and paused.by is None
        unfinished = self.sla_history.never_finished(at) if ended else None
        if (sooner := unfinished or self.sla_history.answered(at)) is None:
            return None
        news = status | {"reason": None} if unfinished else {}
        return self._with(news, by=by, at=at, sla=sla, sooner=sooner)

    def silence(
        self, what: Literal["acknowledged", "snoozed"], *, by: Actor, at: datetime, until: datetime
    ) -> "tuple[Ticket, TimelineEntry]":
        """The ticket with its alerts acknowledged or snoozed until then.

        Raises NotAllowed, or WrongState where nothing can ring.
        """
        action = Action.ACKNOWLEDGE if what == "acknowledged" else Action.SNOOZE
        require(by, action, requester=self.requester)
        if self.breaches_at is None:
            raise WrongState(f"{self.key} is {label(self.status)}, so it has no alerts to put off.")
        alert = self.alert.silenced(**{what: Silence(by.person, at, until)})
        ticket = replace(self, alert=alert, version=self.version + 1, updated_at=at)
        return ticket, TimelineEntry(at, by.person, by.via, what, until=until, token=by.token)

    def _with(
        self,
        news: Mapping[str, Any],
        *,
        by: Actor,
        at: datetime,
        sla: Sla,
        sooner: SlaHistory | None = None,
    ) -> "tuple[Ticket, TimelineEntry]":
        news = dict(news)
        sla_history = sooner or self._facts_after(news, by=by, at=at)
        response_due = self.first_response_due
        # A wait that is over moves what is due, whatever it gives way to.
        went_on = self.sla_history.paused not in (None, sla_history.paused)
        if sla_history.pauses != self.pauses:
            sla_history = sla_history.bounded(sla.calendar, (self.sla_due, response_due))
        if sooner or went_on or "priority" in news:
            promise = sla.promise(news.get("priority", self.priority), sla_history)
            news["sla_due"] = promise.resolution
            response_due = response_due and promise.first_response
        changes: dict[str, tuple[Any, Any]] = {
            field: (getattr(self, field), new)
            for field, new in news.items()
            if not self._is(field, new)
        }
        # Who put its alerts off did so as long as it was due then and somebody worked on it.
        started_anew = {"status", "sla_due"} & changes.keys() and (
            "sla_due" in changes or self.status.stopped or changes["status"][1].stopped
        )
        alert = self.alert.heard() if started_anew else self.alert
        if sooner:
            alert = alert.moved(self.sla_due, news["sla_due"])
        entry = TimelineEntry(at, by.person, by.via, "changed", changes, token=by.token)
        ticket = replace(
            self,
            **news,
            first_response_due=response_due,
            first_responded_at=sla_history.first_responded_at,
            pauses=sla_history.pauses,
            alert=alert,
            closes_at=self.closes_at if waiting.A_WAIT.isdisjoint(changes) else None,
            version=self.version + 1,
            updated_at=at,
        )
        return ticket, entry._replace(said_at=by.said_at)

    def _facts_after(self, news: dict[str, Any], *, by: Actor, at: datetime) -> SlaHistory:
        """What matters to the clock after a change, to which is added whom it waits for then."""
        if waiting.A_WAIT.isdisjoint(news):
            return self.sla_history
        status: Status = news.get("status", self.status)
        sla_history, until = self.sla_history, self.waiting_until
        if until is not None and until < at:
            # It went on by then, whoever comes before the desk's own look.
            sla_history = sla_history.resumed(until)
        if "status" in news and responds(by, requester=self.requester):
            sla_history = sla_history.responded(at, due=self.first_response_due)
        if status is Status.WAITING:
            news.setdefault("waiting_for", self.waiting_for or REQUESTER)
            return sla_history.stopped(at, by.person, waiting_for=news["waiting_for"])
        news |= {"waiting_for": None, "waiting_until": None}
        if status.finished:
            # What the desk does by itself, nobody did.
            person = None if by.via is Via.DESK else by.person
            return sla_history.stopped(at, person, waiting_for=None)
        news["reason"] = None
        return sla_history.resumed(at)

    def _is(self, field: str, value: object) -> bool:
        now = getattr(self, field)
        if isinstance(now, Person) and isinstance(value, Person):
            return now.id == value.id
        return bool(now == value)

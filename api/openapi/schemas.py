"""What each answer looks like, for the OpenAPI document; the tests hold answers against it."""

from typing import Literal

from pydantic import AwareDatetime, Field

from api.openapi.files import FILES, File
from api.openapi.shape import Answer, id_field, time_field
from core.people.accounts import Via
from core.sla.status import Kind
from core.tickets import Priority, Status, What
from core.tickets.status import Reason


class Person(Answer):
    id: str = id_field()
    name: str = Field(examples=["Hackathon User"])


class Comment(Answer):
    id: str = id_field()
    message: str = Field(
        description="Empty if it was said in Slack and deleted there.",
        examples=["We are working on this issue."],
    )
    author: Person
    created_at: AwareDatetime = time_field()
    # Absent rather than false, hence no default.
    internal: Literal[True] = Field(
        default_factory=lambda: True,
        description="Only in notes, which only agents see.",
        examples=[True],
    )
    files: list[File] = FILES


class TicketSummary(Answer):
    """A ticket in a list."""

    id: str = id_field()
    number: int = Field(description="Shown as T-42; any path takes it too.", examples=[42])
    title: str = Field(examples=["Server down"])
    priority: Priority = Field(examples=["high"])
    status: Status = Field(examples=["open"])
    requester: Person
    assignee: Person | None = Field(examples=[None])
    sla_due: AwareDatetime = time_field(
        description="Breached once this is past, and it is neither finished nor waiting."
    )
    version: int = Field(description="Grows by one with every change of a field.", examples=[1])
    created_at: AwareDatetime = time_field()
    updated_at: AwareDatetime = time_field()
    waiting_for: str | None = Field(
        description="While it waits: `requester`, or whom else by name.", examples=[None]
    )
    waiting_until: AwareDatetime | None = Field(
        description="When it goes on by itself, if that was said.", examples=[None]
    )
    first_response_due: AwareDatetime | None = time_field(
        description="When an agent is to have answered; null for older tickets."
    )
    first_responded_at: AwareDatetime | None = Field(
        description="An agent's first public comment or change of status.", examples=[None]
    )


class Silence(Answer):
    """Somebody put a ticket's alerts off."""

    by: Person
    at: AwareDatetime = time_field()
    until: AwareDatetime = time_field(description="Over, once it is past.")


class Ticket(TicketSummary):
    """A ticket, whole."""

    reason: Reason | None = Field(
        description="Why it was resolved, if that was said.", examples=[None]
    )
    description: str = Field(examples=["Staging server not responding"])
    comments: list[Comment] = Field(description="The last 100, the oldest of them first.")
    comments_count: int = Field(
        description="How many there are; GET /api/tickets/{id}/comments has them all.",
        examples=[1],
    )
    # Absent for who is no agent, hence no default.
    acknowledged: Silence | None = Field(
        default_factory=lambda: None,
        description="Only for agents: who sees to it, and until when that keeps its alerts quiet.",
        examples=[None],
    )
    snoozed: Silence | None = Field(
        default_factory=lambda: None,
        description="Only for agents: who has its alerts wait. One of the two is null.",
        examples=[None],
    )
    files: list[File] = FILES


class CommentList(Answer):
    """The oldest first."""

    items: list[Comment]
    next_cursor: str | None = Field(
        description="The next page; null exactly at the end.", examples=[None]
    )


class TicketList(Answer):
    items: list[TicketSummary]
    next_offset: int | None = Field(description="Null exactly at the end.", examples=[None])
    next_cursor: str | None = Field(
        description="The next page at the same cost however deep; null exactly at the end.",
        examples=[None],
    )
    # Absent rather than empty, hence no default.
    left_out: list[str] = Field(
        default_factory=list,
        description="Only with `q`: words that too many tickets have, so that only the others were "
        "looked for.",
        examples=[["the"]],
    )


class Change(Answer):
    old: Person | str | None = Field(examples=["open"])
    new: Person | str | None = Field(examples=["in_progress"])


class TimelineEntry(Answer):
    """Something that was done to a ticket."""

    at: AwareDatetime = time_field()
    by: Person
    via: Via = Field(examples=["rest"])
    what: What = Field(examples=["changed"])
    changes: dict[str, Change] = Field(
        description="By field; empty if none changed.",
        examples=[{"status": {"old": "open", "new": "in_progress"}}],
    )
    until: AwareDatetime | None = Field(
        description="Until when its alerts were put off; of `reminded`, when it is closed unless "
        "its requester answers.",
        examples=[None],
    )
    token: str | None = Field(
        description="The name of the token that a program did it with.", examples=["nightly export"]
    )


class Timeline(Answer):
    """In the order in which the desk heard of it."""

    items: list[TimelineEntry]
    next_cursor: str | None = Field(
        description="The next page; null exactly at the end.", examples=[None]
    )


class Span(Answer):
    """A stretch of a ticket's life. Each begins where the one before ended."""

    kind: Kind = Field(description="Only what `ran` counts.", examples=["waiting"])
    since: AwareDatetime = time_field()
    until: AwareDatetime = time_field()
    milliseconds: int = Field(examples=[3_600_000])
    waiting_for: str | None = Field(examples=["requester"])
    by: Person | None = Field(description="Who put it on hold, or resolved or closed it.")
    said: str = Field(examples=["waited 1 h for the requester (put on hold by Hackathon User)"])


class Deadline(Answer):
    """How one part of the promise stands."""

    due: AwareDatetime = time_field(
        description="As if the clock ran on at once, where it stands still."
    )
    done_at: AwareDatetime | None = Field(examples=[None])
    late: bool = Field(examples=[False])
    late_since: AwareDatetime | None = Field(examples=[None])
    remaining_milliseconds: int = Field(
        description="Time that counts, not time on the wall; 0 once done or late.",
        examples=[3_600_000],
    )


class TicketClock(Answer):
    """Why a ticket is due when it is due."""

    id: str = id_field()
    number: int = Field(examples=[42])
    at: AwareDatetime = time_field(description="The moment that this is reckoned for.")
    running: bool = Field(description="Whether time counts at that moment.", examples=[False])
    waiting_for: str | None = Field(examples=["requester"])
    waiting_until: AwareDatetime | None = Field(examples=[None])
    first_response: Deadline | None
    resolution: Deadline
    # Absent rather than null where nothing of the kind is promised, hence no default.
    next_reply: Deadline | None = Field(
        default_factory=lambda: None,
        description="Only with HELPDESK_REPLY_HOURS: of what the requester said last and nobody "
        "answered; null if there is nothing.",
    )
    spans: list[Span] = Field(description="From the filing to now, without a gap.")


class TicketUpdated(Answer):
    message: str = Field(examples=["Ticket updated successfully"])
    ticket: Ticket


class AlertSilenced(Answer):
    message: str = Field(examples=["Ticket acknowledged successfully"])
    until: AwareDatetime = time_field(description="Until then none of its alerts rings.")
    ticket: Ticket


class CommentAdded(Answer):
    message: str = Field(examples=["Comment added successfully"])
    ticket: Ticket


class Problem(Answer):
    name: str = Field(examples=["socket"])
    since: AwareDatetime = time_field()
    # Absent rather than null, hence no default.
    message: str = Field(
        default_factory=str,
        description="What to do. Only for callers on the same machine, and for admins.",
        examples=["The index tickets.number is being built: wait until it is."],
    )


class Health(Answer):
    status: str = Field(examples=["ok"])
    detail: list[str] = Field(description="The problems' messages, or names.", examples=[[]])
    problems: list[Problem] = Field(description="What is the matter, if anything.", examples=[[]])

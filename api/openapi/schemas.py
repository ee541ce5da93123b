"""What each answer looks like, for the OpenAPI document; the tests hold answers against it."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from api.openapi.shape import EXAMPLE_ID, Answer, id_field, time_field
from core.sla.status import Kind
from core.tickets import Priority, Status


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
        description="Breached once this is past and nobody resolved it."
    )
    version: int = Field(description="Grows by one with every change of a field.", examples=[1])
    created_at: AwareDatetime = time_field()
    updated_at: AwareDatetime = time_field()
    waiting_for: str | None = Field(
        description="While it waits: `requester`, or whom else by name.", examples=[None]
    )
    first_response_due: AwareDatetime | None = time_field(
        description="When an agent is to have answered; null for older tickets."
    )
    first_responded_at: AwareDatetime | None = Field(
        description="An agent's first public comment or change of status.", examples=[None]
    )


class Ticket(TicketSummary):
    """A ticket, whole."""

    description: str = Field(examples=["Staging server not responding"])
    comments: list[Comment] = Field(description="The last 100, the oldest of them first.")
    comments_count: int = Field(
        description="How many there are; GET /api/tickets/{id}/comments has them all.",
        examples=[1],
    )


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
    first_response: Deadline | None
    resolution: Deadline
    # Absent rather than null where nothing of the kind is promised, hence no default.
    next_reply: Deadline | None = Field(
        default_factory=lambda: None,
        description="Only with HELPDESK_REPLY_HOURS: of what the requester said last and nobody "
        "answered; null if there is nothing.",
    )
    spans: list[Span] = Field(description="From the filing to now, without a gap.")


class Target(Answer):
    """How one target was kept. Times are those that count: neither outside business hours nor
    while a ticket waits."""

    met: int = Field(examples=[36])
    missed: int = Field(examples=[4])
    undecided: int = Field(description="Can still become either.", examples=[2])
    met_share: float | None = Field(description="Of met and missed.", examples=[0.9])
    median_milliseconds: int | None = Field(
        description="Of those that were done, in time or late.", examples=[720_000]
    )
    p90_milliseconds: int | None = Field(
        description="Nine in ten took no longer.", examples=[3_600_000]
    )


class Figures(Answer):
    tickets: int = Field(examples=[42])
    first_response: Target
    resolution: Target
    waiting_share: float | None = Field(
        description="Of the open time until they were done, or until now, what they waited.",
        examples=[0.12],
    )
    helpful: int = Field(description="Of how many their requesters said so in Slack.", examples=[7])
    not_helpful: int = Field(description="Likewise that it was not.", examples=[1])


class FiguresOfAssignee(Figures):
    assignee: Person | None = Field(description="Null: those that nobody has.")


class FiguresByPriority(Answer):
    high: Figures
    medium: Figures
    low: Figures


Hours = Annotated[list[int], Field(min_length=24, max_length=24, examples=[[0] * 24])]


class Load(Answer):
    """Tickets that were filed in each hour of each day, by the clock of `time_zone`."""

    mon: Hours
    tue: Hours
    wed: Hours
    thu: Hours
    fri: Hours
    sat: Hours
    sun: Hours


class SlaReport(Answer):
    """What came of the tickets that were filed from `from` up to `to`."""

    since: AwareDatetime = time_field(alias="from")
    until: AwareDatetime = time_field(alias="to")
    at: AwareDatetime = time_field(description="The moment that this is reckoned for.")
    time_zone: str = Field(examples=["Europe/Berlin"])
    complete: bool = Field(description="False if there were too many tickets.", examples=[True])
    note: str | None = Field(description="Which tickets were looked at then.", examples=[None])
    all: Figures
    by_priority: FiguresByPriority
    by_assignee: list[FiguresOfAssignee] = Field(description="Who has the most comes first.")
    load: Load


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


class ErrorDetail(Answer):
    code: str
    message: str = Field(description="A sentence a person can act on.")
    # Absent rather than null, hence no default.
    field: str = Field(default_factory=str, description="What in the request is wrong.")


class Error(Answer):
    error: ErrorDetail


class DuplicateCode(Answer):
    code: Literal["DUPLICATE_REQUEST"]


class Duplicate(Answer):
    """The key was used before, with the same body."""

    error: DuplicateCode
    ticket_id: str = Field(pattern="^[0-9a-f]{24}$", examples=[EXAMPLE_ID])


class Conflict(Answer):
    """The version that was named is not the ticket's any more; here is the ticket as it is."""

    error: Literal["Conflict - Ticket already updated (409)"]
    code: Literal["VERSION_CONFLICT"]
    ticket: Ticket

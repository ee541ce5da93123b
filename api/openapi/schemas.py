"""What each answer looks like, for the OpenAPI document; the tests hold answers against it."""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.openapi.files import FILES, File
from core.people.accounts import Role
from core.sla.status import Kind
from core.tickets import Priority, Status

_ID = "68e164c48d99b0708b2c6453"
_TIME = "2025-10-05T00:17:40.078Z"


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


def _id() -> Any:
    return Field(alias="_id", pattern="^[0-9a-f]{24}$", examples=[_ID])


def _time(**more: Any) -> Any:
    return Field(examples=[_TIME], **more)


class Person(_Answer):
    id: str = _id()
    name: str = Field(examples=["Hackathon User"])


class Comment(_Answer):
    id: str = _id()
    message: str = Field(
        description="Empty if it was said in Slack and deleted there.",
        examples=["We are working on this issue."],
    )
    author: Person
    created_at: AwareDatetime = _time()
    # Absent rather than false, hence no default.
    internal: Literal[True] = Field(
        default_factory=lambda: True,
        description="Only in notes, which only agents see.",
        examples=[True],
    )
    files: list[File] = FILES


class TicketSummary(_Answer):
    """A ticket in a list."""

    id: str = _id()
    number: int = Field(description="Shown as T-42; any path takes it too.", examples=[42])
    title: str = Field(examples=["Server down"])
    priority: Priority = Field(examples=["high"])
    status: Status = Field(examples=["open"])
    requester: Person
    assignee: Person | None = Field(examples=[None])
    sla_due: AwareDatetime = _time(description="Breached once this is past and nobody resolved it.")
    version: int = Field(description="Grows by one with every change of a field.", examples=[1])
    created_at: AwareDatetime = _time()
    updated_at: AwareDatetime = _time()
    waiting_for: str | None = Field(
        description="While it waits: `requester`, or whom else by name.", examples=[None]
    )
    first_response_due: AwareDatetime | None = _time(
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
    files: list[File] = FILES


class CommentList(_Answer):
    """The oldest first."""

    items: list[Comment]
    next_cursor: str | None = Field(
        description="The next page; null exactly at the end.", examples=[None]
    )


class TicketList(_Answer):
    items: list[TicketSummary]
    next_offset: int | None = Field(description="Null exactly at the end.", examples=[None])
    next_cursor: str | None = Field(
        description="The next page at the same cost however deep; null exactly at the end.",
        examples=[None],
    )


class Span(_Answer):
    """A stretch of a ticket's life. Each begins where the one before ended."""

    kind: Kind = Field(description="Only what `ran` counts.", examples=["waiting"])
    since: AwareDatetime = _time()
    until: AwareDatetime = _time()
    milliseconds: int = Field(examples=[3_600_000])
    waiting_for: str | None = Field(examples=["requester"])
    by: Person | None = Field(description="Who put it on hold, or resolved or closed it.")
    said: str = Field(examples=["waited 1 h for the requester (put on hold by Hackathon User)"])


class Deadline(_Answer):
    """How one part of the promise stands."""

    due: AwareDatetime = _time(description="As if the clock ran on at once, where it stands still.")
    done_at: AwareDatetime | None = Field(examples=[None])
    late: bool = Field(examples=[False])
    late_since: AwareDatetime | None = Field(examples=[None])
    remaining_milliseconds: int = Field(
        description="Time that counts, not time on the wall; 0 once done or late.",
        examples=[3_600_000],
    )


class TicketClock(_Answer):
    """Why a ticket is due when it is due."""

    id: str = _id()
    number: int = Field(examples=[42])
    at: AwareDatetime = _time(description="The moment that this is reckoned for.")
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


class Target(_Answer):
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


class Figures(_Answer):
    tickets: int = Field(examples=[42])
    first_response: Target
    resolution: Target
    waiting_share: float | None = Field(
        description="Of the open time until they were done, or until now, what they waited.",
        examples=[0.12],
    )


class FiguresOfAssignee(Figures):
    assignee: Person | None = Field(description="Null: those that nobody has.")


class FiguresByPriority(_Answer):
    high: Figures
    medium: Figures
    low: Figures


Hours = Annotated[list[int], Field(min_length=24, max_length=24, examples=[[0] * 24])]


class Load(_Answer):
    """Tickets that were filed in each hour of each day, by the clock of `time_zone`."""

    mon: Hours
    tue: Hours
    wed: Hours
    thu: Hours
    fri: Hours
    sat: Hours
    sun: Hours


class SlaReport(_Answer):
    """What came of the tickets that were filed from `from` up to `to`."""

    since: AwareDatetime = _time(alias="from")
    until: AwareDatetime = _time(alias="to")
    at: AwareDatetime = _time(description="The moment that this is reckoned for.")
    time_zone: str = Field(examples=["Europe/Berlin"])
    complete: bool = Field(description="False if there were too many tickets.", examples=[True])
    note: str | None = Field(description="Which tickets were looked at then.", examples=[None])
    all: Figures
    by_priority: FiguresByPriority
    by_assignee: list[FiguresOfAssignee] = Field(description="Who has the most comes first.")
    load: Load


class TicketUpdated(_Answer):
    message: str = Field(examples=["Ticket updated successfully"])
    ticket: Ticket


class AlertSilenced(_Answer):
    message: str = Field(examples=["Ticket acknowledged successfully"])
    until: AwareDatetime = _time(description="Until then none of its alerts rings.")
    ticket: Ticket


class CommentAdded(_Answer):
    message: str = Field(examples=["Comment added successfully"])
    ticket: Ticket


class RegisteredAccount(_Answer):
    id: str = _id()
    name: str = Field(examples=["Hackathon User"])
    email: str = Field(examples=["testuser@example.com"])


class Registered(_Answer):
    message: str = Field(examples=["User registered successfully"])
    user: RegisteredAccount


class Token(_Answer):
    token: str = Field(examples=["eyJhbGciOiJIUzI1NiIsInR5cCI6..."])


class Account(_Answer):
    id: str = _id()
    name: str = Field(examples=["Hackathon User"])
    email: str | None = Field(examples=["testuser@example.com"])
    role: Role = Field(examples=["user"])


class Problem(_Answer):
    name: str = Field(examples=["socket"])
    since: AwareDatetime = _time()
    # Absent rather than null, hence no default.
    message: str = Field(
        default_factory=str,
        description="What to do. Only for callers on the same machine, and for admins.",
        examples=["The index tickets.number is being built: wait until it is."],
    )


class Health(_Answer):
    status: str = Field(examples=["ok"])
    detail: list[str] = Field(description="The problems' messages, or names.", examples=[[]])
    problems: list[Problem] = Field(description="What is the matter, if anything.", examples=[[]])


class ErrorDetail(_Answer):
    code: str
    message: str = Field(description="A sentence a person can act on.")
    # Absent rather than null, hence no default.
    field: str = Field(default_factory=str, description="What in the request is wrong.")


class Error(_Answer):
    error: ErrorDetail


class DuplicateCode(_Answer):
    code: Literal["DUPLICATE_REQUEST"]


class Duplicate(_Answer):
    """The key was used before, with the same body."""

    error: DuplicateCode
    ticket_id: str = Field(pattern="^[0-9a-f]{24}$", examples=[_ID])


class Conflict(_Answer):
    """The version that was named is not the ticket's any more; here is the ticket as it is."""

    error: Literal["Conflict - Ticket already updated (409)"]
    code: Literal["VERSION_CONFLICT"]
    ticket: Ticket

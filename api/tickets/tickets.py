"""Tickets over REST: read the request, call the desk, show what it says."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Self

from aiohttp import web
from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    model_validator,
)
from pydantic.json_schema import SkipJsonSchema

from api import paging, serializers
from api.endpoint import Call, answer, ticket_key
from api.errors import DuplicateRequest
from core.desk import Expected, Filed
from core.errors import InvalidInput
from core.people import permissions
from core.people.permissions import Action
from core.tickets import Changes, NewComment, NewTicket, Status, Ticket
from core.tickets.alert import Silence
from core.tickets.room import MOST_COMMENTS

_read_index = paging.index_up_to(MOST_COMMENTS)


class CommentsQuery(BaseModel):
    """Which page of a ticket's comments."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    limit: Annotated[int, paging.Digits] = Field(
        default=20, ge=1, le=100, description="Comments a page."
    )
    cursor: Annotated[str, paging.read_by(_read_index)] | None = Field(
        default=None,
        max_length=paging.LONGEST_CURSOR,
        description="`next_cursor` of the page before.",
    )


def _what_goes_together(schema: dict[str, Any]) -> None:
    """A field that is absent stays as it is, so none has a default; the version is no field.
    Whom a ticket waits for, and until when, goes with no status but waiting."""
    for field in schema["properties"].values():
        field.pop("default", None)
    schema["minProperties"] = 1
    schema["if"], schema["then"] = {"required": ["version"]}, {"minProperties": 2}
    waiting = {"properties": {"status": {"const": Status.WAITING.value}}}
    schema["allOf"] = [
        {"if": {"required": [field, "status"]}, "then": waiting}
        for field in ("waiting_for", "waiting_until")
    ]
    schema["examples"] = [{"status": "in_progress", "version": 1}]


# No version of a ticket's: pydantic does not check what nobody gave.
UNSAID = 0


class TicketPatch(Changes):
    """Some fields and what they shall be, and perhaps the version this was decided on."""

    model_config = ConfigDict(json_schema_extra=_what_goes_together)

    # No version is one that is not there: null may be a program's mistake.
    version: int = Field(
        default=UNSAID,
        ge=1,
        le=2**31 - 1,
        description="Change nothing unless this is still the ticket's version.",
        examples=[1],
    )


def _one_of_both(schema: dict[str, Any]) -> None:
    for field in schema["properties"].values():
        field.pop("default", None)
    schema["oneOf"] = [{"required": ["minutes"]}, {"required": ["until"]}]
    schema["examples"] = [{"minutes": 30}]


class Snooze(BaseModel):
    """For so many minutes, or until then: one of the two, at most a week away."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        hide_input_in_errors=True,
        json_schema_extra=_one_of_both,
    )

    minutes: int = Field(default=0, ge=1, le=7 * 24 * 60, examples=[30])
    # Without an example: it would be past on some day, or too far away until then.
    until: AwareDatetime | SkipJsonSchema[None] = Field(
        default=None, description="At most a week away, in ISO 8601 with Z or an offset."
    )

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len(self.model_fields_set) != 1 or (self.until is None and not self.minutes):
            raise ValueError("must say either minutes or until")
        return self

    def ends(self, *, now: datetime) -> datetime:
        at = self.until or now + timedelta(minutes=self.minutes)
        at = at.astimezone(UTC)
        return at.replace(microsecond=at.microsecond // 1000 * 1000)


async def create(call: Call, new: NewTicket) -> web.Response:
    filed = await call.desk.open_ticket(new, by=call.by, key=call.key(new))
    call.request[ticket_key] = filed.ticket.id
    if filed.repeated:
        return _repeated(call, filed)
    return answer(_shown(call, filed.ticket), status=201, headers=_headers(filed.ticket))


async def show(call: Call) -> web.StreamResponse:
    ticket = await call.desk.ticket(call.ticket_id, by=call.by)
    known = [etag.value for etag in call.request.if_none_match or ()]
    if ticket.etag.strip('"') in known or "*" in known:
        return web.Response(status=304, headers={"ETag": ticket.etag})
    return answer(_shown(call, ticket), headers={"ETag": ticket.etag})


async def show_comments(call: Call) -> web.Response:
    query: CommentsQuery = call.query
    start = 0 if query.cursor is None else _read_index(query.cursor)
    comments, end = await call.desk.comments(
        call.ticket_id, by=call.by, start=start, limit=query.limit
    )
    items = [serializers.comment(comment) for comment in comments]
    return answer({"items": items, "next_cursor": None if end is None else paging.cursor(end)})


async def show_clock(call: Call) -> web.Response:
    ticket, sla_status = await call.desk.sla_status(call.ticket_id, by=call.by)
    replies = bool(call.desk.sla.policy.next_reply)
    return answer(serializers.clock(ticket, sla_status, replies=replies))


async def change(call: Call, patch: TicketPatch) -> web.Response:
    expected = Expected(patch.version or None, _etags(call.request))
    changed = await call.desk.change_ticket(call.ticket_id, patch, by=call.by, expected=expected)
    body = {"message": "Ticket updated successfully", "ticket": _shown(call, changed.ticket)}
    return answer(body, headers={"ETag": changed.ticket.etag})


async def acknowledge(call: Call) -> web.Response:
    ticket = await call.desk.acknowledge(call.ticket_id, by=call.by)
    return _silence(call, ticket, "acknowledged", ticket.alert.acknowledged)


async def snooze(call: Call, said: Snooze) -> web.Response:
    try:
        until = said.ends(now=call.desk.clock())
    except OverflowError:
        raise InvalidInput({"until": "“until” must lie within the next seven days."}) from None
    ticket = await call.desk.snooze(call.ticket_id, by=call.by, until=until)
    return _silence(call, ticket, "snoozed", ticket.alert.snoozed)


def _silence(call: Call, ticket: Ticket, what: str, silence: Silence | None) -> web.Response:
    assert silence is not None  # or the desk would have said so
    body = {
        "message": f"Ticket {what} successfully",
        "until": serializers.time(silence.until),
        "ticket": _shown(call, ticket),
    }
    return answer(body, headers={"ETag": ticket.etag})


async def add_comment(call: Call, new: NewComment) -> web.Response:
    filed = await call.desk.comment(call.ticket_id, new, by=call.by, key=call.key(new))
    if filed.repeated:
        return _repeated(call, filed)
    body = {"message": "Comment added successfully", "ticket": _shown(call, filed.ticket)}
    return answer(body, status=201, headers=_headers(filed.ticket))


def _shown(call: Call, ticket: Ticket) -> dict[str, Any]:
    shape = serializers.ticket(ticket)
    if not permissions.ever(call.by, Action.ACKNOWLEDGE):
        return shape
    return shape | serializers.silences(ticket, call.desk.rules)


def _headers(ticket: Ticket) -> dict[str, str]:
    return {"Location": f"/api/tickets/{ticket.id}", "ETag": ticket.etag}


def _repeated(call: Call, filed: Filed) -> web.Response:
    if not call.wants_representation:
        raise DuplicateRequest(filed.ticket.id)
    more = {"Preference-Applied": "return=representation", "Idempotent-Replayed": "true"}
    return answer(_shown(call, filed.ticket), headers=_headers(filed.ticket) | more)


def _etags(request: web.Request) -> frozenset[str] | None:
    """What If-Match asks for; None where it asks for nothing, or for any ticket at all."""
    if "If-Match" not in request.headers or request.headers["If-Match"].strip() == "*":
        return None
    return frozenset(f'"{etag.value}"' for etag in request.if_match or () if not etag.is_weak)

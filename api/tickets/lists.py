"""Lists of tickets over REST: which ones, and page by page."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from api import paging, serializers
from api.endpoint import Call, answer
from core.desk.tickets.listing import Rows
from core.errors import InvalidInput
from core.people.accounts import EMAIL
from core.tickets import Priority, Status
from core.tickets.finding.query import Cursor, Place, TicketQuery

_NO_TIME = "must be a time in ISO 8601 with Z or an offset, such as 2026-03-02T09:00:00Z"


def _read_cursor(text: str) -> tuple[Cursor, int]:
    """A ticket's number and the time that its list is in order by, and the offset that the next
    page starts at."""
    number, at, offset = paging.numbers(text)
    return Cursor(number, datetime.fromtimestamp(at / 1000, UTC)), offset


def _cursor(place: Cursor, offset: int) -> str:
    return paging.cursor(place.number, round(place.at.timestamp() * 1000), offset)


def _read_place(text: str) -> tuple[Place, int]:
    """Likewise, with how well the ticket fits what was looked for."""
    number, fits, offset = paging.numbers(text)
    return Place(number, fits), offset


def _account(who: str) -> str:
    if not re.fullmatch(rf"[0-9a-fA-F]{{24}}|{EMAIL}", who):
        raise ValueError("must be an account's id or e-mail address")
    return who


def _read_time(text: str) -> str:
    """The text itself: as a time it would be read by other rules than here."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ].*([Zz]|[+-][0-9]{2}:?[0-9]{2})", text):
        raise ValueError(_NO_TIME)
    try:
        datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(_NO_TIME) from None
    return text


Named = Annotated[str, Field(max_length=254), AfterValidator(_account)]


class ListQuery(BaseModel):
    """Which tickets, and which page of them."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    limit: Annotated[int, paging.Digits] = Field(
        default=20, ge=1, le=100, description="Tickets a page."
    )
    offset: Annotated[int, paging.Digits] = Field(
        default=0, ge=0, le=2**31 - 1, description="Slow when deep; prefer `cursor` there."
    )
    cursor: Annotated[str, paging.read_by(_read_cursor)] | None = Field(
        default=None,
        max_length=paging.LONGEST_CURSOR,
        description="`next_cursor` of the page before; no `offset`.",
    )
    status: (
        Literal["open", "in_progress", "waiting", "resolved", "closed", "soon", "breached"] | None
    ) = Field(
        default=None,
        description="`breached`: unfinished, and `sla_due` is past (if it waits, was before); most "
        "overdue first. "
        "`soon`: those of which the desk said that they soon are, what is due first coming first.",
    )
    priority: Priority | None = None
    assignee: Named | None = Field(default=None, description="Account id or e-mail address.")
    requester: Named | None = Field(default=None, description="Account id or e-mail address.")
    updated_since: Annotated[str, AfterValidator(_read_time)] | None = Field(
        default=None,
        max_length=40,
        json_schema_extra={"format": "date-time"},
        description="Changed or commented on then or later, in ISO 8601 with Z or an offset; the "
        "change of longest ago first.",
    )
    q: str | None = Field(
        default=None,
        min_length=1,
        max_length=4_000,
        description="Words that the title, description and comments have, all of them; best fits "
        "first. Signs between them say nothing.",
    )


async def show_list(call: Call) -> web.Response:
    query: ListQuery = call.query
    if query.q is not None:
        return await _found(call, query, query.q)
    after, offset = (None, query.offset) if query.cursor is None else _read_cursor(query.cursor)
    _one_of_both(query)
    page = await call.desk.lookups.rows(
        await _question(call, query),
        by=call.by,
        limit=query.limit,
        offset=0 if after else offset,
        after=after,
    )
    return answer(_list(page, next_offset=offset + query.limit))


async def _found(call: Call, query: ListQuery, text: str) -> web.Response:
    """Likewise, of those that have these words."""
    after, offset = (None, query.offset) if query.cursor is None else _read_place(query.cursor)
    _one_of_both(query)
    results = await call.desk.lookups.search(
        text,
        await _question(call, query),
        by=call.by,
        limit=query.limit,
        offset=0 if after else offset,
        after=after,
    )
    end, next_offset = results.end, offset + query.limit
    body = {
        "items": [serializers.summary(ticket) for ticket in results.tickets],
        "next_offset": next_offset if end else None,
        "next_cursor": paging.cursor(end.number, end.fits, next_offset) if end else None,
    }
    return answer(body | ({"left_out": results.left_out} if results.left_out else {}))


def _one_of_both(query: ListQuery) -> None:
    if query.cursor is not None and query.offset:
        raise InvalidInput({"offset": "The offset may not be given together with cursor."})


async def _question(call: Call, query: ListQuery) -> TicketQuery:
    question = TicketQuery(
        priority=query.priority,
        assignee=await _account_id(call, "assignee", query.assignee),
        requester=await _account_id(call, "requester", query.requester),
    )
    if query.updated_since is not None:
        since = datetime.fromisoformat(query.updated_since).astimezone(UTC)
        question = question._replace(updated_since=since)
    if query.status == "breached":
        return question._replace(breached_at=call.desk.clock())
    if query.status == "soon":
        return question._replace(soon_at=call.desk.clock())
    return question._replace(statuses=frozenset({Status(query.status)}) if query.status else None)


async def _account_id(call: Call, field: str, who: str | None) -> str | None:
    if who is None:
        return None
    return await call.desk.people.named_in_question(who, field=field, by=call.by)


def _list(page: Rows, *, next_offset: int) -> dict[str, Any]:
    return {
        "items": [serializers.row(row) for row in page.rows],
        "next_offset": next_offset if page.end else None,
        "next_cursor": _cursor(page.end, next_offset) if page.end else None,
    }


# The one after it is still a number that MongoDB takes for a place in an array.
_read_index = paging.index_up_to(2**31 - 2)


class TimelineQuery(BaseModel):
    """Which page of what happened to a ticket."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    limit: Annotated[int, paging.Digits] = Field(
        default=20, ge=1, le=100, description="Entries a page."
    )
    cursor: Annotated[str, paging.read_by(_read_index)] | None = Field(
        default=None,
        max_length=paging.LONGEST_CURSOR,
        description="`next_cursor` of the page before.",
    )


async def show_timeline(call: Call) -> web.Response:
    query: TimelineQuery = call.query
    start = 0 if query.cursor is None else _read_index(query.cursor)
    entries, end = await call.desk.lookups.timeline(
        call.ticket_id, by=call.by, start=start, limit=query.limit
    )
    items = [serializers.timeline_entry(entry) for entry in entries]
    return answer({"items": items, "next_cursor": None if end is None else paging.cursor(end)})

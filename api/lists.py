"""Lists of tickets over REST: which ones, and page by page."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from api import paging, serializers
from api.endpoint import Call, answer
from core.desk import Page
from core.errors import InvalidInput
from core.people.accounts import EMAIL
from core.tickets import Priority, Status
from core.tickets.query import Cursor, TicketQuery


def _read_cursor(text: str) -> tuple[Cursor, int]:
    """A ticket's number and due time, and the offset that the next page starts at."""
    number, due, offset = paging.numbers(text)
    return Cursor(number, datetime.fromtimestamp(due / 1000, UTC)), offset


def _cursor(place: Cursor, offset: int) -> str:
    return paging.cursor(place.number, round(place.sla_due.timestamp() * 1000), offset)


def _account(who: str) -> str:
    if not re.fullmatch(rf"[0-9a-fA-F]{{24}}|{EMAIL}", who):
        raise ValueError("must be an account's id or e-mail address")
    return who


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
    status: Literal["open", "in_progress", "waiting", "resolved", "closed", "breached"] | None = (
        Field(
            default=None,
            description="`breached`: unfinished, and `sla_due` is past; most overdue first.",
        )
    )
    priority: Priority | None = None
    assignee: Named | None = Field(default=None, description="Account id or e-mail address.")
    requester: Named | None = Field(default=None, description="Account id or e-mail address.")


async def show_list(call: Call) -> web.Response:
    query: ListQuery = call.query
    after, offset = (None, query.offset) if query.cursor is None else _read_cursor(query.cursor)
    if after is not None and query.offset:
        raise InvalidInput({"offset": "The offset may not be given together with cursor."})
    page = await call.desk.list_tickets(
        await _question(call, query),
        by=call.by,
        limit=query.limit,
        offset=0 if after else offset,
        after=after,
    )
    return answer(_list(page, next_offset=offset + query.limit))


async def _question(call: Call, query: ListQuery) -> TicketQuery:
    question = TicketQuery(
        priority=query.priority,
        assignee=await _account_id(call, "assignee", query.assignee),
        requester=await _account_id(call, "requester", query.requester),
    )
    if query.status == "breached":
        return question._replace(breached_at=call.desk.clock())
    return question._replace(statuses=frozenset({Status(query.status)}) if query.status else None)


async def _account_id(call: Call, field: str, who: str | None) -> str | None:
    if who is None:
        return None
    return await call.desk.people.named_in_question(who, field=field, by=call.by)


def _list(page: Page, *, next_offset: int) -> dict[str, Any]:
    return {
        "items": [serializers.summary(ticket) for ticket in page.tickets],
        "next_offset": next_offset if page.end else None,
        "next_cursor": _cursor(page.end, next_offset) if page.end else None,
    }

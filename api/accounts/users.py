"""Accounts, as admins see and change them."""

from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from api import paging, serializers
from api.endpoint import Call, answer
from core.desk.people.administration import require_admin
from core.people.accounts import AccountChange, Role

# Of an id's twelve bytes, so that each half is a number that a cursor can hold.
_HALF = 2**48


def _cursor(id: str) -> str:
    return paging.cursor(*divmod(int(id, 16), _HALF))


def _place(cursor: str) -> str:
    numbers = paging.numbers(cursor)
    if len(numbers) != 2 or max(numbers) >= _HALF:
        raise ValueError
    return f"{numbers[0] * _HALF + numbers[1]:024x}"


class UsersQuery(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: Annotated[int, paging.Digits] = Field(50, ge=1, le=100)
    cursor: Annotated[str, paging.read_by(_place)] | None = Field(
        None, max_length=paging.LONGEST_CURSOR, description="A `next_cursor` from an earlier page."
    )
    q: str | None = Field(
        None, min_length=1, max_length=100, description="Stands in the name or address."
    )
    role: Role | None = None


async def show_list(call: Call) -> web.Response:
    require_admin(call.by)
    query: UsersQuery = call.query
    found = await call.desk.people.page(
        after=_place(query.cursor) if query.cursor else None,
        most=query.limit,
        words=query.q,
        role=query.role,
    )
    page, more = found[: query.limit], len(found) > query.limit
    return answer(
        {
            "items": [serializers.user(account) for account in page],
            "next_cursor": _cursor(page[-1].id) if more else None,
        }
    )


async def show(call: Call) -> web.Response:
    require_admin(call.by)
    people = call.desk.people
    account = await people.administration.account(call.request.match_info["id"])
    return answer(serializers.user(people.today(account)))


async def change(call: Call, wanted: AccountChange) -> web.Response:
    require_admin(call.by)
    people = call.desk.people
    account = await people.administration.account(call.request.match_info["id"])
    changed = await people.administration.change(account, wanted)
    return answer(serializers.user(people.today(changed)))

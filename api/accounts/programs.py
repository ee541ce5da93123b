"""Programs' tokens: making them, seeing one's own, revoking them."""

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from api import serializers
from api.endpoint import Call, answer
from core.desk.people.administration import require_admin
from core.people.api_tokens import NewApiToken


class TokensQuery(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    account: str | None = Field(
        None,
        pattern="^[0-9a-f]{24}$",
        description="Whose, by the account's id; other people's are for admins.",
    )


async def make(call: Call, new: NewApiToken) -> web.Response:
    token, secret = await call.desk.people.tokens.make(call.by.id, new)
    shape = serializers.api_token(token) | {"token": str(secret)}
    return answer(shape, status=201)


async def show(call: Call) -> web.Response:
    tokens = await call.desk.people.tokens.of(_whose(call))
    return answer({"items": [serializers.api_token(token) for token in tokens]})


async def revoke(call: Call) -> web.Response:
    await call.desk.people.tokens.revoke(_whose(call), call.request.match_info["id"])
    return web.Response(status=204)


def _whose(call: Call) -> str:
    account_id: str = call.query.account or call.by.id
    if account_id != call.by.id:
        require_admin(call.by)
    return account_id

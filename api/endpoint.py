"""What an endpoint is: one row that routes a request, reads it and describes it."""

import asyncio
import codecs
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import hdrs, web
from pydantic import BaseModel, ValidationError
from pydantic_core import to_json

from api.errors import PayloadTooLarge, UnsupportedMediaType
from api.http import parsing
from api.limits import limits_key
from api.tokens import Tokens
from core import strict_json
from core.desk import Desk
from core.errors import DeskError, InvalidInput, InvalidToken, NotAllowed, SignInNeeded
from core.idempotency import Key, digest
from core.people.accounts import Actor, Via
from core.people.api_tokens import PREFIX, Scope, read_secret

# Bytes: more than the longest ticket, whatever it is written in.
LARGEST_BODY = 64 * 1024
# Seconds a caller may take to send a body.
BODY_PATIENCE = 10
IN_PERSON = "No program's token does for this. Sign in: POST /api/auth/login."

desk_key = web.AppKey("desk", Desk)
tokens_key = web.AppKey("tokens", Tokens)
# The account that a request came from, for the log.
actor_key = web.RequestKey("actor", str)
# The ticket that a request filed, for the log.
ticket_key = web.RequestKey("ticket", str)


@dataclass(slots=True)
class Call:
    """A request that was understood: who asks, and what for."""

    request: web.Request
    desk: Desk
    actor: Actor | None
    query: Any = None

    @property
    def by(self) -> Actor:
        assert self.actor is not None  # what needs one says so in its row
        return self.actor

    @property
    def ticket_id(self) -> str:
        return self.request.match_info["id"]

    def key(self, body: BaseModel) -> Key | None:
        """The Idempotency-Key, bare or quoted. Raises InvalidInput if it is not one."""
        given = self.request.headers.getall("Idempotency-Key", [])
        if not given:
            return None
        bare = parsing.idempotency_key(given[0])
        if len(given) > 1 or bare is None:
            problem = "Idempotency-Key must be one value of 1 to 255 visible ASCII characters."
            raise InvalidInput({"Idempotency-Key": problem})
        return Key(f"rest:{bare}", digest(body))

    @property
    def address(self) -> str:
        """Where it came from, the same for all addresses of one caller."""
        return self.request.app[limits_key].address(self.request)

    @property
    def wants_representation(self) -> bool:
        return parsing.wants_representation(self.request.headers.getall("Prefer", []))


@dataclass(frozen=True)
class Endpoint:
    method: str
    path: str
    handler: Callable[..., Awaitable[web.StreamResponse]]
    # What it does, in a few words, and under which heading.
    summary: str
    tag: str
    # Status -> the model of the answer (None: no body), the first one being the usual.
    answers: Mapping[int, type[BaseModel] | None]
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    errors: tuple[type[DeskError], ...] = ()
    # "optional" where a token adds rights but none is needed; "admins" where it does so for them
    # and is not looked at otherwise; "in person" where a program's token does not do.
    sign_in: Literal["needed", "in person", "optional", "admins", "none"] = "needed"
    # Request headers that it understands, by name, and response headers that it sends, by status.
    request_headers: tuple[str, ...] = ()
    response_headers: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    # What the usual answer is too, if asked for: media type -> an example.
    also: Mapping[str, str] = field(default_factory=dict)

    @property
    def writes(self) -> bool:
        return self.method != hdrs.METH_GET

    @property
    def limited(self) -> bool:
        """Whether it is counted how often somebody asks: a probe has to have its answer."""
        return self.path.startswith("/api/")

    async def handle(self, request: web.Request) -> web.StreamResponse:
        call = Call(request, request.app[desk_key], await self._counted(request))
        if self.query is not None:
            call.query = _read_query(request, self.query)
        if self.body is None:
            return await self.handler(call)
        return await self.handler(call, await _read_body(request, self.body))

    async def _counted(self, request: web.Request) -> Actor | None:
        """Who asks, if they may now: who brings no token of ours is known by the address."""
        if not self.limited:
            return await self._actor(request)
        limits = request.app[limits_key]
        try:
            actor = await self._actor(request)
        except (SignInNeeded, InvalidToken, NotAllowed):
            await limits.count(request, request.get(actor_key))
            raise
        await limits.count(request, request.get(actor_key))
        return actor

    async def _actor(self, request: web.Request) -> Actor | None:
        absent = hdrs.AUTHORIZATION not in request.headers
        if self.sign_in in {"none", "admins"} or (absent and self.sign_in == "optional"):
            return None
        by, scope = await _sender(request)
        if self.sign_in == "in person" and scope is not None:
            raise NotAllowed(IN_PERSON)
        if scope is Scope.READ and self.writes:
            raise NotAllowed("This token may only read. Make one with the scope “write”.")
        return by


async def sender(request: web.Request) -> Actor:
    """Whose token a request carries that is not counted. One that is none is, by its address.
    Raises SignInNeeded, InvalidToken or TooMany."""
    try:
        return (await _sender(request))[0]
    except InvalidToken:
        await request.app[limits_key].count(request, None)
        raise


async def _sender(request: web.Request) -> tuple[Actor, Scope | None]:
    """With what a program's token is good for."""
    given = request.headers.getall(hdrs.AUTHORIZATION, [""])
    if len(given) > 1:
        raise InvalidToken("Two tokens were sent with this request: send one.")
    token = parsing.bearer_token(given[0])
    if token is None:
        raise SignInNeeded
    people = request.app[desk_key].people
    if token.startswith(PREFIX):
        secret = read_secret(token)
        if secret is None:
            raise InvalidToken
        limits, tokens = request.app[limits_key], people.tokens
        at_once = tokens.is_remembered(secret) or not limits.is_out(request)
        of_program = await tokens.admitted(secret, at_once=at_once)
        account = await people.account(of_program.account_id)
        if account is None:
            raise InvalidToken
        request[actor_key] = account.id
        return account.acting(Via.REST, token=of_program.name), of_program.scope
    sign_in = request.app[tokens_key].sign_in(token)
    account = await people.account(sign_in.account_id)
    if account is None or account.sign_in_epoch != sign_in.epoch:
        raise InvalidToken
    request[actor_key] = account.id
    return account.acting(Via.REST), None


def answer(
    body: Any, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    return web.Response(
        body=to_json(body), status=status, headers=headers, content_type="application/json"
    )


def _read_query(request: web.Request, model: type[BaseModel]) -> BaseModel:
    given: dict[str, str] = {}
    for name, value in request.query.items():
        if name in given:
            raise InvalidInput({name: f"“{name}” may be given only once."})
        given[name] = value
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise InvalidInput.of(error) from error


async def _read_body(request: web.Request, model: type[BaseModel]) -> BaseModel:
    if not parsing.is_json_in_utf_8(request.headers.get(hdrs.CONTENT_TYPE, "")):
        raise UnsupportedMediaType
    if request.headers.get(hdrs.CONTENT_ENCODING, "identity") != "identity":
        raise UnsupportedMediaType("Send the body as it is, without Content-Encoding.")
    try:
        async with asyncio.timeout(BODY_PATIENCE):
            body = await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        raise PayloadTooLarge from error
    except (TimeoutError, ConnectionError) as error:
        raise InvalidInput({"body": "The body did not arrive in time. Send it again."}) from error
    # A byte order mark, which Windows' tools write, is no part of the text (RFC 8259, section 8.1).
    body = body.removeprefix(codecs.BOM_UTF8)
    try:
        strict_json.loads(body)
    except strict_json.GivenTwice as twice:
        raise InvalidInput({twice.field: f"“{twice.field}” may be given only once."}) from twice
    except ValueError:
        # What is wrong with it is for the model to say.
        pass
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise InvalidInput.of(error) from error

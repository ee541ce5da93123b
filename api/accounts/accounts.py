"""Registering, signing in, and who one is."""

from aiohttp import web

from api import serializers
from api.endpoint import IN_PERSON, Call, answer, tokens_key
from core.errors import InvalidToken, NotAllowed
from core.people.accounts import Credentials, NewPassword, Registration, Role


async def register(call: Call, new: Registration) -> web.Response:
    if new.role is not Role.USER and call.actor and call.actor.token:
        # Whoever finds such a token could give themselves another way in.
        raise NotAllowed(IN_PERSON)
    account = await call.desk.people.register(new, by=call.actor)
    user = {"_id": account.id, "name": account.name, "email": account.email}
    return answer({"message": "User registered successfully", "user": user}, status=201)


async def login(call: Call, given: Credentials) -> web.Response:
    account = await call.desk.people.sign_in(given, address=call.address)
    return answer({"token": call.request.app[tokens_key].issue(account)})


async def logout(call: Call) -> web.Response:
    await call.desk.people.end_sign_ins(call.by.id)
    return web.Response(status=204)


async def change_password(call: Call, given: NewPassword) -> web.Response:
    """The token in the answer is the one sign-in that goes on."""
    people = call.desk.people
    account = await people.account(call.by.id, afresh=True)
    if account is None:
        raise InvalidToken
    changed = await people.change_password(account, given, address=call.address)
    return answer({"token": call.request.app[tokens_key].issue(changed)})


async def me(call: Call) -> web.Response:
    account = await call.desk.people.account(call.by.id, afresh=True)
    if account is None:
        raise InvalidToken
    return answer(serializers.account(account))

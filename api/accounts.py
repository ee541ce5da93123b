"""Registering, signing in, and who one is."""

from aiohttp import web

from api import serializers
from api.endpoint import Call, answer, tokens_key
from core.errors import InvalidToken
from core.people.accounts import Credentials, Registration


async def register(call: Call, new: Registration) -> web.Response:
    account = await call.desk.people.register(new, by=call.actor)
    user = {"_id": account.id, "name": account.name, "email": account.email}
    return answer({"message": "User registered successfully", "user": user}, status=201)


async def login(call: Call, given: Credentials) -> web.Response:
    account = await call.desk.people.sign_in(given)
    return answer({"token": call.request.config_dict[tokens_key].issue(account)})


async def me(call: Call) -> web.Response:
    account = await call.desk.people.account(call.by.id, afresh=True)
    if account is None:
        raise InvalidToken
    return answer(serializers.account(account))

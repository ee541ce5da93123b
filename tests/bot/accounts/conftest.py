import re

import pytest

from core.people.accounts import Role
from tests.conftest import LONG_AGO, SECRET, Caller, Tokens
from tests.support.deliveries import nothing_is_held


@pytest.fixture
async def account(session, desk_url, store, password_hash):
    """Makes an account over REST, and gives its caller."""

    async def made(name="Ada Lovelace", role=Role.USER):
        email = f"{name.split()[0].lower()}@example.com"
        account = await store.accounts.add(
            name=name,
            email=email,
            password_hash=password_hash,
            password_is_long=True,
            role=role,
        )
        headers = {"Authorization": f"Bearer {Tokens(SECRET).issue(account)}"}
        return Caller(session, desk_url, account.id, email, headers)

    return made


@pytest.fixture
async def ada(account):
    return await account()


@pytest.fixture
def link(slack):
    async def linked(caller, *, by=None):
        code = code_in((await slack.command("link", by=by or slack.ada)).text)
        answer = await caller.post("/api/auth/link", {"code": code})
        assert answer.status == 200, answer
        return answer.body

    return linked


@pytest.fixture
def rewritten(database, looked):
    async def done():
        due = {"rewrite_at": {"$exists": True}}
        await nothing_is_held(database)
        await database["accounts"].update_many(due, {"$set": {"rewrite_at": LONG_AGO}})
        await looked()
        assert await database["accounts"].count_documents(due) == 0

    return done


def code_in(text):
    [code] = re.findall(r"```([^`]+)```", text)
    return code

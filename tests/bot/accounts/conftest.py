import re
from functools import partial

import pytest

from tests.conftest import LONG_AGO
from tests.support.deliveries import nothing_is_held


@pytest.fixture
def account(desk_url, caller_at):
    return partial(caller_at, desk_url)


@pytest.fixture
async def ada(account):
    return await account("Ada Lovelace")


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

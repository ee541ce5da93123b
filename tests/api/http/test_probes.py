"""A probe has its answer, whatever MongoDB does."""

import asyncio
import socket
from dataclasses import replace

import jwt
import pytest

from api import health
from api.limits import Limits
from bot.runtime.problems import Problem, Trouble
from core.desk.people.allowances import Allowances
from core.desk.people.people import People
from core.people.api_tokens import new_secret
from core.settings.rates import Rate
from tests.conftest import LONGEST_WAIT, SECRET

AN_HOUR = 3600 * 1000
NAMES = ["an ended sign-in", "a token that is none", "anything", "a sign-in"]


class Looking:
    """Its look does not end."""

    def __init__(self, known):
        self.known = known

    async def problems(self):
        await asyncio.Event().wait()


@pytest.fixture
async def silent(desk, passwords, another_store, clock, serve, monkeypatch):
    """The address of a desk whose MongoDB has not answered yet, which knows of one problem."""
    monkeypatch.setattr(health, "PATIENCE", 0.01)
    with socket.socket() as taken:  # bound, but never listening
        taken.bind(("127.0.0.1", 0))
        uri = f"mongodb://127.0.0.1:{taken.getsockname()[1]}/helpdesk"
        store = await another_store(uri, serverSelectionTimeoutMS=AN_HOUR, timeoutMS=AN_HOUR)
        people = People(store.accounts, passwords, staff={}, min_password=6)
        limits = Limits(addresses=Allowances("address", Rate(30, 60), store.lots, clock))
        known = [Problem("index", Trouble("accounts.email is missing."), clock(), 0.0)]
        yield await serve(replace(desk, people=people), limits=limits, health=Looking(known))


def ended_sign_in():
    claims = {"iss": "helpdesk", "sub": "0" * 24, "iat": 1, "exp": 2}
    return jwt.encode(claims, SECRET, algorithm="HS256")


@pytest.mark.parametrize(
    "token",
    [ended_sign_in(), str(new_secret("0" * 24)), "x", None],
    ids=NAMES,
)
async def test_a_probe_has_its_answer_while_the_database_keeps_it_waiting(ada, silent, token):
    headers = {"X-Forwarded-For": "203.0.113.7"}
    if token:
        headers["Authorization"] = f"Bearer {token}"

    async with asyncio.timeout(LONGEST_WAIT):
        ready = await replace(ada, url=silent).get("/readyz", headers=headers)

    assert (ready.status, ready.body["detail"]) == (503, ["index"])


async def test_on_this_machine_it_has_the_sentence_of_what_was_known(stranger, silent):
    async with asyncio.timeout(LONGEST_WAIT):
        ready = await replace(stranger, url=silent).get("/readyz")

    assert (ready.status, ready.body["detail"]) == (503, ["accounts.email is missing."])

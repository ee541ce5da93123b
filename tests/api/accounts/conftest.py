"""Somebody who registers and signs in; programs with tokens of their own."""

from dataclasses import replace

import pytest

NEW = {"name": "Ada", "email": "ada@example.com", "password": "123456"}
STAFFS = "twelve-and-more"


@pytest.fixture
def make():
    async def made(caller, name="nightly", scope="write", **more):
        answer = await caller.post("/api/tokens", {"name": name, "scope": scope, **more})
        assert answer.status == 201, answer
        return answer.body

    return made


def program(caller, token):
    return replace(caller, headers={"Authorization": f"Bearer {token['token']}"})


async def register(caller, **fields):
    return await caller.post("/api/auth/register", NEW | fields)


async def login(caller, **fields):
    given = {"email": NEW["email"], "password": NEW["password"]} | fields
    return await caller.post("/api/auth/login", given)

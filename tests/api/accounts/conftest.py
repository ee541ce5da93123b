"""Programs, with tokens of their own."""

from dataclasses import replace

import pytest


@pytest.fixture
def make():
    async def made(caller, name="nightly", scope="write", **more):
        answer = await caller.post("/api/tokens", {"name": name, "scope": scope, **more})
        assert answer.status == 201, answer
        return answer.body

    return made


def program(caller, token):
    return replace(caller, headers={"Authorization": f"Bearer {token['token']}"})

"""A new `JWT_SECRET`, in the rounds that docs/operating.md tells: nobody is signed out."""

import asyncio

import pytest

from core.people.accounts import Registration
from tests.conftest import LONGEST_WAIT, SECRET, Caller

NEW = "another-secret-for-tests-of-more-than-32-bytes"
ADA = {"email": "ada@example.com", "password": "correct-horse"}


@pytest.fixture
def restarted(serve, connected):
    """Ends what is given, and starts another with these secrets."""

    async def anew(running, secret, before=None):
        if running is not None:
            running.process.terminate()
            async with asyncio.timeout(LONGEST_WAIT):
                assert await running.process.wait() == 0
        secrets = {"JWT_SECRET": secret} | ({"JWT_SECRET_BEFORE": before} if before else {})
        return await serve(**connected | secrets)

    return anew


@pytest.fixture
def signed_in(session):
    """Ada's token, of the process at this address."""

    async def token(running):
        answer = await Caller(session, running.address).post("/api/auth/login", ADA)
        assert answer.status == 200, answer
        return answer.body["token"]

    return token


@pytest.fixture
def answers(session):
    """What each process says to each token."""

    async def said(processes, tokens):
        callers = [
            Caller(session, running.address, headers={"Authorization": f"Bearer {token}"})
            for running in processes
            for token in tokens
        ]
        return [(await caller.get("/api/auth/me")).status for caller in callers]

    return said


async def test_nobody_is_signed_out_while_two_processes_take_a_new_secret(
    people, restarted, signed_in, answers, session
):
    await people.add(Registration(name="Ada", **ADA))
    one, two = await asyncio.gather(restarted(None, SECRET), restarted(None, SECRET))
    old = [await signed_in(one), await signed_in(two)]
    ada = Caller(session, one.address, headers={"Authorization": f"Bearer {old[0]}"})
    made = await ada.post("/api/tokens", {"name": "nightly", "scope": "read"})
    kept = [made.body["token"]]

    # Both take what the new one will sign.
    one, two = await asyncio.gather(*(restarted(each, SECRET, before=NEW) for each in (one, two)))
    assert {*await answers([one, two], [*old, *kept])} == {200}

    # The two are exchanged: for a while each process signs with another one.
    one = await restarted(one, NEW, before=SECRET)
    new = [await signed_in(one)]
    old.append(await signed_in(two))
    assert {*await answers([one, two], [*old, *new, *kept])} == {200}
    two = await restarted(two, NEW, before=SECRET)
    new.append(await signed_in(two))
    assert {*await answers([one, two], [*old, *new, *kept])} == {200}

    # When what the old one signed has run out anyway.
    one = await restarted(one, NEW)
    assert {*await answers([one], [*new, *kept])} == {200}
    assert {*await answers([one], old)} == {401}

"""What becomes of tokens, roles and sign-ins counts in every process, and is asked about once."""

from dataclasses import replace

import pytest
from pymongo.monitoring import CommandListener

from core.desk.people.people import People
from tests.api.accounts.conftest import program


@pytest.fixture
async def elsewhere(store, desk, passwords, serve):
    """Another process of the same desk: its people, and its address."""
    people = People(store.accounts, passwords, staff={}, min_password=6)
    return people, await serve(replace(desk, people=people))


async def test_what_is_revoked_elsewhere_is_refused_after_a_look(ada, make, elsewhere):
    people, url = elsewhere
    token = await make(ada)
    there = replace(program(ada, token), url=url)
    await people.remembered.look()
    assert (await there.get("/api/auth/me")).status == 200
    await ada.send("DELETE", f"/api/tokens/{token['_id']}")

    await people.remembered.look()

    assert (await there.get("/api/tickets")).status == 401


async def test_a_role_and_a_sign_out_count_elsewhere_after_a_look(ada, amir, elsewhere):
    people, url = elsewhere
    there = replace(ada, url=url)
    await people.remembered.look()
    assert (await there.get("/api/users")).status == 403

    await amir.patch(f"/api/users/{ada.id}", {"role": "admin"})
    await people.remembered.look()
    assert (await there.get("/api/users")).status == 200

    await ada.post("/api/auth/logout")
    await people.remembered.look()
    assert (await there.get("/api/users")).status == 401


class Asked(CommandListener):
    """Counts the questions about accounts and tokens."""

    def __init__(self):
        self.count = 0

    def started(self, event):
        self.count += event.command.get("find") in {"accounts", "api_tokens"}

    def succeeded(self, event):
        pass

    def failed(self, event):
        pass


async def test_nobody_is_asked_about_again_as_long_as_the_looks_succeed(
    ada, make, desk, passwords, serve, another_store
):
    asked, now = Asked(), 0.0
    store = await another_store(event_listeners=[asked])
    people = People(store.accounts, passwords, staff={}, min_password=6)
    people.remembered.now = lambda: now
    there = replace(program(ada, await make(ada)), url=await serve(replace(desk, people=people)))

    async def questions():
        before = asked.count
        assert (await there.get("/api/tickets")).status == 200
        return asked.count - before

    await people.remembered.look()
    assert await questions() == 2  # the token, its account
    for _ in range(20):
        now += 2
        await people.remembered.look()
        assert await questions() == 0

    now += 6  # nobody looked for so long
    assert await questions() == 2

"""Schemathesis tries the whole OpenAPI document on the running server, with all its checks."""

import os
import sys
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE, STDOUT
from pathlib import Path

import pytest

from core.desk import Desk
from core.people.accounts import Registration

ROOT = Path(__file__).parents[3]
# `make check` tries all of the examples that schemathesis.toml asks for, `make test` a quarter.
FEW = () if os.environ.get("EXAMPLES") == "all" else ("--max-examples=20",)


async def schemathesis(url, *options):
    program = Path(sys.executable).with_name("schemathesis")
    command = (program, "run", f"{url}/openapi.json", "--no-color", *options)
    run = await create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE, stderr=STDOUT)
    said, _ = await run.communicate()
    return run.returncode, said.decode()


@pytest.fixture
async def desk_of_the_examples(database, people, ada, ben, olga, amir):
    """Whom schemathesis-accounts.json names, and whom and what the document's examples name."""
    await people.add(
        Registration(name="Hackathon User", email="testuser@example.com", password="123456")
    )
    await database["counters"].insert_one({"_id": "tickets", "last": 41})
    await ada.file()


@pytest.mark.usefixtures("desk_of_the_examples")
async def test_it_finds_nothing_as_a_user(rest_url):
    code, said = await schemathesis(rest_url, *FEW)

    assert code == 0, said


@pytest.mark.usefixtures("desk_of_the_examples")
async def test_it_finds_nothing_as_an_admin(rest_url):
    code, said = await schemathesis(rest_url, "--auth-wfc-user=amir", *FEW)

    assert code == 0, said


class DeskForAll(Desk):
    """Forgets to ask whose ticket it shows."""

    async def ticket(self, reference, *, by):
        return await self.tickets.get(reference)


@pytest.mark.usefixtures("desk_of_the_examples")
async def test_it_would_find_people_reading_each_others_tickets(desk, serve):
    careless = await serve(DeskForAll(desk.tickets, desk.people, desk.sla, desk.clock))

    code, said = await schemathesis(
        careless, "--checks=object_level_authorization", "--phases=stateful"
    )

    assert code == 1
    assert "`ben` received the `Ticket` that `ada` owns" in said

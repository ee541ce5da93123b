"""HELPDESK_RETENTION_DAYS: closed tickets go when their time is over, with all that is kept of
them."""

import asyncio

import pytest

from core.desk.tickets.retention import AT_ONCE
from core.people.accounts import Role
from tests.bot.conftest import card_of
from tests.conftest import LONGEST_WAIT, SECRET, Caller, Tokens
from tests.support.deliveries import nothing_is_owed
from tests.support.mongo import COLLECTIONS


@pytest.fixture
async def keeping(store, start, session, password_hash):
    """A desk that keeps what is closed for thirty days, and a program with an agent's token."""
    account = await store.accounts.add(
        name="Robot", email="robot@example.com", password_hash=password_hash, role=Role.AGENT
    )
    async with start(retention_days=30) as address:
        headers = {"Authorization": f"Bearer {Tokens(SECRET).issue(account)}"}
        yield Caller(session, address, account.id, account.email, headers)


async def become(program, number, *statuses):
    for status in statuses:
        answer = await program.patch(f"/api/tickets/{number}", {"status": status})
        assert answer.status == 200, answer


async def numbers(database):
    return [row["number"] async for row in database["tickets"].find().sort({"number": 1})]


async def test_what_was_closed_long_ago_goes_and_nothing_else(keeping, database, clock, looked):
    for number, statuses in enumerate(
        (["closed"], ["resolved"], [], ["closed", "open"], ["resolved", "closed"]), 1
    ):
        await keeping.file(f"Number {number}")
        await become(keeping, number, *statuses)
    reopened = await database["tickets"].find_one({"number": 4})
    assert "closed_at" not in reopened
    clock.forward(days=1)
    await keeping.file("Closed a day later")
    await become(keeping, 6, "closed")

    clock.forward(days=29, seconds=-1)
    await looked(but=["health", "indexes", "token"])
    assert await numbers(database) == [1, 2, 3, 4, 5, 6]

    clock.forward(seconds=1)
    await looked(but=["health", "indexes", "token"])
    assert await numbers(database) == [2, 3, 4, 6]


async def test_reopened_it_counts_anew_when_it_is_closed_again(keeping, database, clock, looked):
    await keeping.file()
    await become(keeping, 1, "closed")
    clock.forward(days=29)
    await become(keeping, 1, "open", "closed")

    clock.forward(days=29)
    await looked()
    assert await numbers(database) == [1]

    clock.forward(days=1)
    await looked()
    assert await numbers(database) == []


async def test_nothing_is_left_of_it_but_its_messages_whose_buttons_say_so(
    keeping, database, clock, slack, looked, store
):
    keyed = {"Idempotency-Key": "a-key-of-its-own"}
    answer = await keeping.post("/api/tickets", {"title": "Marzipan"}, headers=keyed)
    card = await slack.until(lambda: card_of(slack, "T-1"))
    await become(keeping, 1, "closed")
    await slack.until(lambda: "closed" in card.text)
    await nothing_is_owed(database)
    id, channel = answer.body["_id"], slack.helpdesk.id
    await store.readings.thread_read(channel, card.ts, card.ts, 1, newest=card.ts, words=1)
    [document] = await database["tickets"].find().to_list()
    await database["full_tickets"].insert_one(
        {"_id": document["_id"], "number": 1, "until": clock()}
    )

    clock.forward(days=30)
    await looked()

    for name in COLLECTIONS:
        left = str(await database[name].find().to_list())
        assert "Marzipan" not in left, name
        assert id not in left, name
        assert f"{channel}:{card.ts}" not in left, name
    for reference in ("1", "T-1", id):
        gone = await keeping.get(f"/api/tickets/{reference}")
        never = await keeping.get("/api/tickets/999")
        assert (gone.status, gone.body["error"]) == (404, never.body["error"])
    assert "Marzipan" not in str((await keeping.get("/api/tickets?q=marzipan")).body)
    assert not card.deleted
    assert "Marzipan" in card.text
    said = await slack.click(card, "reopen", by=slack.olga)
    await slack.until(lambda: said.text.endswith("; or it is not there any more."))
    again = await keeping.post("/api/tickets", {"title": "Another"}, headers=keyed)
    assert (again.status, again.body["number"]) == (201, 2)


async def test_very_many_go_in_portions_one_after_the_other(
    keeping, database, clock, filed_without_cards
):
    await filed_without_cards(2 * AT_ONCE + 1)
    closed = {"status": "closed", "closed_at": clock()}
    await database["tickets"].update_many({}, {"$set": closed, "$unset": {"breaches_at": 1}})

    # Which wakes each job once.
    clock.forward(days=30)

    async with asyncio.timeout(LONGEST_WAIT):
        while await numbers(database):
            await asyncio.sleep(0.05)

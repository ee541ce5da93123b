"""The promises of the store: numbers, keys, and how much a ticket takes."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from bson import ObjectId

from core.store import mapping
from core.store.comments import latest
from core.store.projections import IN_TICKETS, LONG
from core.tickets import LARGEST_NUMBER, LATEST_COMMENTS, NewComment, NewTicket
from tests.store.queries.conftest import ASKED, Recorder

NEW = NewTicket(title="Server down")


@pytest.fixture
async def actor(ada, acting):
    return await acting(ada)


async def numbers(database):
    return [one["number"] async for one in database["tickets"].find().sort({"number": 1})]


async def test_tickets_filed_at_once_by_several_processes_get_numbers_of_their_own(
    another_store, database
):
    stores = [await another_store() for _ in range(3)]

    taken = await asyncio.gather(
        *(stores[n % 3].tickets.next_number() for n in range(60)),
    )

    assert sorted(taken) == list(range(1, 61))


async def test_a_counter_that_was_lost_catches_up_with_the_tickets_there_are(desk, actor, database):
    for _ in range(3):
        await desk.open_ticket(NEW, by=actor)
    await database["counters"].delete_many({})

    filed = await desk.open_ticket(NEW, by=actor)

    assert filed.ticket.number == 4
    assert await numbers(database) == [1, 2, 3, 4]


async def test_a_counter_that_fell_behind_catches_up_under_load(desk, actor, database):
    for _ in range(5):
        await desk.open_ticket(NEW, by=actor)
    await database["counters"].update_one({}, {"$set": {"last": 1}})

    filed = await asyncio.gather(*(desk.open_ticket(NEW, by=actor) for _ in range(20)))

    given = [ticket.number for ticket, _ in filed]
    assert len(set(given)) == 20
    assert sorted(given) == (await numbers(database))[5:]


async def test_the_last_number_can_still_be_reached(ada, database):
    await database["counters"].insert_one({"_id": "tickets", "last": LARGEST_NUMBER - 1})

    ticket = await ada.file()

    assert ticket["number"] == LARGEST_NUMBER
    assert (await ada.get(f"/api/tickets/T-{LARGEST_NUMBER}")).body == ticket


async def test_no_ticket_is_filed_under_a_number_that_could_not_be_reached(ada, database):
    await database["counters"].insert_one({"_id": "tickets", "last": LARGEST_NUMBER})

    answer = await ada.post("/api/tickets", {"title": "x"})

    assert (answer.status, answer.body["error"]["code"]) == (503, "UNAVAILABLE")
    assert "counter" in answer.body["error"]["message"]
    assert await numbers(database) == []


async def test_a_number_of_somebody_elses_does_not_use_up_all_that_are_left(desk, actor, database):
    for _ in range(2):
        await desk.open_ticket(NEW, by=actor)
    await database["tickets"].update_one({"number": 1}, {"$set": {"number": 10**18}})
    await database["counters"].update_one({}, {"$set": {"last": 1}})

    filed = await desk.open_ticket(NEW, by=actor)

    assert filed.ticket.number == 3


def comments(count):
    """As they lie there, each third one a note."""
    by, at = {"_id": ObjectId(), "name": "Olga", "slack_id": None}, datetime(2026, 1, 1, tzinfo=UTC)
    return [
        {"_id": ObjectId(), "message": str(number), "author": by, "created_at": at, "edits": 1}
        | ({"internal": True} if number % 3 == 0 else {})
        for number in range(count)
    ]


@pytest.mark.parametrize("notes", [True, False])
@pytest.mark.parametrize("version", [1, 1_000])
@pytest.mark.parametrize("count", [0, 1, LATEST_COMMENTS, LATEST_COMMENTS + 1, 200])
async def test_few_comments_are_read_as_many_are(
    store, desk, actor, database, count, version, notes
):
    await desk.open_ticket(NEW, by=actor)
    # As long as it may be after so many changes.
    changed = {"comments": comments(count), "version": version}
    changed["timeline.0.long"] = "x" * (LONG if version > 100 else 1)
    await database["tickets"].update_one({"number": 1}, {"$set": changed})
    whole = await database["tickets"].find_one({"number": 1}, IN_TICKETS | latest(notes=notes))

    found = await store.tickets.get("T-1", notes=notes)

    assert found == mapping.ticket(whole)
    assert found.filed_by == actor.person
    assert found.comments_count == count
    assert found.timeline_is_long is (version > 100)


@pytest.mark.parametrize("as_agent", [True, False])
async def test_a_ticket_that_was_found_to_have_many_comments_takes_one_trip_from_then_on(
    another_store, desk, ada, olga, acting, clock, database, as_agent
):
    await desk.open_ticket(NEW, by=await acting(ada))
    said = {"comments": comments(LATEST_COMMENTS + 50), "version": 1_000}
    await database["tickets"].update_one({"number": 1}, {"$set": said})
    recorder = Recorder()
    store = await another_store(event_listeners=[recorder])
    watched = replace(desk, tickets=store.tickets)
    by = await acting(olga if as_agent else ada)

    def asked():
        names = [name for name, _ in recorder.commands if name in ASKED]
        recorder.commands.clear()
        return names

    first = await watched.comment("T-1", NewComment(message="150"), by=by)
    assert asked() == ["findAndModify", "find"]
    added = await watched.comment("T-1", NewComment(message="151"), by=by)
    assert asked() == ["findAndModify"]
    read = await watched.ticket(added.ticket.id, by=by)
    assert asked() == ["find"]

    assert (first.ticket.comments_count, added.ticket.comments_count) == (
        (151, 152) if as_agent else (101, 102)
    )
    for ticket in (added.ticket, read):
        assert ticket.comments[-1].message == "151"
        assert len(ticket.comments) == LATEST_COMMENTS

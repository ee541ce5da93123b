"""A repeat does nothing twice: what a key promises, for tickets and for comments."""

import asyncio
from dataclasses import replace

import pytest

from tests.support.answers import code
from tests.support.mongo import COLLECTIONS


async def test_without_a_key_every_request_is_a_new_one(posting, ada):
    answers = [await posting.send(ada, key=None) for _ in range(2)]

    assert [answer.status for answer in answers] == [201, 201]
    assert await posting.count() == 2


async def test_a_repeat_is_told_what_was_made_the_first_time(posting, ada):
    first = await posting.send(ada)

    again = await posting.send(ada)

    id = first.headers["Location"].rpartition("/")[2]
    assert (first.status, again.status) == (201, 409)
    assert again.body == {"error": {"code": "DUPLICATE_REQUEST"}, "ticket_id": id}
    assert again.headers["Location"] == first.headers["Location"]
    assert await posting.count() == 1


async def test_fifty_at_once_with_one_key_make_one(posting, ada):
    # Case 1.
    answers = await asyncio.gather(*(posting.send(ada) for _ in range(50)))

    assert sorted(answer.status for answer in answers) == [201] + [409] * 49
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert await posting.count() == 1


async def test_fifty_at_once_over_two_processes_make_one(posting, ada, desk, serve, another_store):
    store = await another_store()
    elsewhere = replace(ada, url=await serve(replace(desk, tickets=store.tickets)))

    answers = await asyncio.gather(*(posting.send((ada, elsewhere)[n % 2]) for n in range(50)))

    assert sorted(answer.status for answer in answers) == [201] + [409] * 49
    assert await posting.count() == 1


async def test_the_same_key_with_another_body_is_told_without_a_word_about_the_first(posting, ada):
    # Case 2.
    first = await posting.send(ada, "Server down")

    other = await posting.send(ada, "Printer down")

    id = first.headers["Location"].rpartition("/")[2]
    assert (other.status, code(other)) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert "Location" not in other.headers
    assert "ETag" not in other.headers
    assert id not in str(other.body)
    assert "Server" not in str(other.body)
    assert await posting.count() == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ('{"title": "x", "priority": "high"}', 409),
        ('{ "priority":"high",  "title":"\\u0078" }', 409),
        ('{"title": "x"}', 422),
        ('{"title": "x", "priority": "high", "description": ""}', 422),
        ('{"title": "X", "priority": "high"}', 422),
        ('{"title": "x ", "priority": "high"}', 422),
    ],
)
async def test_bodies_are_the_same_when_they_are_the_same_json(ada, body, status):
    headers = {"Idempotency-Key": "abc123", "Content-Type": "application/json"}
    await ada.post("/api/tickets", {"title": "x", "priority": "high"}, headers=headers)

    again = await ada.send("POST", "/api/tickets", data=body, headers=headers)

    assert again.status == status


async def test_a_default_that_is_said_is_another_body_than_one_that_is_not(ada):
    headers = {"Idempotency-Key": "abc123"}
    await ada.post("/api/tickets", {"title": "x"}, headers=headers)

    again = await ada.post("/api/tickets", {"title": "x", "priority": "medium"}, headers=headers)

    assert again.status == 422


@pytest.mark.parametrize(
    "prefer",
    ["return=representation", "respond-async, return=representation", "return=representation;x=1"],
)
async def test_who_prefers_to_see_it_is_shown_the_ticket_as_it_is_now(posting, ada, prefer):
    first = await posting.send(ada)
    await ada.patch(first.headers["Location"], {"title": "Server up"})

    again = await posting.send(ada, Prefer=prefer)

    now = await ada.get(first.headers["Location"])
    assert again.status == 200
    assert again.body == now.body
    assert again.headers["ETag"] == now.headers["ETag"]
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Preference-Applied"] == "return=representation"
    assert again.headers["Idempotent-Replayed"] == "true"
    assert await posting.count() == 1


async def test_a_preference_changes_nothing_the_first_time(posting, ada):
    first = await posting.send(ada, Prefer="return=representation")

    assert first.status == 201
    assert "Preference-Applied" not in first.headers
    assert "Idempotent-Replayed" not in first.headers


async def test_who_prefers_a_minimal_answer_gets_the_usual_one(posting, ada):
    await posting.send(ada)

    again = await posting.send(ada, Prefer="return=minimal")

    assert (again.status, code(again)) == (409, "DUPLICATE_REQUEST")


async def test_a_preference_shows_nothing_to_who_sends_another_body(posting, ada):
    await posting.send(ada)

    other = await posting.send(ada, "Printer down", Prefer="return=representation")

    assert other.status == 422


async def test_a_refused_body_does_not_use_the_key_up(posting, ada):
    # Case 4.
    refused = await posting.send(ada, " ")

    answer = await posting.send(ada, "Server down")

    assert (refused.status, answer.status) == (400, 201)


async def test_a_refused_token_does_not_use_the_key_up(posting, ada, stranger):
    refused = await posting.send(stranger)

    answer = await posting.send(ada)

    assert (refused.status, answer.status) == (401, 201)


async def test_a_key_for_a_ticket_that_is_not_there_is_not_used_up(ada, ben):
    ticket = await ben.file()
    key = {"Idempotency-Key": "abc123"}

    hidden = await ada.post(f"/api/tickets/{ticket['_id']}/comments", {"message": "x"}, headers=key)
    hers = await ada.file()
    made = await ada.post(f"/api/tickets/{hers['_id']}/comments", {"message": "x"}, headers=key)

    assert (hidden.status, made.status) == (404, 201)


async def test_a_key_is_remembered_whatever_became_of_the_ticket(ada, clock):
    first = await ada.post("/api/tickets", {"title": "x"}, headers={"Idempotency-Key": "k"})
    await ada.patch(first.headers["Location"], {"status": "closed", "title": "y"})
    clock.forward(days=400)

    again = await ada.post("/api/tickets", {"title": "x"}, headers={"Idempotency-Key": "k"})

    assert (again.status, again.body["ticket_id"]) == (409, first.body["_id"])


async def test_a_ticket_and_its_key_are_one_document(ada, database):
    await ada.post("/api/tickets", {"title": "x"}, headers={"Idempotency-Key": "abc123"})

    document = await database["tickets"].find_one()

    assert document["idempotency"]["key"].endswith("abc123")
    assert set(await database.list_collection_names()) <= {*COLLECTIONS, "migrations"}


async def test_keys_are_shown_to_nobody(posting, ada):
    await posting.send(ada, key="canary-of-a-key")

    answers = [await ada.get("/api/tickets"), await ada.get("/api/tickets/1")]

    assert "canary-of-a-key" not in str(answers)

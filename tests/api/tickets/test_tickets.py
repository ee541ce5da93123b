"""Filing, reading and commenting on tickets over REST."""

import re

import pytest

from tests.api.tickets.conftest import address

ID = "^[0-9a-f]{24}$"


async def test_a_new_ticket_is_shown_whole_and_its_address_told(ada):
    filed = await ada.post("/api/tickets", {"title": "Server down"})

    assert re.match(ID, filed.body["_id"])
    assert filed.body == {
        "_id": filed.body["_id"],
        "number": 1,
        "title": "Server down",
        "priority": "medium",
        "status": "open",
        "requester": {"_id": ada.id, "name": "Ada"},
        "assignee": None,
        "sla_due": "2026-03-03T09:00:00.000Z",
        "version": 1,
        "created_at": "2026-03-02T09:00:00.000Z",
        "updated_at": "2026-03-02T09:00:00.000Z",
        "waiting_for": None,
        "waiting_until": None,
        "first_response_due": "2026-03-02T13:00:00.000Z",
        "first_responded_at": None,
        "description": "",
        "reason": None,
        "comments": [],
        "comments_count": 0,
    }
    assert filed.headers["Location"] == address(filed.body)
    assert filed.headers["ETag"] == '"1.0"'


async def test_what_was_answered_is_what_is_there(ada):
    filed = await ada.post("/api/tickets", {"title": "x", "description": "a\nb", "priority": "low"})

    found = await ada.get(filed.headers["Location"])

    assert found.body == filed.body
    assert found.headers["ETag"] == filed.headers["ETag"]


async def test_times_keep_their_milliseconds(ada, clock):
    clock.forward(milliseconds=78)

    ticket = await ada.file(priority="high")

    assert ticket["created_at"] == "2026-03-02T09:00:00.078Z"
    assert ticket["sla_due"] == "2026-03-02T13:00:00.078Z"


async def test_a_ticket_in_a_list_is_the_ticket_without_what_only_the_whole_one_has(ada):
    ticket = await ada.file(description="Staging server not responding")
    await ada.post(f"{address(ticket)}/comments", {"message": "hello"})

    [item] = (await ada.get("/api/tickets")).body["items"]

    left_out = ("description", "comments", "comments_count", "reason")
    assert item == {name: value for name, value in ticket.items() if name not in left_out}


async def test_numbers_count_up_from_one(ada, ben):
    numbers = [(await caller.file())["number"] for caller in (ada, ben, ada)]

    assert numbers == [1, 2, 3]


@pytest.mark.parametrize("form", ["{_id}", "{number}", "T-{number}", "t-{number}"])
async def test_every_address_takes_the_id_and_both_forms_of_the_number(ada, form):
    ticket = await ada.file()
    path = "/api/tickets/" + form.format(**ticket)

    seen = await ada.get(path)
    changed = await ada.patch(path, {"title": "Server up"})
    commented = await ada.post(f"{path}/comments", {"message": "hello"})

    assert (seen.status, changed.status, commented.status) == (200, 200, 201)
    assert seen.body == ticket
    assert changed.body["ticket"]["_id"] == commented.body["ticket"]["_id"] == ticket["_id"]


async def test_an_id_is_the_same_in_capital_letters(ada):
    ticket = await ada.file()

    seen = await ada.get(f"/api/tickets/{ticket['_id'].upper()}")

    assert seen.status == 200


async def test_a_comment_is_shown_with_its_author_and_time(ada, olga, clock):
    ticket = await ada.file()
    clock.forward(minutes=5)

    commented = await olga.post(f"{address(ticket)}/comments", {"message": "Look\nagain"})

    assert (commented.status, commented.body["message"]) == (201, "Comment added successfully")
    [comment] = commented.body["ticket"]["comments"]
    assert re.match(ID, comment["_id"])
    assert comment == {
        "_id": comment["_id"],
        "message": "Look\nagain",
        "author": {"_id": olga.id, "name": "Olga"},
        "created_at": "2026-03-02T09:05:00.000Z",
    }
    assert commented.headers["ETag"] == '"1.1"'
    assert commented.headers["Location"] == address(ticket)
    assert (await olga.get(address(ticket))).body == commented.body["ticket"]


async def test_comments_stand_in_the_order_they_were_made(ada, olga):
    ticket = await ada.file()

    for caller, message in ((ada, "one"), (olga, "two"), (ada, "three")):
        await caller.post(f"{address(ticket)}/comments", {"message": message})

    comments = (await ada.get(address(ticket))).body["comments"]
    assert [comment["message"] for comment in comments] == ["one", "two", "three"]


async def test_a_closed_ticket_can_still_be_commented_on(ada):
    ticket = await ada.file()
    await ada.patch(address(ticket), {"status": "closed"})

    answer = await ada.post(f"{address(ticket)}/comments", {"message": "Thank you"})

    assert answer.status == 201

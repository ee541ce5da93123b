"""Changing tickets over REST: who may, to what, and what is left of it."""

import pytest

from tests.api.tickets.conftest import address
from tests.support.answers import code


async def test_a_change_answers_the_ticket_as_it_is_then(olga, ada, clock):
    ticket = await ada.file()
    clock.forward(minutes=1)

    changed = await olga.patch(
        address(ticket),
        {
            "status": "waiting",
            "priority": "high",
            "assignee": olga.id,
            "title": "Server gone",
            "description": "It is not in the rack",
        },
    )

    assert changed.body["message"] == "Ticket updated successfully"
    assert changed.body["ticket"] == ticket | {
        "status": "waiting",
        "priority": "high",
        "assignee": {"_id": olga.id, "name": "Olga"},
        "title": "Server gone",
        "description": "It is not in the rack",
        "sla_due": "2026-03-02T13:00:00.000Z",
        "version": 2,
        "updated_at": "2026-03-02T09:01:00.000Z",
        "waiting_for": "requester",
        "first_responded_at": "2026-03-02T09:01:00.000Z",
        "acknowledged": None,
        "snoozed": None,
    }
    assert changed.headers["ETag"] == '"2.0"'
    assert (await olga.get(address(ticket))).body == changed.body["ticket"]


async def test_a_change_to_what_it_is_already_changes_nothing(ada, clock):
    ticket = await ada.file()
    clock.forward(minutes=1)

    same = await ada.patch(address(ticket), {"title": ticket["title"], "status": "open"})

    assert same.status == 200
    assert same.body["ticket"] == ticket


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, None),
        ({"version": 1}, None),
        ([], None),
        ({"version": "2", "title": "x"}, "version"),
        ({"version": 2.0, "title": "x"}, "version"),
        ({"version": 1.5, "title": "x"}, "version"),
        ({"version": True, "title": "x"}, "version"),
        ({"version": 0, "title": "x"}, "version"),
        ({"version": -1, "title": "x"}, "version"),
        ({"version": 2**63, "title": "x"}, "version"),
        ({"version": {"$gt": 0}, "title": "x"}, "version"),
        ({"unknown": 1}, "unknown"),
        ({"_id": "68e164c48d99b0708b2c6453"}, "_id"),
        ({"role": "admin"}, "role"),
        ({"requester": None}, "requester"),
        ({"sla_due": "2030-01-01T00:00:00.000Z"}, "sla_due"),
        ({"comments": []}, "comments"),
        ({"$set": {"status": "closed"}}, "$set"),
        ({"timeline.0": 1}, "timeline.0"),
        ({"title": None}, "title"),
        ({"title": ""}, "title"),
        ({"description": None}, "description"),
        ({"status": None}, "status"),
        ({"status": "done"}, "status"),
        ({"status": "breached"}, "status"),
        ({"status": ["closed"]}, "status"),
        ({"priority": None}, "priority"),
        ({"priority": 1}, "priority"),
        ({"assignee": 1}, "assignee"),
        ({"assignee": ""}, "assignee"),
        ({"assignee": "nobody@example.com"}, "assignee"),
        ({"assignee": "68e164c48d99b0708b2c6453"}, "assignee"),
        ({"assignee": {"_id": "68e164c48d99b0708b2c6453"}}, "assignee"),
        ({"assignee": "a\0b@example.com"}, "assignee"),
        ({"assignee": "x" * 255}, "assignee"),
    ],
    ids=str,
)
async def test_a_change_that_cannot_be_understood_changes_nothing(olga, body, field):
    # Case 8.
    ticket = await olga.file()

    answer = await olga.patch(address(ticket), body)

    assert (answer.status, code(answer)) == (400, "VALIDATION_ERROR")
    assert answer.body["error"].get("field") == field
    assert (await olga.get(address(ticket))).body == ticket


@pytest.mark.parametrize("name", ["_id", "e-mail", "E-MAIL"])
async def test_an_assignee_is_named_by_id_or_address(olga, amir, name):
    ticket = await olga.file()
    who = {"_id": amir.id, "e-mail": amir.email, "E-MAIL": amir.email.upper()}[name]

    answer = await olga.patch(address(ticket), {"assignee": who})

    assert answer.body["ticket"]["assignee"] == {"_id": amir.id, "name": "Amir"}


async def test_null_takes_the_assignee_away(olga):
    ticket = await olga.file()
    await olga.patch(address(ticket), {"assignee": olga.id})

    answer = await olga.patch(address(ticket), {"assignee": None})

    assert answer.status == 200
    assert answer.body["ticket"]["assignee"] is None


async def test_only_agents_and_admins_can_be_assignees(olga, ada):
    ticket = await ada.file()

    answer = await olga.patch(address(ticket), {"assignee": ada.email})

    assert (answer.status, code(answer)) == (400, "VALIDATION_ERROR")
    assert answer.body["error"]["field"] == "assignee"


@pytest.mark.parametrize(
    "change",
    [
        {"priority": "high"},
        {"assignee": None},
        {"status": "waiting"},
        {"status": "resolved"},
        {"title": "mine", "priority": "high"},
    ],
    ids=str,
)
async def test_what_requesters_may_not_do_to_their_own_ticket_is_told(ada, change):
    ticket = await ada.file()

    answer = await ada.patch(address(ticket), change)

    assert (answer.status, code(answer)) == (403, "FORBIDDEN")
    assert (await ada.get(address(ticket))).body == ticket


@pytest.mark.parametrize("who", ["ben@example.com", "nobody@example.com", "olga@example.com"])
async def test_who_may_not_assign_learns_nothing_about_the_accounts_of_others(ada, ben, olga, who):
    ticket = await ada.file()

    answer = await ada.patch(address(ticket), {"assignee": who})

    assert (answer.status, code(answer)) == (403, "FORBIDDEN")
    assert "Ben" not in answer.body["error"]["message"]


async def test_anothers_ticket_cannot_be_assigned_because_it_is_not_there(ada, ben, olga):
    ticket = await ben.file()

    answer = await ada.patch(address(ticket), {"assignee": olga.email})

    assert (answer.status, code(answer)) == (404, "TICKET_NOT_FOUND")


async def test_what_the_state_does_not_allow_is_told_with_the_way_out(ada):
    ticket = await ada.file()
    await ada.patch(address(ticket), {"status": "closed"})

    answer = await ada.patch(address(ticket), {"status": "in_progress"})

    assert (answer.status, code(answer)) == (409, "WRONG_STATE")
    assert "reopen" in answer.body["error"]["message"]


async def test_every_change_is_in_the_timeline_of_the_same_document(ada, olga, database, clock):
    ticket = await ada.file()
    clock.forward(minutes=1)
    await olga.patch(address(ticket), {"status": "in_progress", "assignee": olga.id})
    clock.forward(minutes=1)
    await ada.post(f"{address(ticket)}/comments", {"message": "hello"})

    document = await database["tickets"].find_one()

    told = [
        (entry["what"], str(entry["by"]["_id"]), entry["via"], entry["at"].minute)
        for entry in document["timeline"]
    ]
    assert told == [
        ("created", ada.id, "rest", 0),
        ("changed", olga.id, "rest", 1),
        ("commented", ada.id, "rest", 2),
    ]
    changes = document["timeline"][1]["changes"]
    assert changes["status"] == {"old": "open", "new": "in_progress"}
    assert (changes["assignee"]["old"], changes["assignee"]["new"]["name"]) == (None, "Olga")


async def test_a_refused_change_leaves_no_trace_in_the_timeline(ada, database):
    ticket = await ada.file()
    await ada.patch(address(ticket), {"priority": "high"})
    await ada.patch(address(ticket), {"title": "Server up", "version": 7})

    document = await database["tickets"].find_one()

    assert [entry["what"] for entry in document["timeline"]] == ["created"]

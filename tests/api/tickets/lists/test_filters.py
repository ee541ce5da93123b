"""Filters combine, and tell nobody more than they may see."""

import pytest

from tests.api.tickets.lists.conftest import numbers, titles, walk


async def test_soon_late_is_what_the_desk_said_so_of_and_is_not_late(
    ada, ben, olga, database, clock
):
    for caller, priority in ((ada, "low"), (ben, "high"), (ada, "medium")):
        await caller.file(priority, priority=priority)
    soon = {"$concat": ["soon:", {"$toString": {"$toLong": "$sla_due"}}]}
    latest = {"kind": "soon", "due": clock(), "at": clock()}
    for number in (2, 3):
        rang = {"alert.latest": latest, "alert.announced": [soon]}
        await database["tickets"].update_one({"number": number}, [{"$set": rang}])

    assert titles(await olga.get("/api/tickets?status=soon")) == ["high", "medium"]
    assert numbers(await walk(olga, "/api/tickets?status=soon&limit=1", "cursor")) == [2, 3]
    assert titles(await ada.get("/api/tickets?status=soon")) == ["medium"]
    clock.forward(hours=5)
    assert titles(await olga.get("/api/tickets?status=soon")) == ["medium"]
    await olga.patch("/api/tickets/3", {"status": "resolved"})
    assert titles(await olga.get("/api/tickets?status=soon")) == []


@pytest.fixture
async def desk_of_four(ada, ben, olga, amir):
    """a: Ada's, Olga works on it. b: Ada's, closed. c: Ben's. d: Ben's, Amir's to do."""
    filed = {
        "a": await ada.file("a", priority="high"),
        "b": await ada.file("b", priority="low"),
        "c": await ben.file("c", priority="high"),
        "d": await ben.file("d"),
    }
    for title, change in {
        "a": {"assignee": olga.id, "status": "in_progress"},
        "b": {"status": "closed"},
        "d": {"assignee": amir.id},
    }.items():
        await olga.patch(f"/api/tickets/{filed[title]['_id']}", change)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "dcba"),
        ("status=open", "dc"),
        ("status=in_progress", "a"),
        ("status=waiting", ""),
        ("status=resolved", ""),
        ("status=closed", "b"),
        ("status=breached", "acd"),
        ("priority=high", "ca"),
        ("priority=medium", "d"),
        ("assignee=olga@example.com", "a"),
        ("assignee=OLGA@example.com", "a"),
        ("assignee=ada@example.com", ""),
        ("requester=ada@example.com", "ba"),
        ("requester=ben@example.com&priority=high", "c"),
        ("requester=ben@example.com&priority=low", ""),
        ("status=open&priority=high", "c"),
        ("status=breached&priority=high", "ac"),
        ("status=breached&requester=ben@example.com", "cd"),
        ("status=breached&assignee=amir@example.com", "d"),
        ("status=open&priority=medium&requester=ben@example.com&assignee=amir@example.com", "d"),
    ],
)
async def test_filters_combine(desk_of_four, olga, clock, query, found):
    clock.forward(days=3)

    assert titles(await olga.get(f"/api/tickets?{query}")) == list(found)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "ba"),
        ("requester=ada@example.com", "ba"),
        ("requester=ben@example.com", ""),
        ("assignee=olga@example.com", "a"),
        ("assignee=amir@example.com", ""),
        ("status=breached&requester=ben@example.com", ""),
    ],
)
async def test_no_filter_shows_a_user_anothers_tickets(desk_of_four, ada, clock, query, found):
    clock.forward(days=3)

    assert titles(await ada.get(f"/api/tickets?{query}")) == list(found)


@pytest.mark.parametrize("field", ["requester", "assignee"])
async def test_no_filter_tells_a_user_who_has_an_account(desk_of_four, ada, ben, amir, field):
    nobody = ["nobody@example.com", "0" * 24, "68e164c48d99b0708b2c6453"]
    somebody = [ben.email, ben.id, amir.email, amir.id, ben.email.upper()]

    answers = [await ada.get(f"/api/tickets?{field}={who}") for who in nobody + somebody]

    assert [answer.status for answer in answers] == [200] * len(answers)
    assert all(answer.body == answers[0].body for answer in answers)
    assert titles(answers[0]) == []


@pytest.mark.parametrize("field", ["requester", "assignee"])
async def test_staff_are_told_that_there_is_no_such_account(olga, field):
    answer = await olga.get(f"/api/tickets?{field}=nobody@example.com")

    assert answer.status == 400
    assert answer.body["error"]["message"] == (
        f"The {field} must be an account's id or e-mail address."
    )


@pytest.mark.parametrize(
    "who", ["", "olga", "@", "a@b@c", "$where", "0" * 23, "x" * 250 + "@abc.d"]
)
async def test_what_cannot_name_an_account_is_refused_whoever_asks(ada, olga, who):
    for caller in (ada, olga):
        answer = await caller.get("/api/tickets", params={"assignee": who})
        assert (answer.status, answer.body["error"]["field"]) == (400, "assignee")


async def test_people_may_be_named_by_their_id(desk_of_four, olga, ada):
    answer = await olga.get(f"/api/tickets?requester={ada.id}&assignee={olga.id}")

    assert titles(answer) == ["a"]

"""When tickets are due, and which are breached."""

import pytest


async def breached(caller):
    answer = await caller.get("/api/tickets?status=breached")
    assert answer.status == 200
    return [item["title"] for item in answer.body["items"]]


@pytest.mark.parametrize(
    ("priority", "due"),
    [
        ("high", "2026-03-02T13:00:00.000Z"),
        ("medium", "2026-03-03T09:00:00.000Z"),
        ("low", "2026-03-04T09:00:00.000Z"),
    ],
)
async def test_a_ticket_is_due_by_its_priority(ada, priority, due):
    assert (await ada.file(priority=priority))["sla_due"] == due


async def test_a_new_priority_counts_from_when_the_ticket_was_filed(ada, olga, clock):
    ticket = await ada.file(priority="low")
    clock.forward(hours=3)

    answer = await olga.patch(f"/api/tickets/{ticket['_id']}", {"priority": "high"})

    assert answer.body["ticket"]["sla_due"] == "2026-03-02T13:00:00.000Z"


@pytest.mark.parametrize(("milliseconds", "found"), [(-1, []), (0, []), (1, ["Server down"])])
async def test_a_ticket_is_breached_from_the_first_millisecond_after_it_was_due(
    ada, clock, milliseconds, found
):
    # Case 23.
    await ada.file(priority="high")

    clock.forward(hours=4, milliseconds=milliseconds)

    assert await breached(ada) == found


@pytest.mark.parametrize("status", ["resolved", "closed"])
async def test_a_ticket_that_was_finished_late_is_breached_no_more(olga, clock, status):
    # Case 23.
    ticket = await olga.file(priority="high")
    clock.forward(hours=5)

    await olga.patch(f"/api/tickets/{ticket['_id']}", {"status": status})

    assert await breached(olga) == []


@pytest.mark.parametrize("status", ["in_progress", "waiting"])
async def test_a_late_ticket_that_is_being_worked_on_is_breached_all_the_same(olga, clock, status):
    ticket = await olga.file(priority="high")
    clock.forward(hours=5)

    await olga.patch(f"/api/tickets/{ticket['_id']}", {"status": status})

    assert await breached(olga) == ["Server down"]


async def test_a_late_ticket_that_is_reopened_is_breached_again(olga, clock):
    ticket = await olga.file(priority="high")
    clock.forward(hours=5)

    for status in ("resolved", "open"):
        await olga.patch(f"/api/tickets/{ticket['_id']}", {"status": status})

    assert await breached(olga) == ["Server down"]


async def test_a_lower_priority_can_save_a_ticket_from_its_breach(olga, clock):
    ticket = await olga.file(priority="high")
    clock.forward(hours=5)

    await olga.patch(f"/api/tickets/{ticket['_id']}", {"priority": "low"})

    assert await breached(olga) == []


async def test_the_most_overdue_comes_first(ada, clock):
    await ada.file("due third", priority="low")
    await ada.file("due first", priority="high")
    await ada.file("due second", priority="medium")

    clock.forward(days=3)

    assert await breached(ada) == ["due first", "due second", "due third"]


async def test_what_is_due_at_the_same_time_stands_in_the_order_it_was_filed(ada, clock):
    for title in "abc":
        await ada.file(title)

    clock.forward(days=3)

    assert await breached(ada) == ["a", "b", "c"]


async def test_users_see_only_their_own_breaches_and_agents_all(ada, ben, olga, clock):
    await ada.file("ada's")
    await ben.file("ben's")

    clock.forward(days=3)

    assert await breached(ada) == ["ada's"]
    assert await breached(olga) == ["ada's", "ben's"]

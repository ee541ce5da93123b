"""A ticket that waits for its requester, who never answers."""

import asyncio
from datetime import timedelta

import pytest

from core.desk.tickets.unanswered import half_of
from core.store.migrations.waits import note_waits


async def test_its_requester_is_reminded_half_way_and_then_it_is_closed(
    ada, olga, ticket, look, timeline, clock
):
    clock.forward(days=1, hours=23)
    await look()
    assert await timeline() == []

    clock.forward(hours=1)
    await look()
    await look()
    [reminded] = await timeline()
    assert (reminded["what"], reminded["via"], reminded["by"]["name"]) == (
        "reminded",
        "desk",
        "Olga",
    )
    assert reminded["until"] == "2026-03-06T09:00:00.000Z"
    assert (await ada.get(ticket)).body["status"] == "waiting"

    clock.forward(days=2, milliseconds=-1)
    await look()
    assert len(await timeline()) == 1
    clock.forward(milliseconds=1)
    await look()
    await look()
    _, closed = await timeline()
    assert (closed["what"], closed["via"]) == ("changed", "desk")
    assert closed["changes"]["status"] == {"old": "waiting", "new": "closed"}
    assert closed["changes"]["reason"]["new"] == "no_answer"
    assert (await ada.get(ticket)).body["version"] == 4

    reopened = await ada.patch(ticket, {"status": "open"})
    assert reopened.body["ticket"]["status"] == "open"


async def test_the_report_counts_it_as_done_in_the_time_that_it_ran(ada, olga, ticket, look, clock):
    for _ in range(2):
        clock.forward(days=2)
        await look()
    clock.forward(days=1)

    low = (await olga.get("/api/reports/sla")).body["by_priority"]["low"]

    assert (low["resolution"]["met"], low["resolution"]["missed"]) == (1, 0)
    assert low["resolution"]["median_milliseconds"] == 0
    assert low["first_response"]["met"] == 1
    assert (await olga.get(f"{ticket}/clock")).body["spans"][-1]["by"] is None


@pytest.mark.parametrize(
    "meanwhile",
    [
        {"status": "in_progress"},
        {"waiting_for": "Acme"},
        {"waiting_until": "2026-04-01T09:00:00Z"},
        {"status": "resolved"},
    ],
)
@pytest.mark.parametrize("reminded", [False, True])
async def test_whatever_ends_the_wait_ends_it(olga, ticket, look, clock, meanwhile, reminded):
    clock.forward(days=2 if reminded else 1)
    await look()
    now = (await olga.patch(ticket, meanwhile)).body["ticket"]

    clock.forward(days=9)
    await look()

    assert (await olga.get(ticket)).body == now


async def test_what_changes_besides_does_not_put_it_off(olga, ticket, look, clock):
    clock.forward(days=2)
    await look()
    await olga.patch(ticket, {"priority": "high"})
    clock.forward(days=2)

    await look()

    assert (await olga.get(ticket)).body["status"] == "closed"


async def test_what_has_waited_for_months_is_reminded_of_first(
    olga, ticket, look, timeline, clock, database
):
    # As a version left it that knew nothing of this.
    await database["tickets"].update_many({}, {"$unset": {"waits_since": ""}})
    clock.forward(days=90)
    await note_waits(database)
    await note_waits(database)
    await look()
    [reminded] = await timeline()
    assert reminded["what"] == "reminded"

    clock.forward(days=1, hours=23)
    await look()
    assert (await olga.get(ticket)).body["status"] == "waiting"
    clock.forward(hours=1)
    await look()

    assert (await olga.get(ticket)).body["status"] == "closed"


async def test_whichever_process_looks_it_happens_once(ticket, look, timeline, clock):
    for times in (1, 2):
        clock.forward(days=2)
        await asyncio.gather(*(look() for _ in range(5)))
        assert len(await timeline()) == times


async def test_what_waits_for_somebody_else_or_until_a_time_is_left_alone(
    ada, olga, ticket, look, clock
):
    others = [f"/api/tickets/{(await ada.file())['_id']}" for _ in range(2)]
    await olga.patch(others[0], {"status": "waiting", "waiting_for": "Acme"})
    later = {"status": "waiting", "waiting_until": "2026-04-01T09:00:00Z"}
    await olga.patch(others[1], later)

    for _ in range(3):
        clock.forward(days=5)
        await look()

    now = [(await olga.get(other)).body["status"] for other in (ticket, *others)]
    assert now == ["closed", "waiting", "waiting"]


def test_half_of_very_little_is_something():
    assert half_of(1e-12) == timedelta(milliseconds=1)

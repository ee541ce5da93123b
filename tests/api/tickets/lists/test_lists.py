"""Lists: who sees what, in which order, and where the pages end."""

from datetime import UTC, datetime, timedelta

import pytest

from api.serializers import time
from tests.api.tickets.lists.conftest import numbers, titles, walk


async def test_the_newest_come_first(ada):
    for title in "abc":
        await ada.file(title)

    assert titles(await ada.get("/api/tickets")) == ["c", "b", "a"]


async def test_an_empty_list_ends_at_once(ada):
    answer = await ada.get("/api/tickets")

    assert answer.body == {"items": [], "next_offset": None, "next_cursor": None}


async def test_users_see_their_own_tickets_and_staff_all(ada, ben, olga, amir):
    await ada.file("ada's")
    await ben.file("ben's")

    assert titles(await ada.get("/api/tickets")) == ["ada's"]
    assert titles(await olga.get("/api/tickets")) == ["ben's", "ada's"]
    assert titles(await amir.get("/api/tickets")) == ["ben's", "ada's"]


async def test_a_page_has_twenty_tickets_unless_it_is_told_otherwise(ada, many):
    await many(await ada.file(), 29)

    assert len(titles(await ada.get("/api/tickets"))) == 20
    assert len(titles(await ada.get("/api/tickets?limit=25"))) == 25
    assert len(titles(await ada.get("/api/tickets?limit=100"))) == 30


@pytest.mark.parametrize("step", ["offset", "cursor"])
@pytest.mark.parametrize(
    ("count", "limit", "pages"),
    [(1, 1, 1), (2, 1, 2), (19, 20, 1), (20, 20, 1), (21, 20, 2), (40, 20, 2), (30, 7, 5)],
)
async def test_the_end_is_told_exactly_on_the_last_page(ada, many, step, count, limit, pages):
    ticket = await ada.file()
    if count > 1:
        await many(ticket, count - 1)

    walked = await walk(ada, f"/api/tickets?limit={limit}", step)

    assert len(walked) == pages
    assert numbers(walked) == list(range(count, 0, -1))
    assert [page.body["next_offset"] for page in walked] == [
        *range(limit, count, limit),
        None,
    ]
    assert (walked[-1].body["next_cursor"], walked[-1].body["next_offset"]) == (None, None)


async def test_the_end_is_exact_whatever_was_filtered(ada, olga, many):
    ticket = await ada.file()
    await many(ticket, 9, priority="high")
    await many(ticket, 9, status="closed")

    high = await walk(olga, "/api/tickets?limit=3&priority=high", "offset")
    closed = await walk(olga, "/api/tickets?limit=9&status=closed", "cursor")

    assert numbers(high) == list(range(10, 1, -1))
    assert len(high) == 3
    assert numbers(closed) == list(range(19, 10, -1))
    assert len(closed) == 1


@pytest.mark.parametrize("step", ["offset", "cursor"])
async def test_breached_tickets_are_paged_in_their_own_order(ada, many, clock, step):
    first = await ada.file(priority="high")
    await many(first, 6)
    clock.forward(minutes=1)
    later = await ada.file(priority="high")
    await many(later, 5)
    clock.forward(hours=5)

    walked = await walk(ada, "/api/tickets?status=breached&limit=4", step)

    assert numbers(walked) == list(range(1, 14))
    assert len(walked) == 4


async def test_past_the_end_there_is_nothing_and_no_more(ada):
    await ada.file()

    answer = await ada.get("/api/tickets?offset=2147483647")

    assert answer.body == {"items": [], "next_offset": None, "next_cursor": None}


async def test_a_walk_by_cursor_meets_each_old_ticket_once_while_others_are_filed(ada, many):
    # Case 22.
    ticket = await ada.file()
    await many(ticket, 999)

    pages = [await ada.get("/api/tickets?limit=100")]
    while (cursor := pages[-1].body["next_cursor"]) is not None:
        await many(ticket, 20)
        pages.append(await ada.get(f"/api/tickets?limit=100&cursor={cursor}"))

    assert numbers(pages) == list(range(1000, 0, -1))
    assert [page.body["next_offset"] is None for page in pages] == [False] * 9 + [True]


async def test_a_breached_walk_by_cursor_meets_each_ticket_once_while_some_are_resolved(
    ada, olga, many, clock
):
    await many(await ada.file(), 29)
    clock.forward(days=2)

    pages = [await olga.get("/api/tickets?status=breached&limit=10")]
    while (cursor := pages[-1].body["next_cursor"]) is not None:
        for item in pages[-1].body["items"]:
            await olga.patch(f"/api/tickets/{item['_id']}", {"status": "resolved"})
        pages.append(await olga.get(f"/api/tickets?status=breached&limit=10&cursor={cursor}"))

    assert numbers(pages) == list(range(1, 31))


async def test_a_list_shows_of_a_ticket_what_the_ticket_itself_shows(ada, olga, database):
    waiting, taken, older = [await ada.file(title) for title in ("waiting", "taken", "older")]
    until = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    waits = {"status": "waiting", "waiting_until": until, "waiting_for": "a part"}
    assert (await olga.patch(f"/api/tickets/{waiting['_id']}", json=waits)).status == 200
    await olga.patch(f"/api/tickets/{taken['_id']}", json={"assignee": olga.id})
    await olga.post(f"/api/tickets/{taken['_id']}/comments", json={"message": "I look at it."})
    gone = {"first_response_due": 1, "waiting_for": 1, "waiting_until": 1}
    await database["tickets"].update_one({"number": older["number"]}, {"$unset": gone})

    for path in ("/api/tickets", "/api/tickets?status=open", "/api/tickets?q=older"):
        for item in (await olga.get(path)).body["items"]:
            whole = (await olga.get(f"/api/tickets/{item['_id']}")).body
            assert list(item.items()) == list(whole.items())[: len(item)]


@pytest.mark.parametrize("microsecond", [0, 999, 1_000, 999_999])
@pytest.mark.parametrize("tzinfo", [UTC, None])
def test_times_are_texts_with_milliseconds(tzinfo, microsecond):
    at = datetime(2026, 1, 9, 3, 0, 59, microsecond, tzinfo)

    assert time(at) == at.isoformat("T", "milliseconds")[:23] + "Z"

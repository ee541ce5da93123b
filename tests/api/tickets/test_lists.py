"""Lists: what filters, in which order, and where the pages end."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from bson import ObjectId

from api.serializers import time


def titles(answer):
    return [item["title"] for item in answer.body["items"]]


@pytest.fixture
def many(database):
    """Copies a ticket in the database, so that there are many in no time."""

    async def copies(ticket, count, **fields):
        original = await database["tickets"].find_one({"number": ticket["number"]})
        newest = await database["tickets"].find_one({}, sort={"number": -1})
        first = newest["number"] + 1
        await database["tickets"].insert_many(
            original | fields | {"_id": ObjectId(), "number": number}
            for number in range(first, first + count)
        )

    return copies


async def walk(caller, path, step):
    """Every page from the first to the one that says it is the last."""
    pages = [await caller.get(path)]
    while pages[-1].body[f"next_{step}"] is not None:
        assert len(pages) < 50
        more = f"{path}&{step}={pages[-1].body[f'next_{step}']}"
        pages.append(await caller.get(more))
    return pages


def numbers(pages):
    return [item["number"] for page in pages for item in page.body["items"]]


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


@pytest.mark.parametrize("name", ["ada", "olga"])
async def test_what_changed_since_then_comes_in_the_order_of_changes(
    ada, ben, olga, many, clock, name, request
):
    caller = request.getfixturevalue(name)
    for title in "abc":
        await ada.file(title)
    clock.forward(minutes=1)
    since = clock().isoformat().replace("+00:00", "Z")
    await ada.file("d")
    clock.forward(minutes=1)
    await olga.patch("/api/tickets/2", {"priority": "high"})
    clock.forward(minutes=1)
    await ada.post("/api/tickets/1/comments", {"message": "Again"})
    clock.forward(minutes=1)
    # Of a note nobody else can tell.
    await olga.post("/api/tickets/3/comments", {"message": "Hush", "internal": True})

    query = f"/api/tickets?updated_since={since}"

    assert titles(await caller.get(query)) == ["d", "b", "a"]
    for step in ("offset", "cursor"):
        assert numbers(await walk(caller, f"{query}&limit=1", step)) == [4, 2, 1]
    assert titles(await caller.get(f"{query}&priority=high")) == ["b"]
    assert titles(await ben.get(query)) == []
    clock.forward(days=2)
    assert titles(await caller.get(f"{query}&status=breached")) == ["b", "a", "d"]
    assert titles(await caller.get(f"{query}&q=a")) == ["a"]


async def test_a_walk_of_changes_misses_none_that_comes_meanwhile(ada, many, clock):
    await many(await ada.file(), 29)
    since = clock().isoformat().replace("+00:00", "Z")
    query, seen = f"/api/tickets?updated_since={since}&limit=7", []

    page = await ada.get(query)
    while True:
        seen += [item["number"] for item in page.body["items"]]
        clock.forward(seconds=1)
        if len(seen) < 20:
            await ada.patch(f"/api/tickets/{seen[0]}", {"description": f"{len(seen)}"})
        if (cursor := page.body["next_cursor"]) is None:
            break
        page = await ada.get(f"{query}&cursor={cursor}")

    assert set(seen) == set(range(1, 31))
    assert seen[-1] == 1


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


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (
            "updated_since=yesterday",
            "“updated_since” must be a time in ISO 8601 with Z or an offset",
        ),
        ("q=", "“q” may not be blank."),
        ("q=-", "Say at least one word to look for: signs alone are none."),
    ],
)
async def test_what_is_wrong_with_times_and_words_is_said(olga, query, said):
    answer = await olga.get(f"/api/tickets?{query}")

    assert answer.body["error"]["message"].startswith(said)


def cursor(text):
    return base64.urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=101", "limit"),
        ("limit=abc", "limit"),
        ("limit=", "limit"),
        ("limit=1e2", "limit"),
        ("limit=1.0", "limit"),
        ("limit=1_0", "limit"),
        ("limit=%2B1", "limit"),
        ("limit=%201", "limit"),
        ("limit=٢", "limit"),
        ("limit=9223372036854775808", "limit"),
        ("limit=" + "9" * 5_000, "limit"),
        ("limit=1&limit=1", "limit"),
        ("offset=-1", "offset"),
        ("offset=x", "offset"),
        ("offset=9223372036854775808", "offset"),
        ("offset=2147483648", "offset"),
        ("status=", "status"),
        ("status=done", "status"),
        ("status=OPEN", "status"),
        ("status=open&status=closed", "status"),
        ("status[$ne]=open", "status[$ne]"),
        ("priority=urgent", "priority"),
        ("priority=%00", "priority"),
        ("assignee=nobody@example.com", "assignee"),
        ("assignee=68e164c48d99b0708b2c6453", "assignee"),
        ("assignee=", "assignee"),
        ("assignee=%00@", "assignee"),
        ("assignee=%ED%A0%80@x", "assignee"),
        ("requester=$where", "requester"),
        ("unknown=1", "unknown"),
        ("q=a&q=b", "q"),
        ("updated_since=", "updated_since"),
        ("updated_since=yesterday", "updated_since"),
        ("updated_since=1772442000", "updated_since"),
        ("updated_since=2026-03-02", "updated_since"),
        ("updated_since=2026-03-02T09:00:00", "updated_since"),
        ("updated_since=2026-13-02T09:00:00Z", "updated_since"),
        ("updated_since=0001-01-01T00:00:00%2B10:00", "updated_since"),
        ("updated_since=2026-03-02T09:00:00Z" + "0" * 99, "updated_since"),
        ("q=a&cursor=" + cursor("1.0.0") + "&offset=20", "offset"),
        ("Limit=1", "Limit"),
        ("cursor=", "cursor"),
        ("cursor=abc", "cursor"),
        ("cursor=%FF", "cursor"),
        ("cursor=%C3%A9", "cursor"),
        ("cursor=" + "A" * 300, "cursor"),
        ("cursor=" + cursor("1.2"), "cursor"),
        ("cursor=" + cursor("x.y.z"), "cursor"),
        ("cursor=" + cursor("99999999999999999999.0.0"), "cursor"),
        ("cursor=" + cursor("1.99999999999999999999.0"), "cursor"),
        ("cursor=" + cursor("1.0.99999999999999999999"), "cursor"),
        ("cursor=" + cursor("-1.0.0"), "cursor"),
        ("cursor=" + cursor("1.0.-20"), "cursor"),
        ("cursor=" + cursor("1_0.0.0"), "cursor"),
        ("cursor=" + cursor("1.0.0") + "&offset=20", "offset"),
    ],
    ids=lambda text: text[:40],
)
async def test_a_bad_parameter_is_named(olga, query, field):
    # Case 21.
    answer = await olga.get(f"/api/tickets?{query}")

    assert (answer.status, answer.body["error"]["code"]) == (400, "VALIDATION_ERROR")
    assert answer.body["error"]["field"] == field


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

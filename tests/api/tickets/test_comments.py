"""A ticket comes with the latest of its comments; all of them are had by page."""

import asyncio

import pytest
from bson import ObjectId

from core.tickets.room import MOST_COMMENTS


@pytest.fixture
async def ticket(ada):
    return await ada.file()


@pytest.fixture
def address(ticket):
    return f"/api/tickets/{ticket['_id']}"


@pytest.fixture
def said(database, ada, clock):
    """So many comments, numbered from 0, put into the database in no time; of those that `note`
    picks, an agent's notes are made."""

    async def say(count, note=lambda n: False, text="{}"):
        author = {"_id": ObjectId(ada.id), "name": "Ada", "slack_id": None}
        comments = [
            {"_id": ObjectId(), "message": text.format(n), "author": author, "created_at": clock()}
            | ({"internal": True} if note(n) else {})
            for n in range(count)
        ]
        await database["tickets"].update_one({}, {"$set": {"comments": comments}})

    return say


def messages(comments):
    return [comment["message"] for comment in comments]


def numbered(*range_):
    return [str(n) for n in range(*range_)]


async def walk(caller, address, limit):
    pages = [await caller.get(f"{address}/comments?limit={limit}")]
    while (cursor := pages[-1].body["next_cursor"]) is not None:
        assert len(pages) < 50
        pages.append(await caller.get(f"{address}/comments?limit={limit}&cursor={cursor}"))
    return [page.body["items"] for page in pages]


async def test_few_comments_are_all_with_the_ticket(ada, address, said):
    await said(100)

    ticket = (await ada.get(address)).body

    assert messages(ticket["comments"]) == numbered(100)
    assert ticket["comments_count"] == 100


async def test_of_many_the_last_hundred_are_with_the_ticket_and_how_many_there_are(
    ada, address, said
):
    await said(250)

    ticket = (await ada.get(address)).body

    assert messages(ticket["comments"]) == numbered(150, 250)
    assert ticket["comments_count"] == 250


async def test_every_answer_with_a_ticket_has_no_more_of_them(ada, olga, address, said, database):
    key = {"Idempotency-Key": "k"}
    again = key | {"Prefer": "return=representation"}
    await said(250)
    await database["tickets"].update_one(
        {}, {"$set": {"idempotency": {"key": "rest:k", "body": "x"}}}
    )

    added = await ada.post(f"{address}/comments", {"message": "250"}, headers=key)
    repeated = await ada.post(f"{address}/comments", {"message": "250"}, headers=again)
    changed = await olga.patch(address, {"title": "Anew"})
    same = await olga.patch(address, {"title": "Anew"})
    stale = await olga.patch(address, {"title": "Again", "version": 1})
    silence = await olga.post(f"{address}/acknowledge")
    snoozed = await olga.post(f"{address}/snooze", {"minutes": 30})

    shown = [
        answer.body.get("ticket", answer.body)
        for answer in (added, repeated, changed, same, stale, silence, snoozed)
    ]
    assert {ticket["comments_count"] for ticket in shown} == {251}
    for ticket in shown:
        assert messages(ticket["comments"]) == numbered(151, 251)


async def test_a_ticket_filed_again_comes_with_the_latest_of_its_comments(ada, said):
    key = {"Idempotency-Key": "k", "Prefer": "return=representation"}
    await ada.post("/api/tickets", {"title": "x"}, headers=key)
    await said(150)

    again = await ada.post("/api/tickets", {"title": "x"}, headers=key)

    assert again.status == 200
    assert messages(again.body["comments"]) == numbered(50, 150)
    assert again.body["comments_count"] == 150


@pytest.mark.parametrize(
    ("count", "limit", "pages"),
    [(0, 20, 1), (1, 1, 1), (2, 1, 2), (20, 20, 1), (21, 20, 2), (40, 20, 2), (250, 100, 3)],
)
async def test_all_of_them_are_had_by_page_and_the_end_is_told_exactly(
    ada, address, said, count, limit, pages
):
    await said(count)

    walked = await walk(ada, address, limit)

    assert [message for page in walked for message in messages(page)] == numbered(count)
    assert len(walked) == pages


async def test_a_page_has_twenty_unless_it_is_told_otherwise(ada, address, said):
    await said(30)

    assert len((await ada.get(f"{address}/comments")).body["items"]) == 20


async def test_a_walk_meets_each_comment_once_while_others_are_added(ada, address, said):
    await said(30)

    first = (await ada.get(f"{address}/comments?limit=20")).body
    await ada.post(f"{address}/comments", {"message": "30"})
    second = (await ada.get(f"{address}/comments?cursor={first['next_cursor']}")).body

    assert messages(first["items"] + second["items"]) == numbered(31)
    assert second["next_cursor"] is None


async def test_they_look_as_they_do_with_the_ticket(ada, olga, address):
    await ada.post(f"{address}/comments", {"message": "Hello"})
    await olga.post(f"{address}/comments", {"message": "Hush", "internal": True})

    for who in (ada, olga):
        page = (await who.get(f"{address}/comments")).body["items"]
        assert page == (await who.get(address)).body["comments"]
    assert page[-1]["internal"] is True


async def test_notes_are_for_agents_wherever_comments_are_shown(ada, olga, address, said):
    # The latest are notes, but for the very last.
    await said(251, note=lambda n: 100 <= n < 250)

    own, agents = (await ada.get(address)).body, (await olga.get(address)).body
    pages = [comment for page in await walk(ada, address, 20) for comment in page]
    added = (await ada.post(f"{address}/comments", {"message": "251"})).body["ticket"]

    assert messages(own["comments"]) == [*numbered(1, 100), "250"]
    assert own["comments_count"] == 101
    assert messages(agents["comments"]) == numbered(151, 251)
    assert agents["comments_count"] == 251
    assert messages(pages) == [*numbered(100), "250"]
    assert messages(added["comments"]) == [*numbered(2, 100), "250", "251"]
    assert "internal" not in str([own, pages, added])
    assert len(await walk(olga, address, 100)) == 3


async def test_the_etag_covers_all_comments_that_its_reader_sees(ada, olga, address, said):
    await said(250, note=lambda n: n % 2)

    own, agents = await ada.get(address), await olga.get(address)
    await olga.post(f"{address}/comments", {"message": "Hush", "internal": True})
    known = {"If-None-Match": own.headers["ETag"]}
    stale = {"If-Match": agents.headers["ETag"]}

    assert (own.headers["ETag"], agents.headers["ETag"]) == ('"1.125"', '"1.250"')
    assert (await ada.get(address, headers=known)).status == 304
    assert (await olga.patch(address, {"title": "x"}, headers=stale)).status == 412
    fresh = {"If-Match": (await ada.get(address)).headers["ETag"]}
    assert (await ada.patch(address, {"title": "x"}, headers=fresh)).status == 200


async def test_of_a_change_and_a_comment_at_once_the_etag_lets_no_change_pass_unseen(
    ada, olga, address, said
):
    await said(150, note=lambda n: n % 3 == 0)
    etag = (await olga.get(address)).headers["ETag"]

    changed, *commented = await asyncio.gather(
        olga.patch(address, {"title": "x"}, headers={"If-Match": etag}),
        *(ada.post(f"{address}/comments", {"message": "x"}) for _ in range(5)),
    )

    assert changed.status in (200, 412)
    assert {answer.status for answer in commented} == {201}
    ticket = (await olga.get(address)).body
    assert (ticket["version"], ticket["comments_count"]) == (1 + (changed.status == 200), 155)


async def test_the_largest_answer_is_a_fraction_of_the_largest_ticket(ada, address, said, session):
    await said(700, text="\U0001f525" * 4_000 + "{}")

    async with session.get(ada.url + address, headers=ada.headers) as response:
        size = len(await response.read())

    assert size < 2 * 1024**2


async def test_a_full_ticket_says_so_and_shows_its_last_comments(ada, address, said):
    await said(MOST_COMMENTS)

    refused = await ada.post(f"{address}/comments", {"message": "one more"})

    assert (refused.status, refused.body["error"]["code"]) == (409, "WRONG_STATE")
    assert len(await walk(ada, address, 100)) == 20


@pytest.mark.parametrize("id", ["999999", "zzz", "68e164c48d99b0708b2c6453"])
async def test_comments_of_no_ticket_look_like_those_of_anothers(ben, address, id):
    anothers = await ben.get(f"{address}/comments")
    none = await ben.get(f"/api/tickets/{id}/comments")

    assert anothers.status == none.status == 404
    assert anothers.body == none.body


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=x", "limit"),
        ("offset=1", "offset"),
        ("cursor=", "cursor"),
        ("cursor=abc", "cursor"),
        ("cursor=MS4x", "cursor"),
        ("cursor=OTk5OQ==", "cursor"),
        ("cursor=LTE=", "cursor"),
        ("cursor=MjA=&cursor=MjA=", "cursor"),
    ],
)
async def test_a_bad_parameter_is_named(ada, address, query, field):
    answer = await ada.get(f"{address}/comments?{query}")

    assert (answer.status, answer.body["error"]["field"]) == (400, field)

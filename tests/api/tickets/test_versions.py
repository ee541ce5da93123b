"""Two people at one ticket: nobody overwrites what they have not seen."""

import asyncio

import pytest

from core.desk.tickets import retrying
from tests.conftest import LONGEST_WAIT

CONFLICT = "Conflict - Ticket already updated (409)"


@pytest.fixture
async def ticket(ada):
    return await ada.file()


@pytest.fixture
def address(ticket):
    return f"/api/tickets/{ticket['_id']}"


async def test_of_two_changes_to_one_version_the_second_is_shown_the_ticket_as_it_is(ada, address):
    first = await ada.patch(address, {"title": "one", "version": 1})

    second = await ada.patch(address, {"title": "two", "version": 1})

    assert first.status == 200
    assert second.status == 409
    assert second.body == {
        "error": CONFLICT,
        "code": "VERSION_CONFLICT",
        "fields": ["title"],
        "ticket": first.body["ticket"],
    }
    assert second.headers["ETag"] == first.headers["ETag"] == '"2.0"'


@pytest.mark.parametrize(
    ("others", "mine", "clash"),
    [
        ({"title": "one"}, {"title": "two"}, ["title"]),
        ({"title": "one"}, {"title": "one"}, []),
        ({"title": "one"}, {"title": "Server down"}, []),
        ({"title": "one"}, {"description": "It beeps."}, []),
        (
            {"title": "one", "priority": "high"},
            {"priority": "low", "title": "two"},
            ["priority", "title"],
        ),
        ({"priority": "high"}, {"priority": "low", "title": "two"}, ["priority"]),
        ({"assignee": "ME"}, {"assignee": None}, []),
        ({"status": "waiting", "waiting_for": "Acme"}, {"status": "in_progress"}, ["status"]),
    ],
)
async def test_a_conflict_names_the_fields_that_clash(olga, others, mine, clash):
    # Olga is everybody here: what matters is which version she saw.
    address = f"/api/tickets/{(await olga.file())['_id']}"
    etag = (await olga.get(address)).headers["ETag"]
    others = {field: olga.id if value == "ME" else value for field, value in others.items()}
    await olga.post(f"{address}/acknowledge")
    for field, value in others.items() if "status" not in others else [(None, None)]:
        assert (await olga.patch(address, {field: value} if field else others)).status == 200

    by_version = await olga.patch(address, mine | {"version": 1})
    by_etag = await olga.patch(address, mine, headers={"If-Match": etag})

    assert (by_version.status, sorted(by_version.body["fields"])) == (409, clash)
    assert (by_etag.status, sorted(by_etag.body["error"]["fields"])) == (412, clash)


async def test_what_was_changed_and_changed_back_does_not_clash(ada, address):
    await ada.patch(address, {"title": "one"})
    await ada.patch(address, {"title": "Server down"})

    answer = await ada.patch(address, {"title": "two", "version": 1})

    assert (answer.status, answer.body["fields"]) == (409, [])


async def test_a_comment_alone_clashes_with_nothing(ada, address):
    before = (await ada.get(address)).headers["ETag"]
    await ada.post(f"{address}/comments", {"message": "hello"})

    stale = await ada.patch(address, {"title": "one"}, headers={"If-Match": before})

    assert (stale.status, stale.body["error"]["fields"]) == (412, [])


async def test_a_version_that_is_yet_to_come_is_a_conflict_too(ada, address):
    answer = await ada.patch(address, {"title": "two", "version": 2})

    assert (answer.status, answer.body["error"]) == (409, CONFLICT)


async def test_a_stale_version_is_a_conflict_even_where_nothing_would_change(ada, address):
    await ada.patch(address, {"title": "one", "version": 1})

    answer = await ada.patch(address, {"title": "one", "version": 1})

    assert answer.status == 409


async def test_of_fifty_changes_to_one_version_exactly_one_wins(ada, address, database):
    # Case 6.
    answers = await asyncio.gather(
        *(ada.patch(address, {"title": f"try {n}", "version": 1}) for n in range(50))
    )

    [won] = [answer for answer in answers if answer.status == 200]
    lost = [answer for answer in answers if answer.status == 409]
    assert len(lost) == 49
    assert {answer.body["code"] for answer in lost} == {"VERSION_CONFLICT"}
    now = await ada.get(address)
    assert now.body == won.body["ticket"]
    assert now.body["version"] == 2
    assert len((await database["tickets"].find_one())["timeline"]) == 2


async def test_of_fifty_changes_to_one_etag_exactly_one_wins(ada, address):
    answers = await asyncio.gather(
        *(
            ada.patch(address, {"title": f"try {n}"}, headers={"If-Match": '"1.0"'})
            for n in range(50)
        )
    )

    assert sorted(answer.status for answer in answers) == [200] + [412] * 49
    assert (await ada.get(address)).body["version"] == 2


async def test_who_was_overtaken_on_a_slow_database_is_told_who_won(
    ada, address, store, monkeypatch
):
    save = store.tickets.save

    async def slow(*args, **how):
        monkeypatch.setattr(store.tickets, "save", save)
        assert (await ada.patch(address, {"title": "faster"})).status == 200
        return await save(*args, **how)

    monkeypatch.setattr(store.tickets, "save", slow)
    monkeypatch.setattr(retrying, "_PATIENCE", 0)
    answer = await ada.patch(address, {"title": "slower"}, headers={"If-Match": '"1.0"'})

    assert answer.status == 412


async def test_changes_that_name_no_version_all_apply(ada, address, database):
    async def patched(number):
        """A busy machine may have no time for all of them at once, and says so."""
        async with asyncio.timeout(LONGEST_WAIT):
            while (answer := await ada.patch(address, {"title": f"try {number}"})).status == 503:
                assert answer.body["error"]["message"].startswith("Too many people are changing")
        return answer.status

    assert await asyncio.gather(*map(patched, range(50))) == [200] * 50
    assert (await ada.get(address)).body["version"] == 51
    assert len((await database["tickets"].find_one())["timeline"]) == 51


async def test_a_comment_does_not_raise_the_version(ada, address):
    commented = await ada.post(f"{address}/comments", {"message": "hello"})

    changed = await ada.patch(address, {"title": "one", "version": 1})

    assert commented.body["ticket"]["version"] == 1
    assert changed.status == 200


async def test_a_comment_changes_the_etag(ada, address):
    before = (await ada.get(address)).headers["ETag"]

    commented = await ada.post(f"{address}/comments", {"message": "hello"})
    stale = await ada.patch(address, {"title": "one"}, headers={"If-Match": before})

    assert commented.headers["ETag"] == (await ada.get(address)).headers["ETag"] != before
    assert (stale.status, stale.body["error"]["code"]) == (412, "PRECONDITION_FAILED")


@pytest.mark.parametrize(
    ("tag", "status"),
    [
        ('"1.0"', 200),
        ("*", 200),
        (" * ", 200),
        ('"9.9", "1.0"', 200),
        ('"1.1"', 412),
        ('"2.0"', 412),
        ('W/"1.0"', 412),
        ('W/"1.0", "9.9"', 412),
        ("1.0", 412),
        ('"*"', 412),
        ("", 412),
        ("nonsense", 412),
    ],
)
async def test_which_if_match_lets_a_change_through(ada, address, tag, status):
    # Case 7.
    answer = await ada.patch(address, {"title": "one"}, headers={"If-Match": tag})

    assert answer.status == status
    assert (await ada.get(address)).body["version"] == (2 if status == 200 else 1)


@pytest.mark.parametrize(
    ("tag", "status"),
    [
        ('"1.0"', 304),
        ("*", 304),
        ('W/"1.0"', 304),
        ('"9.9", "1.0"', 304),
        ('"1.1"', 200),
        ("1.0", 200),
        ("nonsense", 200),
    ],
)
async def test_who_has_the_ticket_already_is_told_so_without_a_body(ada, address, tag, status):
    answer = await ada.get(address, headers={"If-None-Match": tag})

    assert answer.status == status
    assert answer.headers["ETag"] == '"1.0"'
    assert (answer.body == "") is (status == 304)


async def test_a_304_is_not_given_to_who_may_not_see_the_ticket(ben, address):
    answer = await ben.get(address, headers={"If-None-Match": "*"})

    assert answer.status == 404


async def test_changes_and_comments_at_once_are_all_kept(ada, olga, address):
    await asyncio.gather(
        *(ada.post(f"{address}/comments", {"message": str(n)}) for n in range(20)),
        *(olga.patch(address, {"title": f"try {n}"}) for n in range(20)),
    )

    ticket = (await ada.get(address)).body
    assert ticket["version"] == 21
    assert {comment["message"] for comment in ticket["comments"]} == {str(n) for n in range(20)}

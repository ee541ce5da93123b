"""Which headers are a key, and whose: another caller's, another ticket's is another one."""

import string

import pytest

from tests.support.answers import code

VISIBLE = "".join(sorted(string.digits + string.ascii_letters + string.punctuation))


async def test_bare_and_quoted_are_the_same_key(posting, ada):
    await posting.send(ada, key="abc123")

    again = await posting.send(ada, key='"abc123"')

    assert again.status == 409


async def test_keys_differ_by_case(posting, ada):
    await posting.send(ada, key="abc123")

    other = await posting.send(ada, key="ABC123")

    assert other.status == 201


@pytest.mark.parametrize(
    "key",
    ["x", "x" * 255, '"' + "x" * 255 + '"', VISIBLE, "a,b;c=d", "$where", "a.b", "../..", "%00"],
    ids=lambda key: key[:10],
)
async def test_any_1_to_255_visible_ascii_characters_are_a_key(posting, ada, key):
    answers = [await posting.send(ada, key=key) for _ in range(2)]

    assert [answer.status for answer in answers] == [201, 409]


@pytest.mark.parametrize(
    "key",
    ["", '""', '"', '"abc', "x" * 256, '"' + "x" * 256 + '"', "a b", '"a b"', "a\tb", "schlüssel"],
    ids=lambda key: key[:10],
)
async def test_anything_else_is_no_key(posting, ada, key):
    # Case 3.
    answer = await posting.send(ada, key=key)

    assert (answer.status, code(answer)) == (400, "VALIDATION_ERROR")
    assert answer.body["error"]["field"] == "Idempotency-Key"
    assert await posting.count() == 0


@pytest.mark.parametrize("keys", [("a", "b"), ("a", "a")])
async def test_two_keys_are_none(posting, ada, keys):
    # Case 3.
    answer = await ada.post(
        posting.path,
        posting.body("Server down"),
        headers=[("Idempotency-Key", key) for key in keys],
    )

    assert (answer.status, code(answer)) == (400, "VALIDATION_ERROR")
    assert await posting.count() == 0


async def test_another_callers_key_is_another_key(posting, ada, olga):
    # Case 2.
    await posting.send(ada)

    hers = await posting.send(olga, "Printer down")

    assert hers.status == 201
    assert await posting.count() == 2


async def test_a_key_belongs_to_the_ticket_that_was_commented_on(ada):
    tickets = [await ada.file(), await ada.file()]
    key = {"Idempotency-Key": "abc123"}

    answers = [
        await ada.post(f"/api/tickets/{ticket['_id']}/comments", {"message": "hello"}, headers=key)
        for ticket in tickets
    ]

    assert [answer.status for answer in answers] == [201, 201]


async def test_a_ticket_is_the_same_for_a_key_by_whatever_name_it_is_called(ada):
    ticket = await ada.file()
    key = {"Idempotency-Key": "abc123"}

    answers = [
        await ada.post(f"/api/tickets/{name}/comments", {"message": "hello"}, headers=key)
        for name in (ticket["_id"], "T-1", "1")
    ]

    assert [answer.status for answer in answers] == [201, 409, 409]


async def test_a_key_for_a_ticket_is_none_for_a_comment(ada):
    key = {"Idempotency-Key": "abc123"}
    filed = await ada.post("/api/tickets", {"title": "x"}, headers=key)

    commented = await ada.post(
        f"{filed.headers['Location']}/comments", {"message": "x"}, headers=key
    )

    assert commented.status == 201

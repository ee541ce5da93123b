"""A body that cannot be taken is refused with what is wrong with it, and leaves nothing behind."""

import gzip

import pytest

from tests.support.answers import code

JSON = {"Content-Type": "application/json"}


NO_JSON = {
    "nothing": b"",
    "words": b"hello",
    "half an object": b'{"title": "x"',
    "two objects": b'{"title": "x"} {}',
    "a list": b"[]",
    "a string": b'"title"',
    "a number": b"1",
    "null": b"null",
    "NaN": b'{"title": NaN}',
    "infinity": b'{"title": "x", "description": -Infinity}',
    "single quotes": b"{'title': 'x'}",
    "a trailing comma": b'{"title": "x",}',
    "bad UTF-8": b'{"title": "\xff\xfe"}',
    "overlong UTF-8": b'{"title": "\xc0\xaf"}',
    "a surrogate in UTF-8": b'{"title": "\xed\xa0\x80"}',
    "a lone surrogate": rb'{"title": "\ud800"}',
    "surrogates the wrong way round": rb'{"title": "\udc00\ud800"}',
    "half an escape": rb'{"title": "\u12"}',
    "a bare control character": b'{"title": "a\x01b"}',
    "UTF-16": '{"title": "x"}'.encode("utf-16"),
    "60,000 brackets": b"[" * 60_000,
    "60,000 brackets in a field": b'{"title": ' + b"[" * 50_000,
    "a number of 5,000 digits": b'{"title": ' + b"1" * 5_000 + b"}",
    "a huge exponent": b'{"title": 1e99999}',
    "a field that is no text": b'{"title": {"$ne": null}}',
    "a field that is null": b'{"title": null}',
    "a name with a NUL": rb'{"title": "x", "a\u0000b": 1}',
    "a name of an operator": b'{"title": "x", "$where": "1"}',
    "a dotted name": b'{"title": "x", "requester._id": "1"}',
    "a class's name": b'{"title": "x", "__class__": "1"}',
}


@pytest.mark.parametrize("body", NO_JSON.values(), ids=NO_JSON)
async def test_a_body_that_is_no_valid_json_object_is_a_400(ada, body):
    # Case 19.
    answer = await ada.send("POST", "/api/tickets", data=body, headers=JSON)

    assert (answer.status, code(answer)) == (400, "VALIDATION_ERROR")


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "multipart/form-data"},
        {"Content-Type": "application/octet-stream"},
        {"Content-Type": "application/json; charset=latin-1"},
        {"Content-Type": "application/json; charset=nonsense"},
        {"Content-Type": "nonsense"},
        JSON | {"Content-Encoding": "gzip"},
        JSON | {"Content-Encoding": "nonsense"},
    ],
    ids=str,
)
async def test_a_body_that_is_not_plain_json_in_utf_8_is_a_415(ada, headers):
    # Case 19.
    answer = await ada.send("POST", "/api/tickets", data=b'{"title": "x"}', headers=headers)

    assert (answer.status, code(answer)) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize(
    "body", [gzip.compress(b'{"title": "x"}', mtime=0), b"\x1f\x8bno gzip at all"]
)
async def test_a_compressed_body_is_a_415_whether_it_is_valid_or_not(ada, body):
    # Case 19.
    headers = JSON | {"Content-Encoding": "gzip"}

    answer = await ada.send("POST", "/api/tickets", data=body, headers=headers)

    assert (answer.status, code(answer)) == (415, "UNSUPPORTED_MEDIA_TYPE")


async def test_a_compression_that_the_server_does_not_know_is_the_callers_mistake(ada):
    headers = JSON | {"Content-Encoding": "br"}

    answer = await ada.send("POST", "/api/tickets", data=b'{"title": "x"}', headers=headers)

    assert answer.status in (400, 415)


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "utf8", '"utf-8"'])
async def test_json_may_say_that_it_is_utf_8(ada, charset):
    headers = {"Content-Type": f"application/json; charset={charset}"}

    answer = await ada.send(
        "POST", "/api/tickets", data='{"title": "Überlast"}'.encode(), headers=headers
    )

    assert answer.status == 201
    assert answer.body["title"] == "Überlast"


async def test_a_body_over_64_kib_is_a_413(ada):
    answer = await ada.post("/api/tickets", {"title": "x", "description": "x" * 65_536})

    assert (answer.status, code(answer)) == (413, "PAYLOAD_TOO_LARGE")


async def test_a_body_in_chunks_is_cut_off_at_64_kib(ada):
    async def chunks():
        for _ in range(100):
            yield b" " * 1024

    answer = await ada.send("POST", "/api/tickets", data=chunks(), headers=JSON)

    assert (answer.status, code(answer)) == (413, "PAYLOAD_TOO_LARGE")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "title"),
        ({"title": ""}, "title"),
        ({"title": " \t "}, "title"),
        ({"title": "two\nlines"}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": 7}, "title"),
        ({"title": "x", "description": "a\0b"}, "description"),
        ({"title": "x", "description": "x" * 10_001}, "description"),
        ({"title": "x", "priority": "urgent"}, "priority"),
        ({"title": "x", "priority": "High"}, "priority"),
        ({"title": "x", "priority": ["high"]}, "priority"),
        ({"title": "x", "status": "closed"}, "status"),
        ({"title": "x", "_id": "68e164c48d99b0708b2c6453"}, "_id"),
        ({"title": "x", "role": "admin"}, "role"),
    ],
)
async def test_the_field_that_is_wrong_is_named(ada, body, field):
    answer = await ada.post("/api/tickets", body)

    assert (answer.status, code(answer)) == (400, "VALIDATION_ERROR")
    assert answer.body["error"]["field"] == field
    assert answer.body["error"]["message"].startswith((f"The {field} ", f"“{field}” "))


@pytest.mark.parametrize("message", ["", "  \n ", "a\0b", "x" * 4_001, None, 7, ["x"]])
async def test_a_comment_that_says_nothing_or_too_much_is_refused(ada, message):
    ticket = await ada.file()

    answer = await ada.post(f"/api/tickets/{ticket['_id']}/comments", {"message": message})

    assert (answer.status, code(answer)) == (400, "VALIDATION_ERROR")
    assert answer.body["error"]["field"] == "message"


async def test_what_was_refused_left_nothing_behind(ada, database):
    await ada.post("/api/tickets", {"title": "x", "priority": "urgent"})

    assert await database["tickets"].count_documents({}) == 0

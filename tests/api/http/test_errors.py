"""Whatever a caller sends, the answer is in the one shape of errors, and never a 5xx."""

import asyncio
import gzip
import re
from dataclasses import replace

import pytest

JSON = {"Content-Type": "application/json"}


async def raw(url, request):
    """The answer to bytes that no client would send, up to the end of the connection."""
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(request)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


def code(answer):
    return answer.body["error"]["code"]


async def test_an_address_that_is_none_is_not_found(stranger):
    answer = await stranger.get("/api/nothing")

    assert (answer.status, code(answer)) == (404, "NOT_FOUND")
    assert re.search(r"[.]$", answer.body["error"]["message"])


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/api/tickets", {"GET", "HEAD", "POST"}),
        ("PUT", "/api/tickets/1", {"GET", "HEAD", "PATCH"}),
        ("GET", "/api/auth/login", {"POST"}),
        ("TRACE", "/healthz", {"GET", "HEAD"}),
        ("PATCH", "/api/tickets/1/comments", {"GET", "HEAD", "POST"}),
    ],
)
async def test_a_method_that_an_address_does_not_take_is_answered_with_those_it_takes(
    stranger, method, path, allowed
):
    answer = await stranger.send(method, path)

    assert (answer.status, code(answer)) == (405, "METHOD_NOT_ALLOWED")
    assert set(re.split(", ?", answer.headers["Allow"])) == allowed


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/auth/me"),
        ("GET", "/api/tickets"),
        ("POST", "/api/tickets"),
        ("GET", "/api/tickets/1"),
        ("PATCH", "/api/tickets/1"),
        ("GET", "/api/tickets/1/comments"),
        ("POST", "/api/tickets/1/comments"),
    ],
)
@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic YTpi", "Token abc"])
async def test_without_a_bearer_token_one_is_asked_to_sign_in(stranger, method, path, header):
    headers = {} if header is None else {"Authorization": header}

    answer = await stranger.send(method, path, headers=headers)

    assert (answer.status, code(answer)) == (401, "AUTH_REQUIRED")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


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


@pytest.mark.parametrize(
    "id",
    [
        "68e164c48d99b0708b2c6453",
        "999999",
        "T-999999",
        "zzz",
        "twelve_bytes",
        "0" * 23,
        "g" * 24,
        "T-",
        "-1",
        "1.0",
        "9" * 400,
        "%00",
        "%0A",
        "%2F",
        "%FF",
        "%F0%9F%92%A9",
        "$where",
        "undefined",
        "__proto__",
    ],
)
async def test_what_is_no_tickets_id_answers_exactly_like_anothers_ticket(ada, ben, id):
    # Case 18.
    ticket = await ben.file()

    async def answers(id):
        return [
            await ada.get(f"/api/tickets/{id}"),
            await ada.patch(f"/api/tickets/{id}", {"title": "mine"}),
            await ada.get(f"/api/tickets/{id}/comments"),
            await ada.post(f"/api/tickets/{id}/comments", {"message": "hello"}),
        ]

    none = await answers(id)
    anothers = await answers(ticket["_id"])

    assert {(answer.status, code(answer)) for answer in none} == {(404, "TICKET_NOT_FOUND")}
    assert [answer.body for answer in anothers] == [answer.body for answer in none]


@pytest.mark.parametrize(
    "target",
    [b"/api/tickets/\xff\xfe", b"/api/tickets?assignee=\xff@x", b"/api/tickets?\xff=1", b"/\xff"],
)
async def test_an_address_that_is_no_utf_8_is_the_callers_mistake(ada, rest_url, target):
    token = ada.headers["Authorization"].encode()

    answer = await raw(
        rest_url,
        b"GET " + target + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        b"Authorization: " + token + b"\r\n\r\n",
    )

    assert re.match(rb"HTTP/1.[01] 4\d\d ", answer), answer


@pytest.mark.parametrize(
    "header",
    [b"Authorization: Bearer \xff\xfe", b"X-Request-Id: \xff", b"If-None-Match: \xff"],
)
async def test_a_header_that_is_no_ascii_is_the_callers_mistake_or_no_matter(rest_url, header):
    answer = await raw(
        rest_url,
        b"GET /api/tickets/1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        + header
        + b"\r\n\r\n",
    )

    assert re.match(rb"HTTP/1.[01] 4\d\d ", answer), answer


async def test_a_sane_request_id_is_echoed(stranger):
    answer = await stranger.get("/healthz", headers={"X-Request-Id": "7f3e-aa:b.c_d"})

    assert answer.headers["X-Request-Id"] == "7f3e-aa:b.c_d"


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "<script>", "é"])
async def test_any_other_request_id_is_replaced(stranger, given):
    answer = await stranger.get("/api/nothing", headers={"X-Request-Id": given})

    assert re.fullmatch("[0-9a-f]{16}", answer.headers["X-Request-Id"])


async def test_a_bug_is_a_500_with_a_request_id_and_no_detail(ada, desk, serve):
    def broken_clock():
        raise RuntimeError("the secret of the house")

    url = await serve(replace(desk, clock=broken_clock))

    answer = await replace(ada, url=url).post("/api/tickets", {"title": "x"})

    assert (answer.status, code(answer)) == (500, "INTERNAL_ERROR")
    assert answer.headers["X-Request-Id"]
    assert "secret" not in str(answer.body)

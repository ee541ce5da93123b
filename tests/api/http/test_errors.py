"""Whatever a caller sends, the answer is in the one shape of errors, and never a 5xx."""

import asyncio
import re
from dataclasses import replace

import pytest

from tests.support.answers import code


async def raw(url, request):
    """The answer to bytes that no client would send, up to the end of the connection."""
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(request)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


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

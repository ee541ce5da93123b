"""Which pages of which origins may call."""

from dataclasses import replace

import pytest

OURS, FOREIGN = "https://desk.example.com", "https://evil.example.com"


@pytest.fixture
async def guarded(desk, serve, stranger):
    return replace(stranger, url=await serve(desk, origins=(OURS,)))


async def preflight(caller, origin, path="/api/tickets", method="POST"):
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization, content-type, idempotency-key, if-match",
    }
    return await caller.send("OPTIONS", path, headers=headers)


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/api/tickets"), ("PATCH", "/api/tickets/1"), ("GET", "/api/tickets/1")],
)
async def test_a_page_of_an_allowed_origin_may_call(guarded, method, path):
    # Case 41.
    answer = await preflight(guarded, OURS, path, method)

    assert answer.status == 200
    assert answer.headers["Access-Control-Allow-Origin"] == OURS
    assert answer.headers["Access-Control-Allow-Methods"] == method
    allowed = answer.headers["Access-Control-Allow-Headers"].lower()
    assert {"authorization", "idempotency-key", "if-match"} <= set(allowed.split(","))


@pytest.mark.parametrize("origin", [FOREIGN, "null", f"{OURS}.evil.example.com", OURS.upper()])
async def test_a_page_of_any_other_origin_may_not(guarded, origin):
    # Case 41.
    asked = await preflight(guarded, origin)
    called = await guarded.get("/healthz", headers={"Origin": origin})

    assert asked.status == 403
    assert "Access-Control-Allow-Origin" not in asked.headers
    assert "Access-Control-Allow-Origin" not in called.headers


async def test_without_a_list_every_page_may_call_but_never_with_cookies(stranger):
    asked = await preflight(stranger, FOREIGN)
    called = await stranger.get("/healthz", headers={"Origin": FOREIGN})

    assert asked.status == 200
    for answer in (asked, called):
        assert answer.headers["Access-Control-Allow-Origin"] in ("*", FOREIGN)
        assert "Access-Control-Allow-Credentials" not in answer.headers


async def test_a_page_may_read_the_headers_it_needs_on_errors_too(guarded):
    answer = await guarded.get("/api/tickets", headers={"Origin": OURS})

    exposed = {
        name.strip().lower() for name in answer.headers["Access-Control-Expose-Headers"].split(",")
    }
    assert answer.status == 401
    assert answer.headers["Access-Control-Allow-Origin"] == OURS
    assert {"etag", "location", "retry-after", "x-request-id"} <= exposed

"""Which pages of which origins may call, and under which names a desk on loopback is served."""

from dataclasses import replace

import pytest

OURS, FOREIGN = "https://desk.example.com", "https://evil.example.com"


@pytest.fixture
async def guarded(desk, serve, stranger):
    return replace(stranger, url=await serve(desk, origins=("local", OURS)))


@pytest.fixture
async def open_to_all(desk, serve, stranger):
    return replace(stranger, url=await serve(desk, origins=("*",)))


async def preflight(caller, origin, path="/api/tickets", method="POST"):
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization, content-type, idempotency-key, if-match",
    }
    return await caller.send("OPTIONS", path, headers=headers)


def words(header):
    return {word.strip().lower() for word in header.split(",")}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/tickets"),
        ("PATCH", "/api/tickets/1"),
        ("GET", "/api/tickets/1"),
        ("HEAD", "/healthz"),
    ],
)
@pytest.mark.parametrize(
    "origin",
    [
        OURS,
        "http://localhost:3000",
        "http://localhost",
        "https://localhost:8443",
        "http://127.0.0.1:5173",
        "http://[::1]:3000",
    ],
)
async def test_a_page_of_an_allowed_origin_may_call(guarded, origin, method, path):
    # Case 41.
    answer = await preflight(guarded, origin, path, method)

    assert answer.status == 200
    assert answer.headers["Access-Control-Allow-Origin"] == origin
    assert method.lower() in words(answer.headers["Access-Control-Allow-Methods"])
    allowed = words(answer.headers["Access-Control-Allow-Headers"])
    assert {"authorization", "content-type", "idempotency-key", "if-match", "prefer"} <= allowed
    assert int(answer.headers["Access-Control-Max-Age"]) > 0


@pytest.mark.parametrize(
    "origin",
    [
        FOREIGN,
        "null",
        "",
        f"{OURS}.evil.example.com",
        OURS.upper(),
        f"{OURS}:8443",
        "http://desk.example.com",
        "http://localhost.evil.example.com",
        "http://127.0.0.1.evil.example.com:4000",
        "http://localhost:3000/",
        "http://localhost:x",
        "http://evil.example.com@localhost",
        "http://evil@127.0.0.1:80",
        "ftp://localhost",
        "localhost",
        "file://",
        "http://[::1].evil.example.com",
        "http://127.0.0.1:99999999",
        "local",
        "x" * 8_000,
    ],
    ids=lambda text: text[:40],
)
async def test_a_page_of_any_other_origin_may_not(guarded, origin):
    # Case 41.
    asked = await preflight(guarded, origin)
    called = await guarded.get("/healthz", headers={"Origin": origin})

    assert (asked.status, asked.body["error"]["code"]) == (403, "FORBIDDEN")
    assert "HELPDESK_CORS_ORIGINS" in asked.body["error"]["message"]
    for answer in (asked, called):
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "origin" in words(answer.headers["Vary"])


async def test_unless_it_is_told_otherwise_pages_of_this_machine_may_call(stranger):
    assert (await preflight(stranger, "http://localhost:5173")).status == 200
    assert (await preflight(stranger, FOREIGN)).status == 403


async def test_every_page_may_call_where_that_is_chosen_but_never_with_cookies(open_to_all):
    asked = await preflight(open_to_all, FOREIGN)
    called = await open_to_all.get("/healthz", headers={"Origin": FOREIGN})

    assert asked.status == 200
    for answer in (asked, called):
        assert answer.headers["Access-Control-Allow-Origin"] in ("*", FOREIGN)
        assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/api/tickets", {}, 401),
        ("GET", "/api/nothing", {}, 404),
        ("DELETE", "/api/tickets", {}, 405),
        ("OPTIONS", "/api/tickets", {}, 405),
        ("OPTIONS", "/api/nothing", {"Access-Control-Request-Method": "GET"}, 404),
        ("POST", "/api/auth/login", {"Content-Type": "text/plain"}, 415),
        ("GET", "/healthz", {"Expect": "the-unexpected"}, 417),
        ("GET", "/api/nothing", {"Expect": "the-unexpected"}, 417),
        ("GET", "/docs/nothing", {}, 404),
    ],
)
async def test_a_page_may_read_what_went_wrong_too(guarded, method, path, headers, status):
    answer = await guarded.send(method, path, headers={"Origin": OURS} | headers)

    assert answer.status == status
    assert {"code", "message"} == answer.body["error"].keys()
    assert answer.headers["Access-Control-Allow-Origin"] == OURS
    shown = words(answer.headers["Access-Control-Expose-Headers"])
    assert {"etag", "location", "retry-after", "x-request-id"} <= shown
    assert answer.headers["X-Request-Id"]


async def test_what_an_answer_depends_on_is_added_to_what_it_depends_on_besides(olga):
    answer = await olga.get("/api/reports/sla", headers={"Accept": "text/csv"})

    assert words(answer.headers["Vary"]) == {"accept", "origin"}


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:4000", "LOCALHOST:1", "127.0.0.1:4000", "[::1]:4000", "[::1]"]
)
async def test_a_desk_on_loopback_is_served_under_the_names_of_this_machine(guarded, host):
    assert (await guarded.get("/healthz", headers={"Host": host})).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example.com",
        "evil.example.com:4000",
        "localhost.evil.example.com",
        "127.0.0.1.evil.example.com",
        "localhost.",
        "127.0.0.2",
        "localhost:4000:4000",
        "evil.example.com#localhost",
        "user@localhost",
        "local",
        "",
    ],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/healthz"),
        ("POST", "/api/auth/register"),
        ("GET", "/docs"),
        ("GET", "/docs/show.js"),
        ("GET", "/api/nothing"),
        ("DELETE", "/readyz"),
    ],
)
async def test_a_page_that_resolves_its_own_name_to_loopback_gets_nothing(
    guarded, host, method, path
):
    # All that such a page may add to its requests is tried as well.
    headers = {"Host": host, "X-Forwarded-Host": "localhost", "Forwarded": "host=localhost"}

    answer = await guarded.send(method, path, headers=headers)

    assert (answer.status, answer.body["error"]["code"]) == (421, "MISDIRECTED_REQUEST")
    assert "HELPDESK_CORS_ORIGINS" in answer.body["error"]["message"]
    assert "evil" not in str(answer.body)


@pytest.mark.parametrize("host", ["desk.example.com", "Desk.Example.com:443"])
async def test_a_name_whose_pages_may_call_is_one_to_be_served_under(guarded, host):
    assert (await guarded.get("/healthz", headers={"Host": host})).status == 200


async def test_where_every_page_may_call_every_name_is_as_good(open_to_all):
    assert (await open_to_all.get("/healthz", headers={"Host": "any.example.com"})).status == 200


async def test_what_is_reached_from_elsewhere_is_served_under_any_name(desk, serve, stranger):
    elsewhere = replace(stranger, url=await serve(desk, loopback=False))

    assert (await elsewhere.get("/healthz", headers={"Host": "desk.example.com"})).status == 200

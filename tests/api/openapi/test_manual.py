"""The manual: one page, served one way, and nothing of the server's disk besides."""

import re
from urllib.parse import quote

import pytest
from yarl import URL

POLICY = "default-src 'self';"


@pytest.mark.parametrize("path", ["/", "/docs/", "/docs/index.html"])
async def test_whatever_it_is_called_it_is_one_page(session, rest_url, path):
    async with session.get(rest_url + path) as response:
        text = await response.text()

    assert (response.status, response.url.path) == (200, "/docs")
    assert "<title>HelpDesk API</title>" in text


async def test_every_part_of_it_comes_with_the_policy(stranger):
    page = await stranger.get("/docs")
    parts = re.findall(r'(?:href|src)="(/[^"]+)"', page.body)

    assert len(parts) == 3
    for answer in (page, *[await stranger.get(part) for part in parts]):
        assert answer.status == 200
        assert answer.headers["Content-Security-Policy"].startswith(POLICY)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    "name",
    [
        "x" * 256,
        "x" * 4_096,
        "é" * 200,
        "\0",
        "a\0b",
        "nothing",
        ".",
        "..",
        "../app.py",
        "../../pyproject.toml",
        "..\\app.py",
        "/etc/passwd",
        "//etc/passwd",
        "show.js/",
        "show.js/x",
        "show.js\0",
        "SHOW.JS",
        "C:\\x",
        "CON",
        "\n",
        "%2e%2e",
    ],
    ids=lambda text: ascii(text)[:20],
)
@pytest.mark.parametrize("folder", ["/docs/", "/docs/x/", "/"])
async def test_what_is_no_part_of_it_is_not_found(stranger, session, folder, name):
    url = URL(stranger.url + folder + quote(name, safe=""), encoded=True)

    async with session.get(url, allow_redirects=False) as response:
        body = await response.json()

    assert (response.status, body["error"]["code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize("name", ["If-Modified-Since", "If-Unmodified-Since", "If-Range"])
@pytest.mark.parametrize(
    "date",
    [
        f"Sun, 06 Nov {'9' * 20} 08:49:37 GMT",
        f"Sun, 06 Nov 1994 {'9' * 20}:49:37 GMT",
        "Sun, 99 Nov 1994 08:49:37 GMT",
        "9" * 5_000,
        "yesterday",
        "",
    ],
    ids=lambda text: text[:20],
)
@pytest.mark.parametrize("path", ["/docs", "/docs/show.js"])
async def test_what_is_no_date_is_the_callers_mistake_or_no_matter(stranger, path, name, date):
    # Some of these dropped the connection.
    headers = {name: date, "Range": "bytes=0-9"}

    answer = await stranger.get(path, headers=headers)

    assert answer.status in (200, 206, 400)


@pytest.mark.parametrize(
    "path",
    ["/", "/docs", "/docs/show.js", "/openapi.json", "/healthz", "/readyz", "/api/tickets"],
)
async def test_what_can_be_got_can_be_asked_for_without_its_body(ada, session, path):
    got = await ada.get(path)

    async with session.head(ada.url + path, headers=ada.headers, allow_redirects=True) as head:
        assert (head.status, await head.read()) == (got.status, b"")
        assert head.headers["Content-Type"] == got.headers["Content-Type"]
        assert head.headers.get("Content-Length") == got.headers.get("Content-Length")


@pytest.mark.parametrize(
    "path",
    [
        "/api/tickets",
        "/api/tickets/1",
        "/api/tickets/1/comments",
        "/api/tickets/1/clock",
        "/api/auth/me",
        "/api/reports/sla",
        "/api/nothing",
        "/readyz",
    ],
)
async def test_nobody_keeps_an_answer_that_is_for_one_alone_or_shows_it_in_a_frame(
    olga, stranger, path
):
    await olga.file()

    for who in (olga, stranger):
        headers = (await who.get(path)).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Content-Security-Policy"] == "frame-ancestors 'none'"

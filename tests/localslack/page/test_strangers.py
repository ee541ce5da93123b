"""Who is let in."""

import asyncio
import http.client
from contextlib import closing
from urllib.parse import urlsplit

import aiohttp
import pytest


@pytest.mark.parametrize("path", ["", "page/style.css", "page/feed?as=U0ADA", "api/auth.test"])
@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.1:80", "a@[::1]"]
)
async def test_a_foreign_name_that_points_here_gets_nothing(slack, host, path):
    headers = {"Host": host}
    async with aiohttp.request("GET", slack.base_url + path, headers=headers) as response:
        assert response.status == 403


@pytest.mark.parametrize("host", ["localhost", "localhost:4500", "127.0.0.1", "[::1]:80"])
async def test_loopback_has_three_names(slack, host):
    async with aiohttp.ClientSession() as session:
        address = f"{slack.base_url}page/feed?as=U0ADA"
        async with session.get(address, headers={"Host": host}) as response:
            assert response.status == 200


@pytest.mark.parametrize("path", ["page/say", "page/upload", "api/chat.postMessage"])
@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
async def test_another_page_in_the_same_browser_can_do_nothing(slack, path, origin):
    given = {"as": "U0ADA", "channel": "C0GENERAL", "text": "hi", "token": "xoxb-local"}
    headers = {"Origin": origin}
    address = slack.base_url + path
    async with aiohttp.request("POST", address, json=given, headers=headers) as response:
        assert response.status == 403
    assert not slack.messages("#general")


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_a_picture_on_another_page_calls_nothing(slack, site):
    given = {"channel": "C0GENERAL", "text": "hi", "token": slack.bot_token}
    address = f"{slack.base_url}api/chat.postMessage"
    headers = {"Sec-Fetch-Site": site}
    async with aiohttp.request("GET", address, params=given, headers=headers) as response:
        assert response.status == 403
    assert not slack.messages("#general")


async def test_the_page_itself_may_post(slack):
    given = {"as": "U0ADA", "channel": "C0GENERAL", "text": "hi"}
    headers = {"Origin": slack.base_url.rstrip("/")}
    address = f"{slack.base_url}page/say"
    async with aiohttp.request("POST", address, json=given, headers=headers) as response:
        assert await response.json() == {"ok": True}


async def test_the_page_runs_and_loads_nothing_from_elsewhere(slack):
    async with aiohttp.ClientSession() as session, session.get(slack.base_url) as response:
        assert (response.status, response.content_type) == (200, "text/html")
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]
        assert "unsafe" not in response.headers["Content-Security-Policy"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "/page/../feed.py",
        "/page/%2e%2e%2ffeed.py",
        "/page/parts/%2e%2e/%2e%2e/page_server/feed.py",
        "/page//etc/passwd",
        "/page/parts",
        "/page/none.js",
    ],
)
async def test_nothing_but_the_page_is_served(slack, path):
    def ask():
        address = http.client.HTTPConnection("127.0.0.1", int(slack.base_url[17:-1]))
        with closing(address) as connection:
            connection.request("GET", path)
            return connection.getresponse().status

    assert await asyncio.to_thread(ask) == 404


async def test_a_malformed_request_is_not_quoted_in_the_log(slack, caplog):
    url = urlsplit(slack.base_url)
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer secret\rx\r\n\r\n")

    assert (await reader.readline()).split()[1] == b"400"
    assert "secret" not in caplog.text
    writer.close()

"""The running program holds callers to the limits that its settings say."""

from dataclasses import replace
from ipaddress import ip_network

import pytest

from core.people.api_tokens import new_secret
from core.settings.rates import Rate
from tests.conftest import Caller

LOOPBACK = ip_network("127.0.0.0/8")


@pytest.fixture
def stranger(session):
    return Caller(session, "")


async def test_settings_say_how_often_somebody_may_ask_and_whom_to_believe(
    start, stranger, caller, slack
):
    few = {"rate_limit": Rate(2, 60), "anonymous_rate_limit": Rate(1, 3600)}
    ada = await caller("Ada")
    async with start(trusted_proxies=[LOOPBACK], **few) as url:
        ada, stranger = replace(ada, url=url), replace(stranger, url=url)

        known = [await ada.get("/api/tickets") for _ in range(3)]
        unknown = [
            await stranger.get("/api/tickets", headers={"X-Forwarded-For": address})
            for address in ("192.0.2.1", "192.0.2.2", "192.0.2.1")
        ]
        # Slack itself asks as often as it wants.
        for _ in range(3):
            await slack.command("help", by=slack.ada)

    assert [answer.status for answer in known] == [200, 200, 429]
    assert known[0].headers["RateLimit-Policy"] == '"account";q=2;w=60'
    assert [answer.status for answer in unknown] == [401, 401, 429]
    assert unknown[0].headers["RateLimit-Policy"] == '"address";q=1;w=3600'


async def test_tokens_that_are_none_are_counted_wherever_they_are_looked_up(start, stranger):
    async with start(anonymous_rate_limit=Rate(2, 3600)) as url:
        answers = [
            await replace(stranger, url=url).get(
                "/metrics", headers={"Authorization": f"Bearer {new_secret(f'{number:024x}')}"}
            )
            for number in range(4)
        ]

    assert [answer.status for answer in answers] == [401, 401, 429, 429]


async def test_wrong_passwords_are_counted_whatever_the_settings(start, stranger, caller):
    ada = await caller("Ada")
    async with start() as url, start() as other:
        answers = [
            await replace(stranger, url=address).post(
                "/api/auth/login", {"email": ada.email, "password": "wrong"}
            )
            for address in [url, other] * 6
        ]

    assert [answer.status for answer in answers] == [401] * 10 + [429] * 2

"""What goes wrong on order, and Slack's pace."""

import time

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from localslack import Fault, RateLimit, local_slack
from tests.localslack.web_api.test_web_api import refused


async def test_only_what_holds_a_text_is_refused_and_other_faults_meet_the_rest(slack, client):
    slack.fail("chat.postMessage", Fault.error("invalid_blocks", about="Ü1"), times=None)
    slack.fail("chat.postMessage", Fault.error("fatal_error"))
    for _ in range(2):
        await refused(client.chat_postMessage(channel="C0GENERAL", text="Ü1"), "invalid_blocks")
    await refused(client.chat_postMessage(channel="C0GENERAL", text="Ü2"), "fatal_error")
    await client.chat_postMessage(channel="C0GENERAL", text="Ü2")


async def test_a_message_per_second_and_channel(manifest, clock):
    limit = RateLimit(burst=2, clock=clock)
    async with local_slack(
        manifest=manifest, signing_secret="s", bot_token="xoxb-local", rate_limited=limit
    ) as slack:
        client = AsyncWebClient(token="xoxb-local", base_url=slack.api_url, retry_handlers=[])
        for _ in range(2):
            await client.chat_postMessage(channel="#general", text="Hi")
        answer = await refused(client.chat_postMessage(channel="#general", text="x"), "ratelimited")
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
        await client.chat_postMessage(channel="#helpdesk", text="elsewhere")
        clock.time += 1
        await client.chat_postMessage(channel="#general", text="Hi")
        assert slack.problems == []


async def test_faults_come_in_order_and_then_all_is_well(slack, client):
    slack.fail("auth.test", Fault.status(503))
    slack.fail("auth.test", Fault.error("fatal_error"), times=2)
    slack.fail("auth.test", Fault.rate_limited(retry_after=30))
    with pytest.raises(SlackApiError) as caught:
        await client.auth_test()
    assert caught.value.response.status_code == 503
    for _ in range(2):
        await refused(client.auth_test(), "fatal_error")
    answer = await refused(client.auth_test(), "ratelimited")
    assert answer.headers["Retry-After"] == "30"
    assert (await client.auth_test())["ok"]
    assert slack.problems == []


async def test_a_lasting_fault_is_healed(slack, client):
    slack.fail("auth.test", Fault.error("fatal_error"), times=None)
    for _ in range(3):
        await refused(client.auth_test(), "fatal_error")
    slack.heal()
    assert (await client.auth_test())["ok"]


async def test_a_client_that_waits_gets_through(slack, client):
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=2))
    slack.fail("auth.test", Fault.rate_limited(retry_after=0))
    assert (await client.auth_test())["ok"]


async def test_a_cut_before_does_nothing_and_a_cut_after_has_done_it(slack, client):
    for fault, done in ((Fault.cut_before(), 0), (Fault.cut_after(), 1)):
        slack.fail("chat.postMessage", fault)
        with pytest.raises(aiohttp.ClientError):
            await client.chat_postMessage(channel="#general", text="Hi")
        assert len(slack.messages("#general")) == done


async def test_an_error_after_the_deed_hides_that_it_was_done(slack, client):
    for fault in (Fault.after("fatal_error"), Fault.after(code=500)):
        slack.fail("chat.postMessage", fault)
        with pytest.raises(SlackApiError):
            await client.chat_postMessage(channel="#general", text="Hi")
    assert len(slack.messages("#general")) == 2


async def test_a_hang_takes_its_time(slack, client):
    slack.fail("auth.test", Fault.hang(0.1))
    started = time.monotonic()
    assert (await client.auth_test())["ok"]
    assert time.monotonic() - started >= 0.1
    assert slack.calls[-1].seconds >= 0.1

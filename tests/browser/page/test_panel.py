"""The panel shows what passed between Slack and the app, and what was wrong with it."""

import re
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from localslack import local_slack
from tests.bot.conftest import BOT_TOKEN, SIGNING_SECRET
from tests.browser.acts import file_ticket


async def test_a_request_stands_with_its_ack_time_and_a_bad_call_with_what_was_wrong(
    look, slack, desk_url
):
    page = await look(slack.ada)
    await page.get_by_role("button", name="Requests").click()
    panel = page.get_by_role("complementary", name="Requests")
    await file_ticket(page, "VPN is down")
    client = AsyncWebClient(token=BOT_TOKEN, base_url=slack.api_url, retry_handlers=[])

    await slack.until(lambda: slack.messages("#helpdesk"))
    with pytest.raises(SlackApiError, match="missing_scope"):
        await client.users_lookupByEmail(email="ada@example.com")

    wrong = panel.get_by_role("listitem").filter(has_text="missing_scope")
    [problem] = slack.problems
    assert "users:read.email" in problem
    await expect(wrong.get_by_role("listitem")).to_have_text(problem)
    await wrong.get_by_text("users.lookupByEmail", exact=True).click()
    await expect(wrong.get_by_label("Given")).to_contain_text('"ada@example.com"')
    asked = panel.get_by_role("listitem").filter(has_text="To the app: /ticket new")
    await expect(asked).to_have_text(re.compile(r"200\s*\d+ ms"))
    await expect(page.get_by_role("button", name="1 with problems")).to_be_visible()
    await panel.get_by_label("Problems only").check()
    await expect(asked).to_be_hidden()
    slack.problems.clear()


async def test_what_was_cleared_is_not_taken_for_what_comes_after_a_restart(chromium, manifest):
    page = await (await chromium.new_context()).new_page()
    panel = page.get_by_role("complementary", name="Requests")
    calls = panel.get_by_text("auth.test", exact=True)

    async with called(manifest, page, times=3) as port:
        await expect(calls).to_have_count(3)
        await panel.get_by_role("button", name="Clear").click()
        await expect(calls).to_have_count(0)
        await page.goto("about:blank")

    async with called(manifest, page, times=5, port=port):
        await expect(calls).to_have_count(5)
        await page.context.close()


@asynccontextmanager
async def called(manifest, page, *, times, port=0):
    """A local Slack whose app has called it so often, and the page with its panel open."""
    async with local_slack(
        manifest=manifest, signing_secret=SIGNING_SECRET, bot_token=BOT_TOKEN, port=port
    ) as slack:
        client = AsyncWebClient(token=BOT_TOKEN, base_url=slack.api_url, retry_handlers=[])
        for _ in range(times):
            await client.auth_test()
        await page.goto(f"{slack.base_url}#as={slack.ada.id}")
        await page.get_by_role("button", name="Requests").click()
        yield urlsplit(slack.base_url).port

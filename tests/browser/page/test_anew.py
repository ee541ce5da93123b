"""The local Slack goes away and comes back: what was begun on the page is not lost."""

from contextlib import AsyncExitStack

import pytest
from playwright.async_api import expect
from slack_sdk.web.async_client import AsyncWebClient

from localslack import local_slack
from tests.bot.conftest import BOT_TOKEN, SIGNING_SECRET
from tests.browser.acts import composer, message, say
from tests.browser.conftest import WIDE, photograph
from tests.conftest import LONGEST_WAIT
from tests.localslack.elements import field, modal, plain

FORM = modal(
    field(block_id="title", label=plain("Title")), title=plain("New ticket"), submit=plain("File")
)
LOST = (
    "The local Slack was started anew, so this form cannot be sent any more. "
    "Copy what you need, then close it."
)


class Restartable:
    """A local Slack that comes back at the same address."""

    def __init__(self, manifest):
        self._given = {
            "manifest": manifest,
            "signing_secret": SIGNING_SECRET,
            "bot_token": BOT_TOKEN,
        }
        self._port = 0
        self._running = AsyncExitStack()
        self.slack = None

    async def start(self):
        context = local_slack(**self._given, port=self._port)
        self.slack = await self._running.enter_async_context(context)
        self._port = int(self.slack.base_url.rstrip("/").rpartition(":")[2])
        return self.slack

    async def stop(self):
        await self._running.aclose()


@pytest.fixture
async def restartable(manifest):
    there = Restartable(manifest)
    await there.start()
    yield there
    await there.stop()


@pytest.fixture
async def page(chromium, restartable, request):
    """As Ada; that a connection is refused is no news here."""
    context = await chromium.new_context(viewport=WIDE)
    context.set_default_timeout(LONGEST_WAIT * 1000)
    page = await context.new_page()
    await page.goto(f"{restartable.slack.base_url}#as=U0ADA&channel=C0HELPDESK")
    await expect(composer(page)).to_be_visible()
    yield page
    await photograph([page], request.node.name)
    await context.close()


async def show_form(slack):
    client = AsyncWebClient(token=BOT_TOKEN, base_url=slack.api_url)
    await client.views_open(trigger_id=slack.triggers.issue(slack.ada).id, view=FORM)


async def test_a_form_that_is_forgotten_stays_with_what_was_typed_and_says_so(page, restartable):
    await show_form(restartable.slack)
    form = page.get_by_role("dialog", name="New ticket")
    await form.get_by_label("Title").fill("Half an hour of words")

    await restartable.stop()
    await expect(page.get_by_text("Connection lost")).to_be_visible()
    await restartable.start()

    await expect(form.get_by_text(LOST)).to_be_visible()
    await expect(form.get_by_label("Title")).to_have_value("Half an hour of words")
    await expect(form.get_by_role("button", name="File")).to_be_disabled()
    await photograph([page], "a-form-that-was-forgotten")
    await form.get_by_role("button", name="Close window").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_a_form_stays_as_it_is_when_only_the_connection_was_lost(page, restartable):
    await show_form(restartable.slack)
    form = page.get_by_role("dialog", name="New ticket")
    await form.get_by_label("Title").fill("VPN")

    await restartable.slack.page.feeds.close(None)
    await expect(page.get_by_text("Connection lost")).to_be_visible()
    await expect(page.get_by_text("Connection lost")).to_be_hidden()

    await expect(form.get_by_label("Title")).to_have_value("VPN")
    await expect(form.get_by_role("button", name="File")).to_be_enabled()
    await expect(form.get_by_text(LOST)).to_have_count(0)


async def test_a_command_that_nobody_took_stays_in_the_field(page, restartable):
    await restartable.stop()
    await say(page, "/ticket new high VPN is down")

    await expect(composer(page)).to_have_value("/ticket new high VPN is down")
    note = message(page, "/ticket was not sent and stays in the field.")
    await expect(note).to_be_visible()


async def test_that_there_was_no_answer_is_said_only_until_there_is_one(page, restartable):
    await restartable.stop()
    await say(page, "Is anybody there?")
    said = page.get_by_text("The local Slack did not answer.")
    await expect(said).to_be_visible()

    await restartable.start()

    await expect(said).to_have_count(0)
    await expect(composer(page)).to_have_value("Is anybody there?")


async def test_what_was_begun_is_there_after_a_reload(page):
    await composer(page).fill("Not sent yet")

    await page.reload()

    await expect(composer(page)).to_have_value("Not sent yet")
    await composer(page).press("Enter")
    await expect(message(page, "Not sent yet")).to_be_visible()
    await page.reload()
    await expect(message(page, "Not sent yet")).to_be_visible()
    await expect(composer(page)).to_have_value("")

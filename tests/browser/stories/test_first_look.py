"""What meets the eye: where the page opens, what is unread, how texts and emoji are drawn."""

import io

import pytest
from PIL import Image
from playwright.async_api import expect
from slack_sdk.web.async_client import AsyncWebClient

from bot.markup.mrkdwn import inert
from localslack import Manifest, local_slack
from tests.bot.conftest import BOT_TOKEN, MANIFEST
from tests.browser.acts import channel_link, message
from tests.browser.conftest import looked_after
from tests.localslack.elements import section


@pytest.fixture
def client(slack):
    return AsyncWebClient(token=BOT_TOKEN, base_url=slack.api_url)


async def test_it_opens_where_the_app_spoke_last(chromium, slack, client, clock):
    for channel in ("#helpdesk", "#general", "#helpdesk"):
        await client.chat_postMessage(channel=channel, text="Said by the app")
    slack.say("Said by a person", by=slack.ben, channel="#general")

    async with looked_after(chromium, slack.base_url, clock) as page:
        # Whoever was here before.
        await page.goto(f"{slack.base_url}#as=U0BEN&channel={slack.general.id}")
        await expect(page.get_by_text("Said by a person")).to_be_visible()
        await page.goto(f"{slack.base_url}#as={slack.ada.id}")
        await expect(channel_link(page, "helpdesk")).to_have_attribute("aria-current", "page")


async def test_it_opens_for_the_first_time_where_the_app_speaks_to_all(
    chromium, slack, client, clock
):
    for channel in ("#general", "#helpdesk"):
        await client.chat_postMessage(channel=channel, text="Said by the app")

    async with looked_after(chromium, slack.base_url, clock) as page:
        await page.goto(slack.base_url)
        await expect(channel_link(page, "general")).to_have_attribute("aria-current", "page")


async def test_signs_that_are_to_stay_such_begin_no_style(look, slack, client):
    page = await look(slack.ada, "#helpdesk")
    text = "\u2060*\u2060broken\u2060*\u2060 and *bold*"
    await client.chat_postMessage(channel="#helpdesk", text=text)

    await expect(page.locator("strong", has_text="bold")).to_be_visible()
    assert await page.locator("strong", has_text="broken").count() == 0


async def test_backticks_that_are_to_stay_such_begin_no_code(look, slack, client):
    page = await look(slack.ada, "#helpdesk")
    text = inert("`broken` and *plain*") + " and `code`, *`bold` " + inert("`signs`") + "*"
    await client.chat_postMessage(channel="#helpdesk", text=text)

    said = message(page, "broken")
    await expect(said.locator("code")).to_have_text(["code", "bold"])
    await expect(said.locator("strong")).to_have_text("bold \u2060`\u2060signs\u2060`\u2060")


async def test_whoever_sees_it_first_reads_what_to_type(look, slack):
    page = await look(slack.ada, "#general")

    await expect(page.get_by_placeholder("Message #general, or type /ticket")).to_be_visible()


async def test_it_opens_in_general_where_the_app_said_nothing(chromium, slack, clock):
    async with looked_after(chromium, slack.base_url, clock) as page:
        await page.goto(slack.base_url)
        await expect(channel_link(page, "general")).to_have_attribute("aria-current", "page")


async def test_what_is_meant_for_somebody_is_counted_alike_in_both_places(look, slack, client):
    page = await look(slack.ada, "#helpdesk")
    await expect(page).to_have_title("Ada Lindqvist · Local Slack")
    general, app = channel_link(page, "general"), channel_link(page, "HelpDesk")

    slack.say("To all", by=slack.ben, channel="#general")
    await expect(page).to_have_title("• Ada Lindqvist · Local Slack")
    await expect(general).to_have_class("row unread")
    await expect(general.locator(".count")).to_be_hidden()

    slack.say("<@U0ADA>, to you", by=slack.ben, channel="#general")
    await client.chat_postMessage(channel="U0ADA", text="To you alone")

    await expect(page).to_have_title("(2) Ada Lindqvist · Local Slack")
    await expect(general.locator(".count")).to_have_text("1")
    await expect(app.locator(".count")).to_have_text("1")


@pytest.mark.usefixtures("emoji_font")
async def test_signs_that_are_letters_too_are_drawn_as_emoji(look, slack, client):
    page = await look(slack.ada)
    blocks = [section(":heart: :white_circle:")]
    await client.chat_postMessage(channel="#helpdesk", text="Signs", blocks=blocks)
    heart = page.get_by_role("main").get_by_role("img", name="heart", exact=True)

    await expect(heart).to_have_text("\u2764\ufe0f")
    with Image.open(io.BytesIO(await heart.screenshot())) as drawn:
        colours = drawn.convert("RGB").getcolors(drawn.width * drawn.height)
    assert any(red > 150 and green < 100 for _, (red, green, _) in colours), "it is a letter"
    circle = page.get_by_role("main").get_by_role("img", name="white circle")
    await expect(circle).to_have_text("\u26aa\ufe0f")


@pytest.mark.parametrize("kind", ["text", "section"])
async def test_a_long_text_is_folded_until_one_asks_for_more(look, slack, client, kind):
    page = await look(slack.ada)
    text = "\n".join(f"Line {number}" for number in range(20)) + "\nThe end"
    blocks = {"blocks": [section(text)]} if kind == "section" else {}
    await client.chat_postMessage(channel="#helpdesk", text=text, **blocks)
    await client.chat_postMessage(channel="#helpdesk", text="Short")
    long = message(page, "Line 3")
    await expect(message(page, "Short")).to_be_visible()
    folded = (await long.bounding_box())["height"]

    await long.get_by_role("button", name="See more").click()

    assert (await long.bounding_box())["height"] > 2 * folded
    await long.get_by_role("button", name="See less").click()
    assert (await long.bounding_box())["height"] == folded
    await expect(message(page, "Short").get_by_role("button", name="See more")).to_have_count(0)


async def test_what_is_wrong_with_the_manifest_is_in_the_panel_from_the_start(chromium, clock):
    source = dict(MANIFEST.source) | {"display_information": {}}
    manifest = Manifest.parse(source)
    async with (
        local_slack(manifest=manifest, signing_secret="x", bot_token=BOT_TOKEN) as slack,
        looked_after(chromium, slack.base_url, clock) as page,
    ):
        await page.goto(slack.base_url)
        await page.get_by_role("button", name="Requests 1 with problems").click()
        panel = page.get_by_role("complementary", name="Requests")
        said = "Slack would object to the manifest: display_information needs name"
        await expect(panel.get_by_text(said)).to_be_visible()
        await expect(panel.get_by_text("running")).to_have_count(0)
        await panel.get_by_role("button", name="Clear").click()
        await expect(panel.get_by_text(said)).to_have_count(0)

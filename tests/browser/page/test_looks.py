"""The page in the dark, on a phone, and while its connection is lost."""

import pytest
from playwright.async_api import expect

from tests.browser.acts import (
    assert_no_sideways_scrolling,
    be,
    channel_link,
    file_ticket,
    form,
    message,
    say,
    thread,
)
from tests.browser.conftest import PICTURES

pytestmark = pytest.mark.usefixtures("desk_url")
NARROW = {"width": 400, "height": 800}


async def test_it_is_dark_for_whoever_wants_it_and_stays_so(look, slack):
    page = await look(slack.ada)
    await file_ticket(page, "VPN is down")
    bright = await lightness(page)

    await page.get_by_role("button", name="Switch to dark").click()
    assert await lightness(page) < 64 < 200 < bright
    await page.reload()

    await expect(message(page, "VPN is down")).to_be_visible()
    assert await lightness(page) < 64
    await expect(page.get_by_role("button", name="Switch to light")).to_be_visible()


async def test_it_is_dark_where_the_system_is(look, slack):
    page = await look(slack.ada, color_scheme="dark")
    await say(page, "/ticket new")
    await expect(form(page)).to_be_visible()
    assert await lightness(page) < 64


async def test_on_a_phone_everything_has_its_place(look, slack):
    page = await look(slack.ada, viewport=NARROW, has_touch=True)
    await assert_no_sideways_scrolling(page)
    await page.get_by_role("button", name="Show the channels").click()
    await expect(channel_link(page, "helpdesk")).to_be_in_viewport()
    await page.screenshot(path=PICTURES / "on-a-phone-the-channels.png")
    await channel_link(page, "helpdesk").click()
    await expect(channel_link(page, "helpdesk")).not_to_be_in_viewport()

    await say(page, "/ticket new")
    await expect(form(page).get_by_label("Title")).to_be_focused()
    await assert_no_sideways_scrolling(page)
    await page.screenshot(path=PICTURES / "on-a-phone-the-form.png")
    await form(page).get_by_label("Title").fill("VPN drops every few minutes, for all of us")
    await form(page).get_by_role("button", name="File ticket").click()
    await expect(form(page)).to_be_hidden()

    card = message(page, "VPN drops")
    await card.get_by_text("VPN drops").tap()
    await card.get_by_role("button", name="Reply in thread").click()
    await thread(page).get_by_role("textbox", name="Reply").fill("Since nine o'clock")
    await page.keyboard.press("Enter")
    said = thread(page).get_by_text("Since nine o'clock", exact=True)
    await expect(said).to_be_in_viewport()
    await assert_no_sideways_scrolling(page)
    await page.screenshot(path=PICTURES / "on-a-phone-a-thread.png")
    await thread(page).get_by_role("button", name="Close thread").click()

    await page.get_by_role("button", name="Requests").click()
    panel = page.get_by_role("complementary", name="Requests")
    await expect(panel.get_by_text("/ticket new")).to_be_in_viewport()
    await assert_no_sideways_scrolling(page)
    await page.screenshot(path=PICTURES / "on-a-phone-the-panel.png")
    await page.get_by_role("button", name="Show the channels").click()
    await channel_link(page, "helpdesk").click()
    await expect(panel).to_be_hidden()

    await be(page, slack.olga)
    await card.get_by_role("button", name="Resolve T-1").click()
    await expect(card).to_contain_text("Resolved")
    await assert_no_sideways_scrolling(page)


async def test_a_lost_connection_is_said_and_nothing_is_missed(look, slack):
    page = await look(slack.ada)
    await file_ticket(page, "VPN is down")
    banner = page.get_by_text("Connection lost")

    await slack.page.feeds.close(None)
    await expect(banner).to_be_visible()
    await slack.post("It works again", by=slack.ben, channel="#helpdesk")
    await page.screenshot(path=PICTURES / "a-lost-connection.png")

    await expect(message(page, "It works again")).to_be_visible()
    await expect(banner).to_be_hidden()


async def lightness(page):
    """Of what is behind the messages: 255 is white."""
    colour = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    return max(int(part) for part in colour.strip("rgb()").split(",")[:3])

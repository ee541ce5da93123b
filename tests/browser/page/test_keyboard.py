"""Without a mouse, and without sight: everything is reached by keys and has a name."""

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from tests.browser.acts import channel_link, composer, file_ticket, form, message, say

pytestmark = pytest.mark.usefixtures("desk_url")


async def test_a_ticket_is_filed_without_a_mouse(look, slack):
    page = await look(slack.ada)
    press, write = page.keyboard.press, page.keyboard.type
    await expect(channel_link(page, "helpdesk")).to_be_visible()
    await press("Tab")
    await expect(page.get_by_role("button", name="Skip to the message field")).to_be_focused()
    await press("Enter")
    await expect(composer(page)).to_be_focused()

    await write("/ticket new")
    await press("Enter")
    await expect(form(page).get_by_label("Title")).to_be_focused()
    await write("VPN is down")
    await press("Tab")
    await expect(form(page).get_by_label("Description")).to_be_focused()
    await press("Tab")
    await expect(form(page).get_by_role("combobox", name="Priority")).to_be_focused()
    await press("ArrowDown")
    await expect(form(page).get_by_role("option", name="Medium")).to_be_visible()
    await write("hi")
    await press("Enter")
    await press("Control+Enter")

    await expect(form(page)).to_be_hidden()
    await expect(message(page, "VPN is down")).to_contain_text("high")
    await expect(composer(page)).to_be_focused()


async def test_escape_closes_what_is_open_and_the_focus_goes_back(look, slack, file):
    page = await look(slack.ada)
    await file("VPN is down")
    await say(page, "/ticket new")
    await expect(form(page).get_by_label("Title")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(form(page)).to_be_hidden()
    await expect(composer(page)).to_be_focused()

    who = page.get_by_role("button", name="You are")
    await who.press("Enter")
    await expect(page.get_by_role("menuitemradio", name="Ada")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(who).to_be_focused()

    card = message(page, "VPN is down")
    await card.focus()
    await card.get_by_role("button", name="Reply in thread").press("Enter")
    thread = page.get_by_role("complementary", name="Thread")
    await expect(thread.get_by_role("textbox", name="Reply")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(thread).to_be_hidden()
    await expect(page.get_by_role("main").locator(":focus")).to_have_count(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nothing_stands_in_the_way_of_a_screen_reader(look, slack, scheme):
    # axe styles what it tries things on, which the page's own policy forbids.
    page = await look(slack.ada, color_scheme=scheme, bypass_csp=True)
    await file_ticket(page, "VPN is down")
    await page.get_by_role("button", name="Requests").click()
    await message(page, "VPN is down").hover()
    await message(page, "VPN is down").get_by_role("button", name="Reply in thread").click()
    await expect(page.get_by_role("complementary", name="Thread")).to_be_visible()
    await assert_nothing_wrong(page)

    await say(page, "/ticket new")
    await expect(form(page)).to_be_visible()
    await form(page).get_by_role("button", name="File ticket").click()
    await expect(form(page).get_by_label("Title")).to_have_attribute("aria-invalid", "true")
    await assert_nothing_wrong(page)


async def assert_nothing_wrong(page):
    """By axe, the rule book that accessibility audits go by."""
    found = await Axe().run(page, options={"resultTypes": ["violations"], "preload": False})
    assert found.violations_count == 0, found.generate_report()

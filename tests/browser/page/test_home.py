"""The desk's Home tab, as people use it beside its messages."""

import pytest
from playwright.async_api import expect

from tests.browser.acts import assert_no_sideways_scrolling, channel_link, choose, form, go
from tests.browser.conftest import PICTURES


async def home_of(page):
    await go(page, "HelpDesk")
    await page.get_by_role("tab", name="Home").click()


async def test_a_requester_closes_and_reopens_theirs_and_files_another(look, slack, file):
    await file("VPN is down", by=slack.ada)
    page = await look(slack.ada)
    await home_of(page)
    main = page.get_by_role("main")
    await expect(main.get_by_text("My requests, 1 to 1 of 1")).to_be_visible()

    await main.get_by_role("button", name="Close ticket T-1").click()
    await main.get_by_role("button", name="Reopen T-1").click()
    await expect(main.get_by_role("button", name="Close ticket T-1")).to_be_visible()
    await main.get_by_role("button", name="New ticket").click()
    await form(page).get_by_label("Title").fill("No light in room 7")
    await form(page).get_by_role("button", name="File ticket").click()

    await expect(main.get_by_text("T-2 No light in room 7")).to_be_visible()
    await expect(page.get_by_role("tab", name="Home")).to_have_attribute("aria-selected", "true")


async def test_what_comes_while_it_is_open_is_unread(look, slack, file):
    await file("VPN is down", by=slack.ada)
    page = await look(slack.ada)
    await home_of(page)
    await expect(page.get_by_text("My requests, 1 to 1 of 1")).to_be_visible()

    await slack.command("hold 1", by=slack.olga)

    app = channel_link(page, "HelpDesk")
    await expect(app.locator(".count")).to_have_text("1")
    await page.get_by_role("tab", name="Messages").click()
    await expect(app.locator(".count")).to_be_hidden()


async def test_an_agent_chooses_a_list_claims_and_looks_for_words(look, slack, file):
    for number in range(12):
        await file(f"Printer {number} burns", by=slack.ben)
    page = await look(slack.olga)
    await home_of(page)
    main = page.get_by_role("main")
    await expect(main.get_by_text("You have no open tickets.")).to_be_visible()

    await choose(main, "Show a list", "Unassigned")
    await expect(main.get_by_text("Unassigned, 1 to 10 of 12")).to_be_visible()
    await main.get_by_role("button", name="Later").click()
    await expect(main.get_by_text("Unassigned, 11 to 12 of 12")).to_be_visible()
    await main.get_by_role("button", name="Claim T-12").click()
    await expect(main.get_by_text("Unassigned, 11 to 11 of 11")).to_be_visible()
    search = main.get_by_role("textbox", name="Search")
    await search.fill("printer 11")
    await search.press("Enter")
    await expect(main.get_by_text("Tickets with “printer 11”, 1 to 1 of 1")).to_be_visible()
    await main.get_by_role("button", name="More of T-12").click()
    await expect(page.get_by_role("dialog", name="T-12")).to_be_visible()
    await page.keyboard.press("Escape")
    await main.get_by_role("button", name="Back to Unassigned").click()

    await expect(main.get_by_text("Unassigned, 1 to 10 of 11")).to_be_visible()
    await expect(search).to_have_value("")
    await choose(main, "Show a list", "My queue")
    await expect(main.get_by_text("My queue, 1 to 1 of 1")).to_be_visible()
    await choose(main, "Show a list", "Unassigned")
    await expect(main.get_by_text("Unassigned, 1 to 10 of 11")).to_be_visible()
    await choose(main, "Show a list", "My queue")
    await expect(main.get_by_text("My queue, 1 to 1 of 1")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_on_a_small_screen_nothing_sticks_out(look, slack, file, clock, scheme):
    await file("VPN is down", by=slack.ada)
    await file("Mail is slow and nobody knows since when or why", priority="low", by=slack.ben)
    await slack.command("claim 1", by=slack.olga)
    await slack.command("hold 2 Acme Networks", by=slack.olga)
    clock.forward(hours=5)
    small = {"viewport": {"width": 400, "height": 800}, "color_scheme": scheme}
    page = await look(slack.olga, **small)
    await page.goto(f"{slack.base_url}#as={slack.olga.id}&channel=D0OLGA&tab=home")
    main = page.get_by_role("main")
    await expect(main.get_by_text("VPN is down")).to_be_visible()

    await assert_no_sideways_scrolling(page)

    await page.screenshot(path=PICTURES / f"home-small-{scheme}.png", full_page=True)

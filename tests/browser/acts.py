"""What people do on the page, by the names that they and a screen reader know things by."""

import re

from playwright.async_api import expect


def composer(page, place="#helpdesk"):
    return page.get_by_role("textbox", name=f"Message {place}")


async def say(page, text, place="#helpdesk"):
    await composer(page, place).fill(text)
    await page.keyboard.press("Enter")


def message(page, words):
    """The message in the channel that says so."""
    return page.get_by_role("main").get_by_role("article").filter(has_text=words)


def thread(page):
    return page.get_by_role("complementary", name="Thread")


def form(page, title="New ticket"):
    return page.get_by_role("dialog", name=title)


async def file_ticket(page, title, priority="High"):
    """Through the form, from the first word to its end."""
    await say(page, "/ticket new")
    await form(page).get_by_label("Title").fill(title)
    await choose(form(page), "Priority", priority)
    await form(page).get_by_role("button", name="File ticket").click()
    await expect(form(page)).to_be_hidden()


async def choose(within, label, option):
    await within.get_by_role("combobox", name=label).click()
    await within.get_by_role("option", name=option, exact=True).click()


async def open_shortcuts_of(page, article):
    """The menu of a message, which appears where one points."""
    await article.hover()
    await article.get_by_role("button", name="More actions").click()


async def be(page, person):
    await page.get_by_role("button", name="You are").click()
    await page.get_by_role("menuitemradio", name=person.real_name).click()
    await expect(page.get_by_role("button", name=f"You are {person.real_name}")).to_be_visible()


async def go(page, channel):
    await channel_link(page, channel).click()


def channel_link(page, channel):
    """In the sidebar; the app HelpDesk is not the channel helpdesk."""
    sidebar = page.get_by_role("navigation", name="Channels and direct messages")
    return sidebar.get_by_role("link", name=re.compile(rf"^{channel}\b"))


async def assert_no_sideways_scrolling(page):
    wide = await page.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
    assert wide[0] <= wide[1], f"{wide[0]} px of page in a window of {wide[1]} px"

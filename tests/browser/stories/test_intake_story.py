"""Somebody writes to the desk, another one's word is added to what came of it: as people see it."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.acts import composer, form, message, open_shortcuts_of, say, thread
from tests.browser.conftest import PICTURES

NARROW_AND_DARK = {"viewport": {"width": 400, "height": 800}, "color_scheme": "dark"}


async def test_the_desk_is_invited_where_somebody_speaks_to_it(look, slack, desk_url):
    ada = await look(slack.ada, "#random")
    await say(ada, "@HelpDesk the printer is on fire", "#random")
    told = "HelpDesk is not in this channel, and hears nothing here. Type /invite @HelpDesk first."
    await expect(message(ada, told)).to_be_visible()

    await say(ada, "/invite @HelpDesk", "#random")
    # The first one took the name that was offered.
    await ada.keyboard.press("Enter")
    await expect(message(ada, "/ticket new")).to_be_visible()
    await say(ada, "@HelpDesk the printer is on fire", "#random")
    asked = message(ada, "the printer is on fire").last
    await expect(asked.get_by_role("button").filter(has_text="1 reply")).to_be_visible()


@pytest.mark.parametrize("options", [{}, NARROW_AND_DARK], ids=["wide", "narrow and dark"])
async def test_a_direct_message_is_a_ticket_and_a_message_is_added_to_it(
    look, slack, program, options
):
    there = slack.direct(slack.ada).id
    ada = await look(slack.ada, there, **options)
    await expect(composer(ada, "HelpDesk")).to_be_enabled()
    await say(ada, "The printer on floor 3 is on fire", "HelpDesk")
    await ada.get_by_role("button", name="Open", exact=True).click()
    await expect(message(ada, "T-1 is filed, with medium priority")).to_be_visible()
    asked = message(ada, "The printer on floor 3").first
    await asked.get_by_role("button").filter(has_text="1 reply").click()
    await expect(thread(ada).get_by_text("You hear from us today at")).to_be_visible()

    ben = await look(slack.ben, "#general")
    await say(ben, "I saw smoke on floor 3", "#general")
    olga = await look(slack.olga, "#general", **options)
    await open_shortcuts_of(olga, message(olga, "I saw smoke"))
    await olga.get_by_role("menuitem", name="Add to ticket").click()
    adding = form(olga, "Add to ticket")
    await adding.get_by_role("combobox", name="Ticket").fill("printer")
    await adding.get_by_role("option", name=re.compile("^T-1 ")).click()
    PICTURES.mkdir(parents=True, exist_ok=True)
    await olga.screenshot(path=PICTURES / f"adding-{len(options)}.png")
    await adding.get_by_role("button", name="Add", exact=True).click()
    await expect(message(olga, "The message is a comment of T-1.")).to_be_visible()
    await expect(thread(ada).get_by_text("I saw smoke on floor 3")).to_be_visible()

    found = (await program.get("/api/tickets/1")).body
    assert found["comments"][0]["message"] == "I saw smoke on floor 3"

"""A question in a channel becomes a ticket, and its thread is the ticket: as people see it."""

import pytest
from playwright.async_api import expect

from tests.browser.acts import form, go, message, open_shortcuts_of, say, thread
from tests.browser.conftest import PICTURES

NARROW_AND_DARK = {"viewport": {"width": 400, "height": 800}, "color_scheme": "dark"}


async def answer(page, words):
    """In the thread that is open."""
    await thread(page).get_by_role("textbox").fill(words)
    await page.keyboard.press("Enter")


@pytest.mark.parametrize("options", [{}, NARROW_AND_DARK], ids=["wide", "narrow and dark"])
async def test_a_question_is_asked_answered_corrected_and_resolved(
    look, slack, program, options, request
):
    ada = await look(slack.ada, "#general", **options)
    olga = await look(slack.olga, "#general")
    await say(ada, "The printer on floor 3 is on fire", "#general")

    question = message(olga, "The printer on floor 3")
    await open_shortcuts_of(olga, question)
    await olga.get_by_role("menuitem", name="Create ticket").click()
    filled = form(olga).get_by_label("Title")
    await expect(filled).to_have_value("The printer on floor 3 is on fire")
    await form(olga).get_by_role("button", name="File ticket").click()

    await question.get_by_role("button").filter(has_text="1 reply").click()
    await expect(thread(olga).get_by_text("You hear from us today at")).to_be_visible()
    await answer(olga, "Try watr")
    await expect(thread(olga).get_by_text("You hear from us today at")).to_be_hidden()

    await go(olga, "helpdesk")
    card = message(olga, "T-1")
    await expect(card).to_contain_text("from a message")
    link = await card.get_by_role("link", name="a message").get_attribute("href")
    there = await look(slack.amir)
    await there.goto(link)
    await expect(thread(there).get_by_text("Try watr")).to_be_visible()
    await card.get_by_role("button").filter(has_text="Last reply").click()
    line = thread(olga).get_by_role("article").last
    await expect(line).to_contain_text("Try watr")
    [said] = [one for one in slack.workspace.messages if one.text == "Try watr"]
    await slack.edit(said, "Try water", by=slack.olga)
    await expect(line).to_contain_text("Try water")

    await message(ada, "The printer").get_by_role("button").filter(has_text="repl").click()
    await answer(ada, "Water did it, thank you")
    await expect(thread(olga).get_by_role("article").last).to_contain_text("Water did it")
    await card.get_by_role("button", name="Reply T-1").click()
    await form(olga, "Reply").get_by_label("Your answer to").fill("Then all is well")
    await form(olga, "Reply").get_by_role("button", name="Send").click()
    await expect(form(olga, "Reply")).to_be_hidden()
    await expect(thread(ada).get_by_text("Then all is well")).to_be_visible()
    await expect(thread(olga).get_by_text("to ada: Then all is well")).to_be_visible()
    await answer(olga, "@HelpDesk resolve it was the toaster")
    await expect(thread(ada).get_by_text("it was the toaster")).to_be_visible()
    await expect(thread(ada).get_by_text("Resolved by olga")).to_be_visible()
    await expect(thread(ada).get_by_role("button", name="Reopen T-1").first).to_be_visible()

    found = (await program.get("/api/tickets/1")).body
    assert found["status"] == "resolved"
    assert [one["message"] for one in found["comments"]] == [
        "Try water",
        "Water did it, thank you",
        "Then all is well",
        "it was the toaster",
    ]
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name, page in (("requester", ada), ("desk", olga)):
        await page.screenshot(path=PICTURES / f"conversation-{name}-{len(options)}.png")

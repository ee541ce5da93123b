"""From the first word to a resolved ticket, as people live it on the page."""

import pytest
from playwright.async_api import expect

from tests.browser.acts import be, choose, composer, file_ticket, form, go, message, say, thread
from tests.browser.conftest import PICTURES

pytestmark = pytest.mark.usefixtures("desk_url")

HINT = "new | status T-42 | list mine | help"


async def test_a_ticket_goes_from_its_first_word_to_resolved(look, slack):
    page = await look(slack.ada)
    await composer(page).press_sequentially("/t")
    await expect(page.get_by_role("option", name="/ticket")).to_have_attribute(
        "aria-selected", "true"
    )
    await page.keyboard.press("Enter")
    await expect(page.get_by_text(HINT).filter(visible=True)).to_be_visible()
    await page.keyboard.type("new")
    await page.keyboard.press("Enter")

    await form(page).get_by_label("Title").fill("VPN drops every few minutes")
    await form(page).get_by_label("Description").fill("Since this morning, on the third floor.")
    await choose(form(page), "Priority", "High")
    await form(page).get_by_role("button", name="File ticket").click()

    await expect(form(page)).to_be_hidden()
    card = message(page, "VPN drops every few minutes")
    await expect(card).to_contain_text("on the third floor")
    await go(page, "HelpDesk")
    await expect(message(page, "T-1 is filed")).to_contain_text("due today at 14:00")

    await be(page, slack.olga)
    await go(page, "helpdesk")
    for button, then in {
        "Claim": "Olga Marin",
        "Start work": "In progress",
        "Resolve": "Resolved",
    }.items():
        await card.get_by_role("button", name=f"{button} T-1").click()
        await expect(card).to_contain_text(then)
    await expect(card.get_by_role("button", name="Reopen T-1")).to_be_visible()


async def test_what_the_desk_refuses_is_said_beside_the_field_and_can_be_mended(look, slack):
    page = await look(slack.ada)
    await say(page, "/ticket new")
    title = form(page).get_by_label("Title")
    await form(page).get_by_label("Description").fill("Nobody on the third floor can print.")

    await title.fill("   ")
    await form(page).get_by_role("button", name="File ticket").click()

    await expect(title).to_have_attribute("aria-invalid", "true")
    await expect(title).to_be_focused()
    await expect(form(page).get_by_role("alert").filter(has_text="blank")).to_be_visible()
    await page.screenshot(path=PICTURES / "an-inline-error.png")

    await title.fill("Printer jams")
    await form(page).get_by_role("button", name="File ticket").click()

    await expect(form(page)).to_be_hidden()
    await expect(message(page, "Printer jams")).to_contain_text("third floor can print")


async def test_an_alert_comes_by_itself_and_is_claimed_and_resolved_in_place(
    look, slack, file, clock
):
    page = await look(slack.olga)
    await file("VPN is down")

    clock.forward(hours=5)

    alert = message(page, "T-1 is late")
    await expect(alert).to_contain_text("Nobody has it")
    await alert.get_by_role("button", name="Claim T-1").click()
    await expect(alert).to_contain_text("Olga Marin has it")
    await expect(alert).to_contain_text("(edited)")
    await page.screenshot(path=PICTURES / "an-alert-that-was-claimed.png")
    await alert.get_by_role("button", name="Resolve T-1").click()
    await expect(message(page, "T-1 was late")).to_be_visible()
    await expect(alert.get_by_role("button", name="Resolve T-1")).to_have_count(0)


async def test_a_card_is_talked_about_in_its_thread(look, slack, file):
    ada, olga = await look(slack.ada), await look(slack.olga)
    await file("VPN is down")
    card = message(olga, "VPN is down")
    await card.hover()
    await card.get_by_role("button", name="Reply in thread").click()

    await thread(olga).get_by_role("textbox", name="Reply").fill("Which floor are you on?")
    await olga.keyboard.press("Enter")

    await expect(thread(olga).get_by_text("Which floor are you on?")).to_be_visible()
    await message(ada, "VPN is down").get_by_role("button", name="1 reply").click()
    await expect(thread(ada).get_by_text("Which floor are you on?")).to_be_visible()
    await thread(ada).get_by_role("textbox", name="Reply").fill("The third.")
    await thread(ada).get_by_role("button", name="Send").click()
    await expect(thread(olga).get_by_text("The third.", exact=True)).to_be_visible()
    await expect(card.get_by_role("button", name="2 replies")).to_be_visible()


async def test_two_people_see_what_the_other_does_as_it_happens(look, slack):
    ada, olga = await look(slack.ada), await look(slack.olga)

    await file_ticket(ada, "VPN is down")
    await message(olga, "VPN is down").get_by_role("button", name="Claim T-1").click()
    await expect(message(ada, "VPN is down")).to_contain_text("Olga Marin")
    await say(ada, "/ticket status T-1")
    await say(ada, "Thank you, Olga!")

    answer = message(ada, "Only visible to you")
    await expect(answer).to_contain_text("VPN is down")
    await expect(message(olga, "Thank you, Olga!")).to_be_visible()
    await expect(message(olga, "Only visible to you")).to_have_count(0)


async def test_a_reaction_is_seen_by_all_and_taken_back(look, slack, file):
    ada, olga = await look(slack.ada), await look(slack.olga)
    await file("VPN is down")
    card = message(olga, "VPN is down")
    await card.hover()
    await card.get_by_role("button", name="Add a reaction").click()
    picker = olga.get_by_role("dialog", name="Pick an emoji")

    await picker.get_by_role("searchbox").fill("eyes")
    await olga.keyboard.press("Enter")

    mine = card.get_by_role("button", name="1 reacted with eyes: you")
    await expect(mine).to_have_attribute("aria-pressed", "true")
    hers = message(ada, "VPN is down").get_by_role("button", name="reacted with eyes: Olga Marin")
    await hers.click()
    await expect(card.get_by_role("button", name="2 reacted with eyes")).to_be_visible()
    await card.get_by_role("button", name="2 reacted with eyes").click()
    await expect(card.get_by_role("button", name="1 reacted with eyes: Ada")).to_be_visible()


async def test_a_ticket_is_not_put_on_hold_until_half_a_time(look, slack, file, program):
    await file()
    page = await look(slack.olga)
    await say(page, "/ticket wait 1")
    waits = form(page, "T-1 waits")
    until = waits.get_by_label("Until when")
    await until.press_sequentially("03032026")
    await waits.get_by_role("button", name="Put on hold").click()
    await expect(waits.get_by_text("Please enter a date and a time.")).to_be_visible()

    await until.fill("2026-03-03T12:00")
    await program.patch("/api/tickets/1", {"status": "waiting", "waiting_for": "Bolt"})
    await waits.get_by_label("For whom").fill("Acme")
    await waits.get_by_role("button", name="Put on hold").click()
    await expect(waits.get_by_text("meanwhile")).to_be_visible()
    await expect(until).to_have_value("2026-03-03T12:00")
    await waits.get_by_role("button", name="Put on hold").click()
    await expect(waits).to_be_hidden()
    now = (await program.get("/api/tickets/1")).body
    assert (now["waiting_for"], now["waiting_until"]) == ("Acme", "2026-03-03T11:00:00.000Z")

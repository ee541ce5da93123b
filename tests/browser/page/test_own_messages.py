"""One's own words, put right and taken back on the page."""

from playwright.async_api import expect

from tests.browser.acts import composer, message, open_shortcuts_of, say, thread


async def pick(page, article, action):
    """By keys alone, from the message."""
    await article.focus()
    await article.get_by_role("button", name="More actions").press("Enter")
    await page.get_by_role("menuitem", name=action).press("Enter")


async def test_a_message_is_edited_as_it_was_typed(look, slack):
    page = await look(slack.ada)
    await say(page, "@olga & @oncall: *VPN* <down>, see #general and example.com")
    await pick(page, message(page, "see #general"), "Edit message")

    field = page.get_by_role("textbox", name="Edit message")
    await expect(field).to_be_focused()
    await expect(field).to_have_value("@olga & @oncall: *VPN* <down>, see #general and example.com")
    await field.press("Escape")
    await expect(message(page, "see #general")).to_be_focused()
    [said] = slack.messages("#helpdesk")
    assert said.edited is None

    await pick(page, message(page, "see #general"), "Edit message")
    await field.fill("@olga VPN is up")
    await field.press("Enter")
    await expect(message(page, "VPN is up")).to_contain_text("(edited)")
    await expect(message(page, "VPN is up")).to_be_focused()
    assert said.text == "<@U0OLGA> VPN is up"


async def test_a_message_is_deleted_and_what_has_replies_leaves_its_place(look, slack):
    page = await look(slack.ada)
    await say(page, "One")
    await say(page, "Two")
    await expect(message(page, "Two")).to_be_visible()
    slack.say(
        "Why?", by=slack.ben, channel="#helpdesk", thread_ts=slack.messages("#helpdesk")[0].ts
    )

    await pick(page, message(page, "Two"), "Delete message")
    await page.get_by_role("dialog").get_by_role("button", name="Delete").press("Enter")
    await expect(message(page, "Two")).to_have_count(0)
    await expect(message(page, "One")).to_be_focused()

    await pick(page, message(page, "One"), "Delete message")
    await page.get_by_role("dialog").get_by_role("button", name="Delete").press("Enter")
    left = message(page, "This message was deleted.")
    await expect(left).to_contain_text("1 reply")
    await left.hover()
    await expect(left.get_by_role("button", name="More actions")).to_be_hidden()
    await left.get_by_role("button").filter(has_text="1 reply").click()
    await expect(thread(page).get_by_role("article").filter(has_text="Why?")).to_be_visible()


async def test_whoever_used_a_menu_by_pointer_goes_on_to_other_messages(look, slack):
    page = await look(slack.ada, permissions=["clipboard-read", "clipboard-write"])
    for words in ("One", "Two", "Three"):
        slack.say(words, by=slack.ben, channel="#helpdesk")

    for words in ("One", "Two"):
        await open_shortcuts_of(page, message(page, words))
        await page.get_by_role("menuitem", name="Copy link").click()
    await message(page, "Three").hover()
    await expect(message(page, "Three").get_by_role("button", name="More actions")).to_be_visible()
    await expect(page.get_by_role("button", name="More actions")).to_have_count(1)
    await page.mouse.move(5, 5)
    await expect(page.get_by_role("button", name="More actions")).to_have_count(0)


async def test_nobody_edits_what_another_wrote(look, slack):
    page = await look(slack.ada)
    await say(page, "Mine")
    slack.say("His", by=slack.ben, channel="#helpdesk")

    his = message(page, "His")
    await his.hover()
    await his.get_by_role("button", name="More actions").click()
    await expect(page.get_by_role("menuitem", name="Copy link")).to_be_visible()
    await expect(page.get_by_role("menuitem", name="Edit message")).to_have_count(0)
    await expect(page.get_by_role("menuitem", name="Delete message")).to_have_count(0)
    await page.keyboard.press("Escape")
    await expect(composer(page)).to_be_visible()

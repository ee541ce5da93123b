"""What is typed and attached, and what comes back when it was not taken."""

from playwright.async_api import expect

from tests.browser.acts import composer, message


async def test_of_two_files_only_the_one_that_was_refused_comes_back(look, slack):
    page = await look(slack.ada)
    files = [
        {"name": name, "mimeType": "text/plain", "buffer": content}
        for name, content in (("full.txt", b"x"), ("empty.txt", b""))
    ]
    await page.get_by_label("Files to attach").first.set_input_files(files)
    await composer(page).fill("Both logs")
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("button", name="Remove empty.txt")).to_be_visible()
    await expect(page.get_by_role("button", name="Remove full.txt")).to_be_hidden()
    await expect(composer(page)).to_have_value("")
    await expect(message(page, "Both logs")).to_have_count(1)
    assert [each["name"] for each in slack.messages("#helpdesk")[-1].files] == ["full.txt"]


async def test_no_emoji_stands_twice_in_the_picker(look, slack):
    page = await look(slack.ada)
    await page.get_by_role("button", name="Emoji").first.click()

    picker = page.get_by_role("dialog", name="Pick an emoji")
    await expect(picker.get_by_role("button", name="eyes", exact=True)).to_have_count(1)
    await picker.get_by_role("button", name="eyes", exact=True).click()
    await expect(composer(page)).to_have_value(":eyes: ")

"""Block Kit from end to end: everything is drawn, named, and can be used."""

import io

import pytest
from PIL import Image
from playwright.async_api import expect
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.bot.conftest import BOT_TOKEN, SIGNING_SECRET
from tests.browser.acts import message
from tests.browser.conftest import PICTURES
from tests.localslack.dispatch.test_with_bolt import over_http
from tests.localslack.elements import actions, button, confirm, mrkdwn, option, plain, rich, section


def cell(text):
    return {"type": "raw_text", "text": text}


def chosen(kind, name, **more):
    return {"type": kind, "action_id": name, "placeholder": plain(name.title()), **more}


TEAMS = [option("Network", "network"), option("Printing", "printing")]
SURE = confirm(
    title=plain("Really?"),
    text=mrkdwn("It *cannot* be undone."),
    confirm=plain("Do it"),
    deny=plain("Keep it"),
)


def everything(picture_url):
    return [
        {"type": "header", "text": plain("How the desk stands :sparkles:")},
        section("*Bold*, _slanted_, ~gone~, `code`, <https://example.com|a link>, <@U0OLGA>"),
        {"type": "section", "fields": [mrkdwn("*Open*\n3"), mrkdwn("*Late*\n1")]},
        {**section("With a menu"), "accessory": chosen("static_select", "team", options=TEAMS)},
        {"type": "divider"},
        rich(
            {"type": "text", "text": "Rich ", "style": {"bold": True}},
            {"type": "emoji", "name": "tada"},
            {"type": "user", "user_id": "U0ADA"},
        ),
        {
            "type": "table",
            "rows": [
                [cell("Priority"), cell("Open")],
                [cell("High"), cell("1")],
                [cell("Low"), cell("2")],
            ],
            "column_settings": [{"align": "left"}, {"align": "right"}],
        },
        {"type": "image", "image_url": picture_url, "alt_text": "A blue square"},
        {"type": "context", "elements": [mrkdwn("Counted just now"), plain("by nobody")]},
        actions(
            button("Start", "start", style="primary"),
            button("Delete", "delete", style="danger", confirm=SURE),
            chosen("datepicker", "until", initial_date="2026-03-09"),
            chosen("users_select", "person"),
            {"type": "overflow", "action_id": "more", "options": TEAMS},
            block_id="acting",
        ),
    ]


@pytest.fixture
async def app(slack):
    client = AsyncWebClient(token=BOT_TOKEN, base_url=slack.api_url)
    app = AsyncApp(signing_secret=SIGNING_SECRET, client=client)
    async with over_http(slack, app):
        yield app


@pytest.fixture
async def posted(slack, app):
    """The app, after it said everything that a message can hold."""
    square = io.BytesIO()
    Image.new("RGB", (96, 64), "steelblue").save(square, "PNG")
    image = slack.upload("square.png", square.getvalue(), by=slack.ada, mimetype="image/png")
    url = image.as_slack(slack.base_url)["url_private"]
    blocks = everything(url)
    await app.client.chat_postMessage(channel="#helpdesk", text="The desk", blocks=blocks)
    return app


async def test_every_block_of_a_message_is_drawn(look, slack, posted):
    page = await look(slack.ada, viewport={"width": 1280, "height": 1100})
    shown = message(page, "How the desk stands")

    await expect(shown.get_by_role("heading", name="How the desk stands ✨")).to_be_visible()
    await expect(shown.get_by_role("link", name="a link")).to_have_attribute(
        "rel", "noopener noreferrer"
    )
    await expect(shown.get_by_role("cell")).to_have_text(["High", "1", "Low", "2"])
    picture = shown.get_by_role("img", name="A blue square")
    await expect(picture).to_have_js_property("naturalWidth", 96)
    await expect(shown.get_by_label("Until")).to_have_value("2026-03-09")
    await expect(shown.get_by_text("unsupported")).to_have_count(0)
    await shown.get_by_role("button", name="More options").click()
    await expect(shown.get_by_role("menuitem")).to_have_text(["Network", "Printing"])
    await page.keyboard.press("Escape")
    await shown.get_by_role("combobox", name="Team").click()
    await expect(shown.get_by_role("option")).to_have_text(["Network", "Printing"])


async def test_a_button_that_asks_first_does_nothing_until_it_is_confirmed(look, slack, posted):
    pressed = []

    @posted.action("delete")
    async def deleted(ack, body):
        pressed.append(body["user"]["id"])
        await ack()

    page = await look(slack.ada)
    delete = message(page, "How the desk stands").get_by_role("button", name="Delete")
    question = page.get_by_role("dialog", name="Really?")

    await delete.click()
    await question.get_by_role("button", name="Keep it").click()
    await expect(question).to_have_count(0)
    assert [one.what for one in slack.requests if not one.what.startswith("event ")] == []
    await delete.click()
    await expect(question).to_contain_text("It cannot be undone.")
    await page.screenshot(path=PICTURES / "are-you-sure.png")
    await question.get_by_role("button", name="Do it").click()

    await slack.until(lambda: pressed == ["U0ADA"])

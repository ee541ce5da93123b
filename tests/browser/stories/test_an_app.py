"""Another app than ours, small and real: Home, shortcuts, searched options, stacked forms."""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import expect
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from localslack import Manifest
from tests.bot.conftest import BOT_TOKEN, SIGNING_SECRET
from tests.browser.acts import composer, form, go, message, open_shortcuts_of, say
from tests.browser.conftest import PICTURES
from tests.localslack.dispatch.test_with_bolt import over_http
from tests.localslack.elements import actions, button, field, modal, option, plain, section

WHO = {
    "type": "external_select",
    "action_id": "who",
    "min_query_length": 2,
    "placeholder": plain("Look for somebody"),
}
DETAILS = modal(
    field(block_id="room", label=plain("Room")), title=plain("Details"), submit=plain("Done")
)
NAMES = ["Grace", "Gregor", "Margaret"]


@pytest.fixture
def manifest():
    manifest = Manifest.read(Path(__file__).parents[2] / "localslack" / "manifest.yml")
    return replace(manifest, events=manifest.events | {"app_home_opened"})


def form_for(title):
    who = field(WHO, "who", label=plain("Who"))
    more = actions(button("More details", "details"), block_id="more")
    return modal(who, more, title=plain(title), submit=plain("Send"))


def small_app(slack):
    client = AsyncWebClient(token=BOT_TOKEN, base_url=slack.api_url)
    app = AsyncApp(signing_secret=SIGNING_SECRET, client=client)

    @app.event("app_home_opened")
    async def opened(event, client):
        blocks = [section("*Nobody* was asked"), actions(button("Ask", "ask"))]
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    @app.action("ask")
    async def asked(ack, body, client):
        await ack()
        view = {"type": "home", "blocks": [section("*Grace* was asked")]}
        await client.views_publish(user_id=body["user"]["id"], view=view)

    @app.shortcut("open_ticket")
    async def anywhere(ack, shortcut, client):
        await client.views_open(trigger_id=shortcut["trigger_id"], view=form_for("From anywhere"))
        await ack()

    @app.shortcut("from_message")
    async def from_message(ack, shortcut, client):
        title = shortcut["message"]["text"][:24]
        await client.views_open(trigger_id=shortcut["trigger_id"], view=form_for(title))
        await ack()

    @app.options("who")
    async def offered(ack, payload):
        found = [name for name in NAMES if payload["value"].lower() in name.lower()]
        await ack(options=[option(name, name) for name in found])

    @app.action("details")
    async def details(ack, body, client):
        await client.views_push(trigger_id=body["trigger_id"], view=DETAILS)
        await ack()

    @app.view("")
    async def sent(ack, view, client):
        chosen = view["state"]["values"]["who"]["who"]["selected_option"]
        await client.chat_postMessage(channel="#helpdesk", text=f"{chosen['value']} was asked")
        await ack()

    return app


@pytest.fixture(autouse=True)
async def app(slack):
    async with over_http(slack, small_app(slack)):
        yield


async def test_the_home_tab_is_the_apps_own_and_its_buttons_work(look, slack):
    page = await look(slack.ada)
    await go(page, "HelpDesk")
    await page.get_by_role("tab", name="Home").click()
    await expect(page.get_by_text("Nobody was asked")).to_be_visible()

    await page.get_by_role("button", name="Ask").click()

    await expect(page.get_by_text("Grace was asked")).to_be_visible()
    await expect(page.get_by_role("button", name="Ask")).to_have_count(0)
    await expect(page.get_by_role("tab", name="Home")).to_have_attribute("aria-selected", "true")


async def test_a_shortcut_of_a_message_opens_a_form_about_it(look, slack):
    page = await look(slack.ada)
    await say(page, "Where is the printer?")
    await open_shortcuts_of(page, message(page, "Where is the printer?"))

    await page.get_by_role("menuitem", name="Make a ticket of this").click()

    await expect(form(page, "Where is the printer?")).to_be_visible()


async def test_a_global_shortcut_opens_a_form_whose_options_the_app_looks_up(look, slack):
    page = await look(slack.ada)
    await page.get_by_role("button", name="Shortcuts").click()
    await page.get_by_role("menuitem", name="Open a ticket").click()
    asking = form(page, "From anywhere")
    await asking.get_by_role("combobox", name="Who").press_sequentially("gr")
    await expect(asking.get_by_role("option")).to_have_text(["Grace", "Gregor"])

    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await asking.get_by_role("button", name="Send").click()

    await expect(message(page, "Gregor was asked")).to_be_visible()
    await expect(composer(page)).to_be_visible()


async def test_forms_stand_on_one_another_and_back_leads_to_what_was_chosen(look, slack):
    page = await look(slack.ada)
    await page.get_by_role("button", name="Shortcuts").click()
    await page.get_by_role("menuitem", name="Open a ticket").click()
    below, above = form(page, "From anywhere"), form(page, "Details")
    who = below.get_by_role("combobox", name="Who")
    await who.press_sequentially("mar")
    await below.get_by_role("option", name="Margaret").click()

    await below.get_by_role("button", name="More details").click()
    await expect(above.get_by_role("textbox", name="Room")).to_be_focused()
    await page.screenshot(path=PICTURES / "a-form-on-a-form.png")
    await above.get_by_role("button", name="Back").click()

    await expect(who).to_have_value("Margaret")
    await below.get_by_role("button", name="More details").click()
    await above.get_by_role("button", name="Close window").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)

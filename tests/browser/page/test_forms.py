"""Every field of a form can be filled in, and what is filled in arrives as Slack spells it."""

from dataclasses import replace

import pytest
from playwright.async_api import expect
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.bot.conftest import BOT_TOKEN, MANIFEST, SIGNING_SECRET
from tests.browser.acts import choose, form, say
from tests.browser.conftest import PICTURES
from tests.localslack.dispatch.test_with_bolt import over_http
from tests.localslack.elements import field, modal, option, plain

TEAMS = [option("Network", "network"), option("Printing", "printing")]


def asking(label, kind, **more):
    """A field whose block is called as its label, in lower case."""
    optional = kind == "file_input"
    return field(
        {"type": kind, "action_id": "value", **more},
        label.lower(),
        label=plain(label),
        optional=optional,
    )


FORM = modal(
    asking("Title", "plain_text_input"),
    asking("Teams", "multi_static_select", options=TEAMS),
    asking("Tell", "checkboxes", options=TEAMS),
    asking("First", "radio_buttons", options=TEAMS),
    asking("Person", "users_select"),
    asking("Channel", "conversations_select"),
    asking("Day", "datepicker"),
    asking("At", "timepicker"),
    asking("Address", "email_text_input"),
    asking("Page", "url_text_input"),
    asking("Count", "number_input", is_decimal_allowed=False),
    asking("Words", "rich_text_input"),
    asking("Proof", "file_input"),
    title=plain("Everything"),
    submit=plain("Send"),
)


@pytest.fixture
def manifest():
    manifest = MANIFEST
    return replace(manifest, scopes=manifest.scopes | {"files:read"})


@pytest.fixture
async def sent(slack):
    """What an app gets that opens the form at /ticket."""
    client = AsyncWebClient(token=BOT_TOKEN, base_url=slack.api_url)
    app = AsyncApp(signing_secret=SIGNING_SECRET, client=client)
    sent = {}

    @app.command("/ticket")
    async def asked(ack, command, client):
        await client.views_open(trigger_id=command["trigger_id"], view=FORM)
        await ack()

    @app.view("")
    async def submitted(ack, view):
        sent.update({name: value["value"] for name, value in view["state"]["values"].items()})
        await ack()

    async with over_http(slack, app):
        yield sent


async def test_every_field_is_filled_in_and_arrives(look, slack, sent):
    page = await look(slack.ada, viewport={"width": 1280, "height": 1400})
    await say(page, "/ticket")
    fields = form(page, "Everything")
    await fields.get_by_label("Title").fill("VPN is down")
    await choose(fields, "Teams", "Network")
    await fields.get_by_role("option", name="Printing").click()
    await page.keyboard.press("Escape")
    await fields.get_by_role("group", name="Tell").get_by_label("Printing").check()
    await fields.get_by_role("radiogroup", name="First").get_by_label("Network").check()
    await choose_found(fields, "Person", "Olga Marin")
    await choose_found(fields, "Channel", "#helpdesk")
    await fields.get_by_label("Day").fill("2026-03-09")
    await fields.get_by_label("At", exact=True).fill("14:05")
    await fields.get_by_label("Address").fill("ada@example.com")
    await fields.get_by_label("Page").fill("https://example.com/")
    await fields.get_by_label("Count").fill("three")
    await fields.get_by_role("textbox", name="Words").press_sequentially("As it is")
    proof = {"name": "log.txt", "mimeType": "text/plain", "buffer": b"It stopped."}
    await fields.locator("input[type=file]").set_input_files(proof)
    await expect(fields.get_by_text("log.txt")).to_be_visible()

    await fields.get_by_role("button", name="Send").click()
    await expect(fields.get_by_text("Please enter a number.")).to_be_visible()
    await fields.get_by_label("Count").fill("3")
    await page.screenshot(path=PICTURES / "every-field-filled-in.png")
    await fields.get_by_role("button", name="Send").click()

    await expect(fields).to_have_count(0)
    assert sent["title"]["value"] == "VPN is down"
    assert [each["value"] for each in sent["teams"]["selected_options"]] == ["network", "printing"]
    assert [each["value"] for each in sent["tell"]["selected_options"]] == ["printing"]
    assert sent["first"]["selected_option"]["value"] == "network"
    assert sent["person"]["selected_user"] == "U0OLGA"
    assert sent["channel"]["selected_conversation"] == "C0HELPDESK"
    assert (sent["day"]["selected_date"], sent["at"]["selected_time"]) == ("2026-03-09", "14:05")
    assert sent["address"]["value"] == "ada@example.com"
    assert (sent["page"]["value"], sent["count"]["value"]) == ("https://example.com/", "3")
    [line] = sent["words"]["rich_text_value"]["elements"]
    assert line["elements"] == [{"type": "text", "text": "As it is"}]
    assert [file["name"] for file in sent["proof"]["files"]] == ["log.txt"]


async def choose_found(within, label, option):
    """By typing what it is called."""
    await within.get_by_role("combobox", name=label).press_sequentially(option)
    await within.get_by_role("option", name=option).click()

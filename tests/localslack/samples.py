"""A card, a form and an answer, as an app would send them."""

from aiohttp import web


def plain(text):
    return {"type": "plain_text", "text": text}


def option(value):
    return {"text": plain(value.title()), "value": value}


CARD = [
    {
        "type": "section",
        "text": {"type": "mrkdwn", "text": "*T-1* VPN is down"},
        "accessory": {
            "type": "overflow",
            "action_id": "more",
            "options": [option("history"), option("close")],
        },
    },
    {
        "type": "actions",
        "block_id": "card",
        "elements": [
            {"type": "button", "action_id": "claim", "text": plain("Claim"), "value": "1"},
            {
                "type": "static_select",
                "action_id": "priority",
                "options": [option("low"), option("high")],
                "initial_option": option("low"),
            },
        ],
    },
]


def entry(block_id, element, **more):
    element = {"action_id": "value", **element}
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(block_id.title()),
        "element": element,
        **more,
    }


FORM = {
    "type": "modal",
    "callback_id": "new_ticket",
    "title": plain("New ticket"),
    "submit": plain("Open"),
    "private_metadata": "C0GENERAL",
    "notify_on_close": True,
    "blocks": [
        entry("title", {"type": "plain_text_input", "max_length": 20}),
        entry(
            "priority",
            {
                "type": "static_select",
                "options": [option("low"), option("high")],
                "initial_option": option("low"),
            },
        ),
        entry("assignee", {"type": "users_select"}, optional=True),
        entry(
            "labels", {"type": "checkboxes", "options": [option("a"), option("b")]}, optional=True
        ),
        entry("kind", {"type": "radio_buttons", "options": [option("x")]}, optional=True),
        entry("due", {"type": "datepicker"}, optional=True),
        entry(
            "hours",
            {"type": "number_input", "is_decimal_allowed": False, "max_value": "8"},
            optional=True,
        ),
        {
            "type": "actions",
            "block_id": "extra",
            "elements": [{"type": "button", "action_id": "preview", "text": plain("Preview")}],
        },
    ],
}
OTHER = {"type": "modal", "title": plain("Done"), "blocks": [{"type": "divider"}]}


def says(body, **more):
    return web.json_response(body, **more)

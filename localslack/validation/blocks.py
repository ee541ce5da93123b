"""The blocks, what each may hold, and on which surface it may stand."""

from __future__ import annotations

from localslack.validation.elements import ELEMENTS, IDENTIFIER, IMAGE, URL, plain, text
from localslack.validation.rich_text import RICH_TEXT, TABLE
from localslack.validation.shape import (
    Check,
    Checks,
    at_least_one,
    boolean,
    by_type,
    exactly_one,
    list_of,
    one_of,
    only,
    string,
    thing,
)

CHOICES = [
    "checkboxes",
    "datepicker",
    "multi_static_select",
    "multi_external_select",
    "multi_users_select",
    "multi_conversations_select",
    "multi_channels_select",
    "radio_buttons",
    "static_select",
    "external_select",
    "users_select",
    "conversations_select",
    "channels_select",
    "timepicker",
]
BESIDE_A_SECTION = ["button", "image", "overflow", *CHOICES]
AMONG_ACTIONS = ["button", "overflow", "datetimepicker", "rich_text_input", *CHOICES]
INSIDE_AN_INPUT = [
    "datetimepicker",
    "email_text_input",
    "file_input",
    "number_input",
    "plain_text_input",
    "rich_text_input",
    "url_text_input",
    *CHOICES,
]


def element(names: list[str], where: str) -> Check:
    return by_type(only(ELEMENTS, names), f"element in {where}")


NAMED: Checks = {"block_id": IDENTIFIER}
INPUT: Checks = {**NAMED, "hint": plain(2000), "optional": boolean, "dispatch_action": boolean}
IN_CONTEXT = by_type(
    {
        "image": ELEMENTS["image"],
        "plain_text": thing({"text": string(3000)}, {"emoji": boolean}),
        "mrkdwn": thing({"text": string(3000)}, {"verbatim": boolean}),
    },
    "element in a context block",
)

BLOCKS: Checks = {
    "divider": thing(None, NAMED),
    "header": thing({"text": plain(150)}, NAMED),
    "section": thing(
        None,
        {
            **NAMED,
            "text": text(3000),
            "fields": list_of(text(2000), most=10),
            "accessory": element(BESIDE_A_SECTION, "a section"),
            "expand": boolean,
        },
        at_least_one("text", "fields"),
    ),
    "context": thing({"elements": list_of(IN_CONTEXT, most=10)}, NAMED),
    "actions": thing(
        {"elements": list_of(element(AMONG_ACTIONS, "an actions block"), most=25)}, NAMED
    ),
    "context_actions": thing(
        {"elements": list_of(element(["feedback_buttons", "icon_button"], "it"), most=5)}, NAMED
    ),
    "image": thing(
        {"alt_text": string(2000)}, {**NAMED, **IMAGE, "title": plain(2000)}, exactly_one(*IMAGE)
    ),
    "input": thing(
        {"label": plain(2000), "element": element(INSIDE_AN_INPUT, "an input block")},
        INPUT,
    ),
    "rich_text": thing({"elements": RICH_TEXT}, NAMED),
    "table": TABLE,
    "markdown": thing({"text": string(12_000)}, NAMED),
    "file": thing({"external_id": string(255), "source": one_of("remote")}, NAMED),
    "video": thing(
        {"alt_text": string(2000), "title": plain(200), "thumbnail_url": URL, "video_url": URL},
        {
            **NAMED,
            "author_name": string(50),
            "description": plain(200),
            "provider_icon_url": URL,
            "provider_name": string(255),
            "title_url": URL,
        },
    ),
}

ONLY_IN_A_MESSAGE = ("context_actions", "file", "markdown", "table")
IN_A_VIEW = {name: BLOCKS[name] for name in BLOCKS if name not in ONLY_IN_A_MESSAGE}
INPUT_BUT_NO_FILES = thing(
    {
        "label": plain(2000),
        "element": element([n for n in INSIDE_AN_INPUT if n != "file_input"], "an input block"),
    },
    INPUT,
)

IN_A_MODAL = by_type(IN_A_VIEW, "block in a modal")
IN_A_HOME_TAB = by_type({**IN_A_VIEW, "input": INPUT_BUT_NO_FILES}, "block in a Home tab")
IN_A_MESSAGE = by_type({**BLOCKS, "input": INPUT_BUT_NO_FILES}, "block in a message")

"""Texts, options and the things that people press and fill in, with their limits."""

from __future__ import annotations

from typing import Any

from localslack.validation.shape import (
    Check,
    Checks,
    Objection,
    Objections,
    anything,
    boolean,
    by_type,
    exactly_one,
    length,
    list_of,
    one_of,
    string,
    thing,
    whole,
)


def plain(most: int) -> Check:
    fields = thing({"text": string(most)}, {"emoji": boolean})
    return by_type({"plain_text": fields}, "text (only plain_text is allowed here)")


def text(most: int) -> Check:
    return by_type(
        {
            "plain_text": thing({"text": string(most)}, {"emoji": boolean}),
            "mrkdwn": thing({"text": string(most)}, {"verbatim": boolean}),
        },
        "text",
    )


IDENTIFIER = string(255)
URL = string(3000, pattern=r"https?://\S+")
MANY = 100

OPTION = thing({"text": plain(75), "value": string(75)}, {"description": plain(75)})
RICH_OPTION = thing({"text": text(75), "value": string(75)}, {"description": text(75)})
LINK_OPTION = thing(
    {"text": plain(75), "value": string(75)}, {"description": plain(75), "url": URL}
)
OPTION_GROUP = thing({"label": plain(75), "options": list_of(OPTION, most=100)})

CONFIRM = thing(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
FILTER = thing(
    None,
    {
        "include": list_of(one_of("im", "mpim", "private", "public"), most=4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)
DISPATCH = thing(
    {"trigger_actions_on": list_of(one_of("on_enter_pressed", "on_character_entered"), most=2)}
)


def offered(element: dict[str, Any]) -> list[Any]:
    """Every option of an element, in its groups or not."""
    groups = element.get("option_groups") or []
    listed = [
        each for group in groups if isinstance(group, dict) for each in group.get("options") or []
    ]
    return [*(element.get("options") or []), *listed]


def starts_among_options(value: Any, place: str) -> Objections:
    chosen = value.get("initial_options") or []
    if "initial_option" in value:
        chosen = [*chosen, value["initial_option"]]
    for each in chosen:
        if each not in offered(value):
            yield Objection(place, "the initial option must be exactly one of the options")


def fits_its_own_limits(value: Any, place: str) -> Objections:
    least, most = value.get("min_length", 0), value.get("max_length", 3000)
    start = value.get("initial_value", "")
    if isinstance(least, int) and isinstance(most, int) and isinstance(start, str):
        if least > most:
            yield Objection(place, "min_length must not be more than max_length")
        if length(start) > most:
            yield Objection(f"{place}/initial_value", f"must be at most max_length, {most}")


COMMON: Checks = {"action_id": IDENTIFIER, "confirm": CONFIRM, "focus_on_load": boolean}
PICKED: Checks = {**COMMON, "placeholder": plain(150)}
SEVERAL: Checks = {**PICKED, "max_selected_items": whole(1, MANY)}
TYPED: Checks = {
    "action_id": IDENTIFIER,
    "focus_on_load": boolean,
    "placeholder": plain(150),
    "dispatch_action_config": DISPATCH,
}
LISTED: Checks = {
    "options": list_of(OPTION, most=MANY),
    "option_groups": list_of(OPTION_GROUP, most=MANY),
}
NAMES = list_of(string(255), most=MANY)
CONVERSATIONS: Checks = {"default_to_current_conversation": boolean, "filter": FILTER}
EITHER = exactly_one("options", "option_groups")
IMAGE: Checks = {"image_url": URL, "slack_file": anything}

OPINION = thing({"text": plain(75), "value": string(2000)}, {"accessibility_label": string(75)})

ELEMENTS: Checks = {
    "button": thing(
        {"text": plain(75)},
        {
            "action_id": IDENTIFIER,
            "confirm": CONFIRM,
            "url": URL,
            "value": string(2000),
            "style": one_of("primary", "danger"),
            "accessibility_label": string(75),
        },
    ),
    "icon_button": thing(
        {"text": plain(75), "icon": one_of("trash")},
        {
            "action_id": IDENTIFIER,
            "confirm": CONFIRM,
            "value": string(2000),
            "accessibility_label": string(75),
            "visible_to_user_ids": list_of(string(255), most=10),
        },
    ),
    "feedback_buttons": thing(
        {"positive_button": OPINION, "negative_button": OPINION}, {"action_id": IDENTIFIER}
    ),
    "overflow": thing(
        {"options": list_of(LINK_OPTION, most=5)}, {"action_id": IDENTIFIER, "confirm": CONFIRM}
    ),
    "image": thing({"alt_text": string(2000)}, IMAGE, exactly_one(*IMAGE)),
    "checkboxes": thing(
        {"options": list_of(RICH_OPTION, most=10)},
        {**COMMON, "initial_options": list_of(RICH_OPTION, most=10)},
        starts_among_options,
    ),
    "radio_buttons": thing(
        {"options": list_of(RICH_OPTION, most=10)},
        {**COMMON, "initial_option": RICH_OPTION},
        starts_among_options,
    ),
    "static_select": thing(
        None, {**PICKED, **LISTED, "initial_option": OPTION}, EITHER, starts_among_options
    ),
    "external_select": thing(
        None, {**PICKED, "initial_option": OPTION, "min_query_length": whole(0, 255)}
    ),
    "users_select": thing(None, {**PICKED, "initial_user": IDENTIFIER}),
    "conversations_select": thing(
        None,
        {
            **PICKED,
            **CONVERSATIONS,
            "initial_conversation": IDENTIFIER,
            "response_url_enabled": boolean,
        },
    ),
    "channels_select": thing(
        None, {**PICKED, "initial_channel": IDENTIFIER, "response_url_enabled": boolean}
    ),
    "multi_static_select": thing(
        None,
        {**SEVERAL, **LISTED, "initial_options": list_of(OPTION, most=MANY)},
        EITHER,
        starts_among_options,
    ),
    "multi_external_select": thing(
        None,
        {
            **SEVERAL,
            "initial_options": list_of(OPTION, most=MANY),
            "min_query_length": whole(0, 255),
        },
    ),
    "multi_users_select": thing(None, {**SEVERAL, "initial_users": NAMES}),
    "multi_conversations_select": thing(
        None, {**SEVERAL, **CONVERSATIONS, "initial_conversations": NAMES}
    ),
    "multi_channels_select": thing(None, {**SEVERAL, "initial_channels": NAMES}),
    "datepicker": thing(None, {**PICKED, "initial_date": string(10, pattern=r"\d{4}-\d\d-\d\d")}),
    "timepicker": thing(
        None, {**PICKED, "initial_time": string(5, pattern=r"\d\d:\d\d"), "timezone": string(255)}
    ),
    "datetimepicker": thing(None, {**COMMON, "initial_date_time": whole(10**9, 10**10 - 1)}),
    "plain_text_input": thing(
        None,
        {
            **TYPED,
            "initial_value": string(3000, least=0),
            "multiline": boolean,
            "min_length": whole(0, 3000),
            "max_length": whole(1, 3000),
        },
        fits_its_own_limits,
    ),
    "email_text_input": thing(None, {**TYPED, "initial_value": string(3000, least=0)}),
    "url_text_input": thing(None, {**TYPED, "initial_value": string(3000, least=0)}),
    "number_input": thing(
        {"is_decimal_allowed": boolean},
        {**TYPED, "initial_value": string(255), "min_value": string(255), "max_value": string(255)},
    ),
    "rich_text_input": thing(None, {**TYPED, "initial_value": anything}),
    "file_input": thing(
        None,
        {
            "action_id": IDENTIFIER,
            "filetypes": list_of(string(255), most=MANY),
            "max_files": whole(1, 10),
        },
    ),
}

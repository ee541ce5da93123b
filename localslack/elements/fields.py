"""The kinds of fields, how each spells its value, and which values a person could give it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from localslack.validation.rich_text import RICH_TEXT

Element = dict[str, Any]
MOST_FILES = 10


class NotPossible(AssertionError):
    """A person in front of Slack could not have done that."""


@dataclass(frozen=True)
class Field:
    key: str
    starts_with: str
    read: Callable[[Element, Any], Any]
    several: bool = False


def chosen(element: Element, value: Any) -> Any:
    """What the person gave, as Slack spells it. None empties the field."""
    field = FIELDS[element["type"]]
    if value is None:
        return [] if field.several else None
    if not field.several:
        return field.read(element, value)
    if isinstance(value, str) or not hasattr(value, "__iter__"):
        raise NotPossible(f"{element['type']} takes a list, not {value!r}")
    picked = [field.read(element, each) for each in value]
    files = MOST_FILES if element["type"] == "file_input" else len(picked)
    most = element.get("max_selected_items") or element.get("max_files") or files
    if len(picked) > most:
        raise NotPossible(f"{element['action_id']} takes at most {most}, not {len(picked)}")
    return picked


def initial(element: Element) -> dict[str, Any]:
    field = FIELDS[element["type"]]
    start = element.get(field.starts_with) or ([] if field.several else None)
    return {"type": element["type"], field.key: start}


def empty(state: dict[str, Any]) -> bool:
    return not state[FIELDS[state["type"]].key]


def typed(element: Element, value: Any) -> str | None:
    if not isinstance(value, str):
        raise NotPossible(f"{element['action_id']} takes text, not {value!r}")
    most, least = element.get("max_length", 3000), element.get("min_length", 0)
    if len(value) > most:
        raise NotPossible(f"{element['action_id']} takes at most {most} characters")
    if value and len(value) < least:
        raise NotPossible(f"{element['action_id']} takes at least {least} characters")
    return value or None


def matching(pattern: str) -> Callable[[Element, Any], str]:
    def read(element: Element, value: Any) -> str:
        if not re.fullmatch(pattern, str(value)):
            raise NotPossible(f"{element['type']} takes {pattern}, not {value!r}")
        return str(value)

    return read


def number(element: Element, value: Any) -> str:
    pattern = r"-?\d+(\.\d+)?" if element["is_decimal_allowed"] else r"-?\d+"
    spelled = matching(pattern)(element, value)
    least, most = element.get("min_value", spelled), element.get("max_value", spelled)
    if not float(least) <= float(spelled) <= float(most):
        raise NotPossible(f"{element['action_id']} takes {least} to {most}, not {spelled}")
    return spelled


def option(element: Element, value: Any) -> Any:
    """By its value or by what is written on it."""
    groups = element.get("option_groups") or [{"options": element.get("options", [])}]
    options = [each for group in groups for each in group["options"]]
    for each in options:
        if each["value"] == value:
            return each
    for each in options:
        if each["text"]["text"] == value:
            return each
    there = [each["value"] for each in options]
    raise NotPossible(f"{element['action_id']} does not offer {value!r}; it offers {there}")


def rich(element: Element, value: Any) -> dict[str, Any] | None:
    """A rich_text block, or one line of plain text."""
    if isinstance(value, str):
        line = {"type": "rich_text_section", "elements": [{"type": "text", "text": value}]}
        return {"type": "rich_text", "elements": [line]} if value else None
    parts = value.get("elements") if isinstance(value, dict) else None
    objections = [str(each) for each in RICH_TEXT(parts, "/elements")]
    if objections or value.get("type") != "rich_text":
        raise NotPossible(f"{element['action_id']} takes rich text: {objections or value}")
    return {"type": "rich_text", "elements": parts}


def held_file(element: Element, value: Any) -> Any:
    """By its id; `controls.live` says which files there are."""
    file = element["held"].get(identity(element, value))
    if file is None:
        raise NotPossible(f"{value!r} is no file of theirs")
    kinds = element.get("filetypes")
    if kinds and file["filetype"] not in kinds:
        raise NotPossible(f"{element['action_id']} takes {', '.join(kinds)}, not {file['name']}")
    return file


def identity(element: Element, value: Any) -> str:
    return str(getattr(value, "id", value))


def moment(element: Element, value: Any) -> int:
    return int(value)


DAY = matching(r"\d{4}-\d\d-\d\d")
TIME = matching(r"\d\d:\d\d")

FIELDS: dict[str, Field] = {
    "plain_text_input": Field("value", "initial_value", typed),
    "email_text_input": Field("value", "initial_value", matching(r"[^@\s]+@[^@\s]+")),
    "url_text_input": Field("value", "initial_value", matching(r"https?://\S+")),
    "number_input": Field("value", "initial_value", number),
    "static_select": Field("selected_option", "initial_option", option),
    "radio_buttons": Field("selected_option", "initial_option", option),
    "users_select": Field("selected_user", "initial_user", identity),
    "channels_select": Field("selected_channel", "initial_channel", identity),
    "conversations_select": Field("selected_conversation", "initial_conversation", identity),
    "datepicker": Field("selected_date", "initial_date", DAY),
    "timepicker": Field("selected_time", "initial_time", TIME),
    "datetimepicker": Field("selected_date_time", "initial_date_time", moment),
    "external_select": Field("selected_option", "initial_option", option),
    "rich_text_input": Field("rich_text_value", "initial_value", rich),
    "file_input": Field("files", "", held_file, several=True),
    "checkboxes": Field("selected_options", "initial_options", option, several=True),
    "multi_static_select": Field("selected_options", "initial_options", option, several=True),
    "multi_external_select": Field("selected_options", "initial_options", option, several=True),
    "multi_users_select": Field("selected_users", "initial_users", identity, several=True),
    "multi_channels_select": Field("selected_channels", "initial_channels", identity, several=True),
    "multi_conversations_select": Field(
        "selected_conversations", "initial_conversations", identity, several=True
    ),
}

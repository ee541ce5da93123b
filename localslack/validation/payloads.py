"""Messages, views and metadata judged whole: what no single block can know."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from localslack.validation.blocks import IN_A_HOME_TAB, IN_A_MESSAGE, IN_A_MODAL
from localslack.validation.elements import IDENTIFIER, OPTION, OPTION_GROUP, plain
from localslack.validation.shape import (
    Check,
    Checks,
    Objection,
    Objections,
    boolean,
    exactly_one,
    length,
    list_of,
    one_of,
    string,
    thing,
)

ALL_BLOCK_TEXT = 13_200
ALL_MARKDOWN = 12_000
LARGEST_VIEW = 250_000
BROADCAST = re.compile(r"<!(channel|here|everyone)\b")

ANY_VIEW: Checks = {
    "private_metadata": string(3000, least=0),
    "callback_id": IDENTIFIER,
    "external_id": string(255, least=0),
}
HOME = thing({"type": one_of("home"), "blocks": list_of(IN_A_HOME_TAB, most=100)}, ANY_VIEW)
MODAL = thing(
    {"type": one_of("modal"), "title": plain(24), "blocks": list_of(IN_A_MODAL, most=100)},
    {
        **ANY_VIEW,
        "submit": plain(24),
        "close": plain(24),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
)


def object_of_any(value: Any, place: str) -> Objections:
    if not isinstance(value, dict):
        yield Objection(place, "must be an object")


METADATA = thing({"event_type": string(255), "event_payload": object_of_any})


def message_objections(message: Mapping[str, Any]) -> list[Objection]:
    """Against a message of `text`, `blocks` and `metadata`, wherever it was sent to."""
    blocks = message.get("blocks")
    return [
        *_text(message.get("text")),
        *(
            _with_code("invalid_blocks", _blocks(blocks, "/blocks", IN_A_MESSAGE, most=50))
            if blocks
            else ()
        ),
        *(_together(blocks) if isinstance(blocks, list) else ()),
        *metadata_objections(message.get("metadata")),
        *_broadcasts(message, ""),
    ]


def metadata_objections(metadata: Any) -> list[Objection]:
    """Against metadata; none, or empty metadata (which takes it away), is all right."""
    if metadata is None or metadata == {}:
        return []
    return list(_with_code("invalid_metadata_format", METADATA(metadata, "/metadata")))


def view_objections(view: Any) -> list[Objection]:
    """Against a modal."""
    return _view(view, MODAL)


def home_objections(view: Any) -> list[Objection]:
    """Against what is published in a Home tab. Its inputs need no submit: it has none."""
    return _view(view, HOME)


def option_objections(said: Any) -> list[Objection]:
    """Against the answer to a block_suggestion. To offer nothing is all right."""
    found = [*OFFERED(said, ""), *_broadcasts(said, "")]
    return list(_with_code("invalid_options", iter(found)))


OFFERED = thing(
    None,
    {
        "options": list_of(OPTION, most=100, least=0),
        "option_groups": list_of(OPTION_GROUP, most=100, least=0),
    },
    exactly_one("options", "option_groups"),
)


def _view(view: Any, whole: Check) -> list[Objection]:
    found = list(whole(view, "/view"))
    if isinstance(view, dict) and isinstance(view.get("blocks"), list):
        blocks = [block for block in view["blocks"] if isinstance(block, dict)]
        found += _repeated_ids(view["blocks"], "/view/blocks")
        inputs = any(block.get("type") == "input" for block in blocks)
        if view.get("type") == "modal" and "submit" not in view and inputs:
            found.append(Objection("/view", "a modal with an input block needs submit"))
        if len(json.dumps(view)) > LARGEST_VIEW:
            found.append(Objection("/view", "at most 250 kB", "view_too_large"))
        focused = [each for each in _objects(blocks) if each.get("focus_on_load") is True]
        if len(focused) > 1:
            found.append(Objection("/view/blocks", "only one element can have focus_on_load"))
    return [*_with_code("invalid_arguments", iter(found)), *_broadcasts(view, "/view")]


def _text(text: Any) -> Objections:
    if text is not None and not isinstance(text, str):
        yield Objection("/text", "must be a string", "invalid_arguments")
    elif not (text or "").strip():
        said = "a message needs a top-level text: notifications and screen readers read it"
        yield Objection("/text", said, "no_text")
    elif text and length(text) > 40_000:
        yield Objection("/text", f"at most 40,000 characters, is {length(text)}", "msg_too_long")


def _blocks(blocks: Any, place: str, each: Check, most: int) -> Objections:
    yield from list_of(each, most=most)(blocks, place)
    if isinstance(blocks, list):
        yield from _repeated_ids(blocks, place)


def _repeated_ids(blocks: list[Any], place: str) -> Objections:
    """A block_id stands once in a payload, an action_id once in its block."""
    for name, times in Counter(_values(blocks, "block_id")).items():
        if times > 1:
            yield Objection(place, f"block_id {name!r} is there {times} times")
    for number, block in enumerate(blocks):
        for name, times in Counter(_values(list(_objects(block)), "action_id")).items():
            if times > 1:
                yield Objection(f"{place}/{number}", f"action_id {name!r} is there {times} times")


def _together(blocks: list[Any]) -> Objections:
    """What is limited over all blocks of a message at once."""
    long = sum(length(text) for text in _values(list(_objects(blocks)), "text"))
    if long > ALL_BLOCK_TEXT:
        said = f"all block text together: at most {ALL_BLOCK_TEXT} characters, is {long}"
        yield Objection("/blocks", said, "msg_blocks_too_long")
    kinds = Counter(_values(blocks, "type"))
    if kinds["table"] > 1:
        yield Objection("/blocks", "only one table is allowed in a message", "invalid_blocks")
    markdown = [
        each for each in blocks if isinstance(each, dict) and each.get("type") == "markdown"
    ]
    if sum(length(text) for text in _values(markdown, "text")) > ALL_MARKDOWN:
        said = f"all markdown together: at most {ALL_MARKDOWN} characters"
        yield Objection("/blocks", said, "msg_blocks_too_long")


def _broadcasts(value: Any, place: str) -> Objections:
    """Whatever rings for a whole channel. What stands in a field to be edited rings for nobody,
    and what a rich text says in a `text` is only text."""
    if isinstance(value, str) and BROADCAST.search(value):
        yield Objection(place, f"a live broadcast: {value[:60]!r}", "invalid_arguments")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _broadcasts(item, f"{place}/{number}")
    elif isinstance(value, Mapping):
        if value.get("type") == "broadcast":
            yield Objection(place, "a live broadcast in rich text", "invalid_arguments")
        only_text = {"initial_value"} | ({"text"} if value.get("type") == "text" else set())
        for name, part in value.items():
            if name not in only_text:
                yield from _broadcasts(part, f"{place}/{name}")


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for part in (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    ):
        yield from _objects(part)


def _values(objects: list[Any], name: str) -> list[str]:
    found = [each.get(name) for each in objects if isinstance(each, dict)]
    return [value for value in found if isinstance(value, str)]


def _with_code(code: str, objections: Objections) -> Objections:
    for each in objections:
        yield Objection(each.place, each.sentence, each.code or code)

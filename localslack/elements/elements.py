"""What people can press and fill in, found among blocks, and what it sends when they do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from localslack.elements.fields import FIELDS, NotPossible, chosen, empty, initial
from localslack.state.messages import Message
from localslack.state.open_views import Typed, View

Block = dict[str, Any]
BUTTONS = ("button", "icon_button")
EXTERNAL = ("external_select", "multi_external_select")


@dataclass(frozen=True)
class Control:
    block: Block
    element: dict[str, Any]
    value: Any = None
    """What is chosen in it; None for a button."""

    def action(self, at: str) -> dict[str, Any]:
        """The action as block_actions carries it."""
        kept = ("type", "action_id", "text", "value", "style", "placeholder")
        action = {name: deepcopy(part) for name, part in self.element.items() if name in kept}
        action |= {"block_id": self.block["block_id"], "action_ts": at}
        if self.element["type"] == "overflow":
            action["selected_option"] = deepcopy(self.value)
        elif self.element["type"] == "feedback_buttons":
            action |= {"text": deepcopy(self.value["text"]), "value": self.value["value"]}
        elif self.element["type"] in FIELDS:
            action[FIELDS[self.element["type"]].key] = deepcopy(self.value)
        return action


def elements(blocks: Sequence[Block]) -> Iterator[tuple[Block, dict[str, Any]]]:
    """Everything interactive, in order, with the block it stands in."""
    for block in blocks:
        inner = [block.get("accessory"), block.get("element")]
        if block.get("type") in ("actions", "context_actions"):
            inner += block["elements"]
        for element in inner:
            if isinstance(element, dict) and element.get("type") != "image":
                yield block, element


def live(seen: Message | View, files: Mapping[str, dict[str, Any]] | None = None) -> list[Block]:
    """The blocks, each control with what it may hold now: options offered, files uploaded."""
    blocks = deepcopy(seen.blocks)
    for block, element in elements(blocks):
        if element["type"] in EXTERNAL:
            offered = seen.offered.get(block["block_id"], {}).get(element["action_id"], [])
            element["options"] = [*offered, *initial_options(element)]
        elif element["type"] == "file_input":
            element["held"] = files or {}
    return blocks


def initial_options(element: dict[str, Any]) -> list[dict[str, Any]]:
    alone = [element["initial_option"]] if "initial_option" in element else []
    return [*alone, *element.get("initial_options", [])]


def find(blocks: Sequence[Block], what: str, choose: Any = None) -> Control:
    """The control with this action_id or visible text; an option's text will do as well."""
    known = [one for one in elements(blocks) if one[1].get("action_id") == what]
    for block, element in [*known, *(one for one in elements(blocks) if says(one[1], what))]:
        if element["type"] in BUTTONS or choose is not None:
            return Control(block, element, picked(element, choose))
    for block, element in elements(blocks):
        if any(says(option, what) for option in [*element.get("options", []), *opinions(element)]):
            return Control(block, element, picked(element, what))
    raise NotPossible(f"there is no {what!r} to press; there is {labels(blocks) or 'nothing'}")


def at(blocks: Sequence[Block], block_id: str, action_id: str, value: Any = None) -> Control:
    """Exactly this control, holding this value."""
    for block, element in elements(blocks):
        if block["block_id"] == block_id and element.get("action_id") == action_id:
            return Control(block, element, picked(element, value))
    raise NotPossible("what was pressed is no longer there")


def picked(element: dict[str, Any], choose: Any) -> Any:
    if element["type"] in BUTTONS:
        return None
    if element["type"] == "feedback_buttons":
        return opinion(element, choose)
    if element["type"] == "overflow":
        if choose is None:
            raise NotPossible("a menu is pressed by choosing something in it")
        return chosen({**element, "type": "static_select"}, choose)
    several = FIELDS[element["type"]].several
    return chosen(element, [choose] if several and isinstance(choose, str) else choose)


def opinions(element: dict[str, Any]) -> list[dict[str, Any]]:
    """The two buttons of `feedback_buttons`."""
    if element["type"] != "feedback_buttons":
        return []
    return [element["positive_button"], element["negative_button"]]


def opinion(element: dict[str, Any], choose: Any) -> dict[str, Any]:
    for each in opinions(element):
        if choose == each["value"] or says(each, str(choose)):
            return each
    raise NotPossible(f"{element['action_id']} has no button {choose!r}")


def says(thing: dict[str, Any], what: str) -> bool:
    text = thing.get("text")
    return isinstance(text, dict) and text.get("text", "").lower() == what.lower()


def labels(blocks: Sequence[Block]) -> list[str]:
    """What stands on everything that can be pressed."""
    found = []
    for _, element in elements(blocks):
        if element["type"] in BUTTONS:
            found.append(element["text"]["text"])
        elif element["type"] == "feedback_buttons":
            found += [each["text"]["text"] for each in opinions(element)]
        elif element["type"] == "overflow":
            found += [option["text"]["text"] for option in element["options"]]
        else:
            found.append(element["action_id"])
    return found


def values_of(blocks: Sequence[Block], typed: Typed) -> Typed:
    """`state.values`: what everything that keeps a value holds now."""
    values: Typed = {}
    for block, element in elements(blocks):
        if element["type"] in FIELDS:
            name, action = block["block_id"], element["action_id"]
            now = typed.get(name, {}).get(action)
            if now is None or now["type"] != element["type"]:
                now = initial(element)
            values.setdefault(name, {})[action] = deepcopy(now)
    return values


def state_values(view: View) -> Typed:
    return values_of(view.blocks, view.typed)


def put(view: View, control: Control) -> None:
    """The control keeps what was chosen in it, if it is one that keeps a value."""
    kind = control.element["type"]
    if kind in FIELDS:
        kept = {"type": kind, FIELDS[kind].key: deepcopy(control.value)}
        block = view.typed.setdefault(control.block["block_id"], {})
        block[control.element["action_id"]] = kept


def fill(
    view: View, given: Mapping[str, Any], files: Mapping[str, dict[str, Any]] | None = None
) -> None:
    """Puts values into the fields with these block_ids, as far as a person could."""
    fields = {block["block_id"]: element for block, element in elements(live(view, files))}
    for name, value in given.items():
        element = fields.get(name)
        if element is None or element["type"] not in FIELDS:
            raise NotPossible(f"{view.title!r} has no field {name!r}; it has {sorted(fields)}")
        typed = {"type": element["type"], FIELDS[element["type"]].key: chosen(element, value)}
        view.typed.setdefault(name, {})[element["action_id"]] = typed


def complete(view: View) -> None:
    """Slack's client does not send a form that lacks an answer."""
    values = state_values(view)
    for block, element in elements(view.blocks):
        needed = block["type"] == "input" and not block.get("optional")
        if needed and empty(values[block["block_id"]][element["action_id"]]):
            raise NotPossible(f"{block['label']['text']!r} ({block['block_id']}) must be filled in")

"""The form in which a ticket is filed, and what happens when it is sent."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.markup.blocks import Block, context, plain
from bot.markup.mrkdwn import escaped
from bot.slack.error_answers import Outdated
from bot.slack.users import acting
from core.desk import Desk
from core.desk.corrections import filed_or_corrected
from core.idempotency import Key, digest
from core.tickets import TITLE_LENGTH, NewTicket, Priority, parse

NEW_TICKET = "new_ticket"
# The most that Slack's text field takes; over REST a description may be longer.
FIELD_LENGTH = 3000


# First words that mean a priority elsewhere.
OTHERS_PRIORITIES = frozenset(
    {"asap", "blocker", "critical", "emergency", "hi", "highest", "important", "lo", "lowest"}
    | {"major", "med", "mid", "minor", "normal", "trivial", "urgent"}
    | {f"p{number}" for number in range(6)}
)


def split_title(text: str) -> tuple[str, str]:
    """The first line, and the rest: a title, and a description. What is too long for a title is
    in the description whole."""
    first, _, rest = text.strip().partition("\n")
    title = " ".join(first.split())
    if units(title) <= TITLE_LENGTH:
        return title, rest.strip()
    return f"{within(title, TITLE_LENGTH - 1).rsplit(' ', 1)[0].rstrip()}…", text.strip()


def new_ticket_modal(
    *,
    title: str = "",
    description: str = "",
    priority: Priority = Priority.MEDIUM,
    note: str = "",
    callback_id: str = NEW_TICKET,
) -> Block:
    """With what was typed already; a `note` says what became of that."""
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain("New ticket"),
        "submit": plain("File ticket"),
        "close": plain("Cancel"),
        "blocks": [
            *([context(escaped(note))] if note else []),
            text_field("title", "Title", max_length=TITLE_LENGTH, initial=title),
            description_field(
                description, placeholder=plain("What happens, since when, and what you tried")
            ),
            priority_field(priority),
        ],
    }


def form_values(view: dict[str, Any]) -> dict[str, Any]:
    """What was filled in, by the names of the form's blocks. Raises Outdated for another form."""
    values: dict[str, Any] = {}
    for block, elements in view.get("state", {}).get("values", {}).items():
        if (element := elements.get(block)) is None:
            raise Outdated
        chosen = element.get("selected_option")
        typed = element.get("selected_date_time") or element.get("value") or ""
        values[block] = chosen["value"] if chosen else typed
    return values


def register(app: AsyncApp, desk: Desk) -> None:
    @app.view(NEW_TICKET)
    async def submitted(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        new = parse(NewTicket, form_values(view))
        by = await acting(desk, body["user"])
        key = Key(f"slack:view:{view['id']}", digest(new))
        await filed_or_corrected(desk, new, by=by, key=key)
        await ack()


def units(text: str) -> int:
    """As Slack counts: in units of UTF-16, of which an emoji takes two."""
    return len(text.encode("utf-16-le")) // 2


def within(text: str, length: int) -> str:
    """At most so many units, and no half of a sign."""
    return text.encode("utf-16-le")[: 2 * length].decode("utf-16-le", errors="ignore")


def text_field(
    name: str, label: str, *, max_length: int, initial: str, optional: bool = False, **element: Any
) -> Block:
    if initial:
        element["initial_value"] = within(initial, max_length)
    return {
        "type": "input",
        "block_id": name,
        "optional": optional,
        "label": plain(label),
        "element": {
            "type": "plain_text_input",
            "action_id": name,
            "max_length": max_length,
            **element,
        },
    }


def description_field(initial: str, **element: Any) -> Block:
    return text_field(
        "description",
        "Description",
        optional=True,
        multiline=True,
        max_length=FIELD_LENGTH,
        initial=initial,
        **element,
    )


def priority_field(priority: Priority) -> Block:
    return {
        "type": "input",
        "block_id": "priority",
        "label": plain("Priority"),
        "element": {
            "type": "static_select",
            "action_id": "priority",
            "options": [_option(one) for one in reversed(Priority)],
            "initial_option": _option(priority),
        },
    }


def _option(priority: Priority) -> Block:
    return {"text": plain(priority.capitalize()), "value": priority.value}

"""Lists of tickets, a page at a time, turned in place."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, Self, TypeVar

from pydantic import BaseModel, Field, ValidationError
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.markup.blocks import Block, Message, context, plain, section
from bot.markup.mrkdwn import shortened
from bot.reading import narrowings
from bot.runtime.background import Background
from bot.slack.error_answers import Outdated
from bot.slack.users import acting
from bot.tickets.buttons import one_of
from bot.tickets.line import line
from core.clock import is_breached
from core.desk import Desk
from core.desk.tickets.listing import COUNTED
from core.errors import InvalidInput
from core.people.accounts import Actor
from core.tickets import Priority, Status, label
from core.tickets.finding.query import TicketQuery

PAGE = 10
UNFINISHED = frozenset(status for status in Status if not status.finished)
NARROWINGS = ("open", "mine", "unassigned", "breached", "all", *Status, *Priority)

_NEW = "`/ticket new` files one."
# What the words are called in front of "tickets", and which have another place or none.
_SAID_OF = {"breached": "late"}
_NOT_SAID_OF = frozenset({"mine", "all", *Priority})


W = TypeVar("W", str, list[str])


class Turn(BaseModel, Generic[W]):
    """What a button that turns the page remembers."""

    words: W
    offset: int = Field(ge=0, le=10**9)

    @classmethod
    def read(cls, value: str) -> Self:
        try:
            return cls.model_validate_json(value)
        except ValidationError as error:
            raise Outdated from error


_Turn = Turn[list[str]]
_BACK_AND_ON = ("newer", "older")


def register(app: AsyncApp, desk: Desk, background: Background) -> None:
    register_turns(app, desk, background, _BACK_AND_ON, _Turn, list_message)


def register_turns(
    app: AsyncApp,
    desk: Desk,
    background: Background,
    back_and_on: tuple[str, str],
    turn: type[Turn[W]],
    message: Callable[..., Awaitable[Message]],
) -> None:
    """The buttons of these names show another page of the message, in place."""

    @app.action(one_of(back_and_on))
    async def turned(
        ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], respond: AsyncRespond
    ) -> None:
        by = await acting(desk, body["user"])
        where = turn.read(action.get("value") or "")
        page = await message(desk, where.words, by=by, offset=where.offset)
        await ack()
        background.start(respond(replace_original=True, **page))


def turns(
    back_and_on: tuple[str, str], turn: type[Turn[W]], words: W, *, offset: int, end: int | None
) -> list[Block]:
    """The row of buttons of a page from the offset on; with an `end`, another one begins there."""
    back, on = back_and_on
    buttons = []
    if offset:
        buttons.append(_button(back, "Back", turn(words=words, offset=max(offset - PAGE, 0))))
    if end is not None:
        buttons.append(_button(on, "Next", turn(words=words, offset=end)))
    return [{"type": "actions", "block_id": "turn", "elements": buttons}] if buttons else []


def _button(name: str, text: str, turn: BaseModel) -> Block:
    value = turn.model_dump_json()
    return {"type": "button", "action_id": name, "text": plain(text), "value": value}


async def list_message(desk: Desk, words: Sequence[str], *, by: Actor, offset: int = 0) -> Message:
    """Raises InvalidInput for a word that narrows nothing."""
    words = list(dict.fromkeys(narrowings(words)))
    question = narrowed(desk, words, by=by)
    page = await desk.most_urgent(question, by=by, limit=PAGE, offset=offset)
    said = " ".join(words) or "open"
    if not page.tickets:
        text = _none(words) if not offset else "There are no more tickets."
        return {"text": text, "blocks": [section(text)]}
    first, last = offset + 1, offset + len(page.tickets)
    total = f"{page.total:,}" if page.counted else f"more than {COUNTED:,}"
    text = f"Tickets ({said}), {first} to {last} of {total}"
    at = desk.clock()
    shown = [
        line(ticket, late=number < page.running and is_breached(ticket.sla_due, at=at))
        for number, ticket in enumerate(page.tickets)
    ]
    end = last if last < page.total else None
    row = turns(_BACK_AND_ON, _Turn, words, offset=offset, end=end)
    blocks = [section(f"*{text}*"), *shown, *row]
    blocks.append(context(f"`/ticket status {page.tickets[0].key}` shows one of them."))
    return {"text": text, "blocks": blocks}


def _none(words: list[str]) -> str:
    """What an empty list says: the words are read as one would say them of a ticket."""
    if words == ["mine"]:
        return f"You have no open tickets. {_NEW}"
    yours = " of yours" if "mine" in words else ""
    urgency = "".join(f" of {word} priority" for word in words if word in frozenset(Priority))
    kinds = [_SAID_OF.get(word, label(word)) for word in words if word not in _NOT_SAID_OF]
    kind = ", ".join(kinds) or ("" if "all" in words else "open")
    said = f"There are no {kind}{' ' if kind else ''}tickets{urgency}{yours}."
    return said if words not in ([], ["open"], ["all"]) else f"{said} {_NEW}"


def narrowed(desk: Desk, words: list[str], *, by: Actor) -> TicketQuery:
    question = TicketQuery(statuses=UNFINISHED)
    for word in words:
        match word:
            case "open":
                question = question._replace(statuses=UNFINISHED)
            case "all":
                question = question._replace(statuses=None)
            case "mine":
                question = question._replace(concerning=by.id)
            case "unassigned":
                question = question._replace(unassigned=True)
            case "breached":
                question = question._replace(statuses=None, breached_at=desk.clock())
            case word if word in frozenset(Priority):
                question = question._replace(priority=Priority(word))
            case word if word in frozenset(Status):
                question = question._replace(statuses=frozenset({Status(word)}))
            case _:
                raise InvalidInput(
                    {"list": f"“{shortened(word, 30)}” is not something to list: try {_known()}."}
                )
    return question


def _known() -> str:
    *others, last = dict.fromkeys(NARROWINGS)
    return f"{', '.join(others)} or {last}"

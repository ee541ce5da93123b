"""Lists of tickets, a page at a time, turned in place."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, Field, ValidationError
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.markup.blocks import Message, context, plain, section
from bot.markup.mrkdwn import shortened
from bot.reading import narrowings
from bot.runtime.background import Background
from bot.slack.error_answers import Outdated
from bot.slack.users import acting
from bot.tickets.buttons import one_of
from bot.tickets.card import line
from core.clock import is_breached
from core.desk import Desk
from core.desk.listing import COUNTED
from core.errors import InvalidInput
from core.people.accounts import Actor
from core.tickets import Priority, Status, TicketSummary, label
from core.tickets.query import TicketQuery

PAGE = 10
UNFINISHED = frozenset(status for status in Status if not status.finished)
NARROWINGS = ("open", "mine", "unassigned", "breached", "all", *Status, *Priority)

_NEW = "`/ticket new` files one."
# What the words are called in front of "tickets", and which have another place or none.
_SAID_OF = {"breached": "late"}
_NOT_SAID_OF = frozenset({"mine", "all", *Priority})


def register(app: AsyncApp, desk: Desk, background: Background) -> None:
    @app.action(one_of(["newer", "older"]))
    async def turned(
        ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], respond: AsyncRespond
    ) -> None:
        by = await acting(desk, body["user"])
        where = _Turn.read(action.get("value") or "")
        page = await list_message(desk, where.words, by=by, offset=where.offset)
        await ack()
        background.start(respond(replace_original=True, **page))


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
    shown = [
        line(ticket, late="breached" in words or is_late(ticket, at=desk.clock()))
        for ticket in page.tickets
    ]
    blocks = [section(f"*{text}*"), *shown]
    turns = [_turn("newer", "Back", words, max(offset - PAGE, 0))] if offset else []
    turns += [_turn("older", "Next", words, last)] if last < page.total else []
    if turns:
        blocks.append({"type": "actions", "block_id": "turn", "elements": turns})
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


def is_late(ticket: TicketSummary, *, at: datetime) -> bool:
    """Of one that waits, a list does not know whether it was late before."""
    stands_still = ticket.status.finished or ticket.waiting_for is not None
    return not stands_still and is_breached(ticket.sla_due, at=at)


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


def _turn(name: str, text: str, words: list[str], offset: int) -> dict[str, Any]:
    value = _Turn(words=words, offset=offset).model_dump_json()
    return {"type": "button", "action_id": name, "text": plain(text), "value": value}


class _Turn(BaseModel):
    """What a button that turns the page remembers."""

    words: list[str]
    offset: int = Field(ge=0, le=10**9)

    @classmethod
    def read(cls, value: str) -> Self:
        try:
            return cls.model_validate_json(value)
        except ValidationError as error:
            raise Outdated from error

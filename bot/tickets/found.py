"""Tickets that were looked for by their words, a page at a time, turned in place."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, Field, ValidationError
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.markup.blocks import Block, Message, context, plain, section
from bot.markup.mrkdwn import quoted
from bot.runtime.background import Background
from bot.slack.error_answers import Outdated
from bot.slack.users import acting
from bot.tickets.buttons import one_of
from bot.tickets.card import line
from bot.tickets.list import PAGE
from core.clock import is_breached
from core.desk import Desk
from core.people.accounts import Actor
from core.tickets import TicketSummary
from core.tickets.query import TicketQuery

# What people looked for, where it is said again.
_SAID = 100


def register(app: AsyncApp, desk: Desk, background: Background) -> None:
    @app.action(one_of(["better", "further"]))
    async def turned(
        ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], respond: AsyncRespond
    ) -> None:
        by = await acting(desk, body["user"])
        where = _Turn.read(action.get("value") or "")
        page = await found_message(desk, where.words, by=by, offset=where.offset)
        await ack()
        background.start(respond(replace_original=True, **page))


async def found_message(desk: Desk, text: str, *, by: Actor, offset: int = 0) -> Message:
    """Raises InvalidInput where there is no word in the text, or none that is looked for."""
    results = await desk.lookups.search(text, TicketQuery(), by=by, limit=PAGE, offset=offset)
    said = quoted(" ".join(results.words), _SAID)
    left_out = [context(_common(results.left_out))] if results.left_out else []
    if not results.tickets:
        answer = f"No ticket that you may see has “{said}”. `/ticket new` files one."
        if offset:
            answer = "There are no more tickets."
        return {"text": answer, "blocks": [section(answer), *left_out]}
    first, last = offset + 1, offset + len(results.tickets)
    answer = f"Tickets with “{said}”, {first} to {last} of {results.total:,}"
    at = desk.clock()
    blocks = [section(f"*{answer}*"), *left_out]
    blocks += [line(ticket, late=_is_late(ticket, at=at)) for ticket in results.tickets]
    words = " ".join([*results.words, *results.left_out])
    turns = [_turn("better", "Back", words, max(offset - PAGE, 0))] if offset else []
    turns += [_turn("further", "Next", words, last)] if results.end else []
    if turns:
        blocks.append({"type": "actions", "block_id": "turn", "elements": turns})
    blocks.append(context(f"`/ticket status {results.tickets[0].key}` shows one of them."))
    return {"text": answer, "blocks": blocks}


def _common(words: Sequence[str]) -> str:
    said = quoted(" ".join(words), _SAID)
    return f"Not looked for, because too many tickets have it: {said}"


def _turn(name: str, text: str, words: str, offset: int) -> Block:
    value = _Turn(words=words, offset=offset).model_dump_json()
    return {"type": "button", "action_id": name, "text": plain(text), "value": value}


class _Turn(BaseModel):
    """What a button that turns the page remembers."""

    words: str
    offset: int = Field(ge=0, le=10**9)

    @classmethod
    def read(cls, value: str) -> Self:
        try:
            return cls.model_validate_json(value)
        except ValidationError as error:
            raise Outdated from error


def _is_late(ticket: TicketSummary, *, at: datetime) -> bool:
    """Of one that waits, it is not known here whether it was late before."""
    stands_still = ticket.status.finished or ticket.waiting_for is not None
    return not stands_still and is_breached(ticket.sla_due, at=at)

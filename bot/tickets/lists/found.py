"""Tickets that were looked for by their words, a page at a time, turned in place."""

from collections.abc import Sequence
from datetime import datetime

from slack_bolt.async_app import AsyncApp

from bot.markup.blocks import Message, context, section
from bot.markup.mrkdwn import quoted
from bot.runtime.background import Background
from bot.tickets.line import line
from bot.tickets.lists.list import PAGE, Turn, register_turns, turns
from core.clock import is_breached
from core.desk import Desk
from core.people.accounts import Actor
from core.tickets import TicketSummary
from core.tickets.finding.query import TicketQuery

# What people looked for, where it is said again.
_SAID = 100


_Turn = Turn[str]
_BACK_AND_ON = ("better", "further")


def register(app: AsyncApp, desk: Desk, background: Background) -> None:
    register_turns(app, desk, background, _BACK_AND_ON, _Turn, found_message)


async def found_message(desk: Desk, text: str, *, by: Actor, offset: int = 0) -> Message:
    """Raises InvalidInput where there is no word in the text, or none that is looked for."""
    results = await desk.lookups.search(text, TicketQuery(), by=by, limit=PAGE, offset=offset)
    said = quoted(" ".join(results.words), _SAID)
    left_out = [context(common(results.left_out))] if results.left_out else []
    if not results.tickets:
        answer = f"No ticket that you may see has “{said}”: whole words count. "
        answer += "`/ticket new` files one."
        if offset:
            answer = "There are no more tickets."
        return {"text": answer, "blocks": [section(answer), *left_out]}
    first, last = offset + 1, offset + len(results.tickets)
    answer = f"Tickets with “{said}”, {first} to {last} of {results.total:,}"
    at = desk.clock()
    blocks = [section(f"*{answer}*"), *left_out]
    blocks += [line(ticket, late=is_late(ticket, at=at)) for ticket in results.tickets]
    words = " ".join([*results.words, *results.left_out])
    end = last if results.end else None
    blocks += turns(_BACK_AND_ON, _Turn, words, offset=offset, end=end)
    blocks.append(context(f"`/ticket status {results.tickets[0].key}` shows one of them."))
    return {"text": answer, "blocks": blocks}


def common(words: Sequence[str]) -> str:
    said = quoted(" ".join(words), _SAID)
    return f"Not looked for, because too many tickets have it: {said}"


def is_late(ticket: TicketSummary, *, at: datetime) -> bool:
    """Of one that waits, it is not known here whether it was late before."""
    stands_still = ticket.status.finished or ticket.waiting_for is not None
    return not stands_still and is_breached(ticket.sla_due, at=at)

"""A ticket in two lines, the same wherever it is shown: which it is, and how it stands."""

from collections.abc import Sequence

from bot.markup.blocks import Block, context
from bot.markup.mrkdwn import inert, local_time, mention, one_line, quoted
from bot.markup.rich_text import Piece, bold, emoji, moment, person, rich_text
from core.sla.history import REQUESTER
from core.tickets import WAITING_FOR_LENGTH, Priority, Ticket, TicketSummary, label

_MARK = {
    Priority.HIGH: "red_circle",
    Priority.MEDIUM: "large_orange_circle",
    Priority.LOW: "white_circle",
}
_LATE, _DONE = "rotating_light", "white_check_mark"


def headline(ticket: TicketSummary, *, late: bool) -> str:
    """The card in one line: what screen readers and notifications say."""
    how = [f"late, {state(ticket)}" if late else state(ticket)]
    if ticket.assignee:
        how.append(f"with {mention(ticket.assignee)}")
    elif not ticket.status.finished:
        how.append("nobody has it")
    if not ticket.status.finished:
        how.append(f"{ticket.priority} priority")
    return f"{ticket.key} {quoted(ticket.title, 200)} ({', '.join(how)})"


def line(ticket: TicketSummary, *, late: bool) -> Block:
    """A ticket in a list."""
    return head(ticket, late=late, length=120)


def head(
    ticket: TicketSummary,
    *,
    late: bool,
    length: int = 200,
    yours: bool = False,
    more: Sequence[Piece | str] = (),
) -> Block:
    """Two lines wherever a ticket is shown: which it is, and how it stands; `yours`, to whoever
    has it."""
    stands = _how_it_stands(ticket, late=late, yours=yours)
    return rich_text(*_heading(ticket, length, late=late), "\n", *stands, *more)


def ended(ticket: Ticket, *, late: bool, more: str = "") -> list[Block]:
    """Likewise of one that is done: which it is, and what came of it."""
    return [rich_text(*_heading(ticket, 200, late=late)), context(f"{_outcome(ticket)}{more}")]


def _how_it_stands(ticket: TicketSummary, *, late: bool, yours: bool) -> list[Piece | str]:
    """Its state and its priority, in words, who has it, and until when."""
    said = capital(plain_state(ticket))
    done = ticket.status.finished
    pieces: list[Piece | str] = [said if done else f"{said} · {ticket.priority} priority"]
    if yours:
        pieces += [" · ", bold("it is yours")]
    elif ticket.assignee:
        pieces += [" · ", person(ticket.assignee), " has it"]
    elif not done:
        pieces += [" · ", bold("nobody has it")]
    if late:
        pieces += [" · ", bold("late"), " since ", moment(ticket.sla_due)]
    elif not (done or ticket.waiting_for):
        pieces += [" · due ", moment(ticket.sla_due)]
    elif not done:
        until = ticket.waiting_until
        pieces.append(" · its clock stands still")
        if until:
            pieces += [" until ", moment(until)]
    return pieces


def capital(said: str) -> str:
    return f"{said[0].upper()}{said[1:]}"


def title(ticket: TicketSummary) -> Block:
    return rich_text(*called(ticket))


def called(ticket: TicketSummary, length: int = 200) -> list[Piece | str]:
    """Which it is, in rich text."""
    return [bold(ticket.key), f" {one_line(ticket.title, length)}"]


def named(ticket: TicketSummary, length: int = 200) -> str:
    """Likewise in mrkdwn."""
    return f"*{ticket.key}* {quoted(ticket.title, length)}"


def _heading(ticket: TicketSummary, length: int, *, late: bool) -> list[Piece | str]:
    mark = _DONE if ticket.status.finished else _MARK[ticket.priority]
    marks = [emoji(_LATE), emoji(mark)] if late else [emoji(mark)]
    return [*marks, " ", *called(ticket, length)]


def state(ticket: TicketSummary) -> str:
    """Its status, and whom it waits for."""
    return inert(plain_state(ticket))


def plain_state(ticket: TicketSummary) -> str:
    if ticket.waiting_for is None:
        return label(ticket.status)
    if ticket.waiting_for == REQUESTER:
        return "waiting for the requester"
    return f"waiting for {one_line(ticket.waiting_for, WAITING_FOR_LENGTH)}"


def _outcome(ticket: Ticket) -> str:
    """What came of it, and who did it and when: of what is closed after it was resolved, who
    resolved it; of older tickets only the time is known."""
    pause = ticket.sla_history.paused
    by = f" by {mention(pause.by)}" if pause and pause.by else ""
    done = f", done{by} {local_time(pause.since)}" if pause else ""
    reason = f" ({label(ticket.reason)})" if ticket.reason else ""
    return f"*{label(ticket.status).capitalize()}*{reason}{done}"

"""What alerts about the next reply say: a requester waits for an answer."""

from collections.abc import Sequence
from datetime import datetime

from bot.markup.mrkdwn import inert, local_time, name_of, quoted
from core.alerts.rules import AlertRules, awaited_reply
from core.tickets import Ticket
from core.tickets.alert import ESCALATION, REPLY, SOON


def is_about_reply(kind: str) -> bool:
    return kind.startswith(REPLY)


def standing(
    ticket: Ticket, rules: AlertRules, *, at: datetime, kind: str, who: str, offered: Sequence[str]
) -> tuple[str, Sequence[str]]:
    """How it stands now, whatever it was that rang, and which buttons that leaves."""
    key, title = ticket.key, quoted(ticket.title, 200)
    if ticket.status.finished:
        done = f"*{key} waited for an answer* and is {ticket.status}"
        return f":white_check_mark: {done}: {title}", ()
    if not ticket.asked:
        said = ticket.replied_at
        now = f"has its answer*, said {local_time(said)}" if said else "waits for no answer now*"
        return f":white_check_mark: *{key} {now}: {title}", ()
    reply = awaited_reply(ticket, rules)
    if reply is None:
        if ticket.waiting_for is not None:
            return f":pause_button: *{key}* waits, and its clock stands still: {title}", ()
        return f":white_check_mark: *{key} waits for no answer:* {title}", ()
    requester = inert(name_of(ticket.requester))
    if reply.due < at:
        late = f"*{key}: {requester} waits for an answer"
        if kind.startswith(f"{REPLY}{ESCALATION}"):
            late += ", and nobody acknowledged it"
        return f":rotating_light: {late}:* {title}\n{who}", offered
    if kind == f"{REPLY}{SOON}" and (reply.soon or at) <= at:
        return f":hourglass_flowing_sand: *{key} is to be answered soon:* {title}\n{who}", offered
    return f":white_check_mark: *{key} was to be answered* and has more time now: {title}", ()


def due(ticket: Ticket, rules: AlertRules, *, at: datetime) -> str:
    if (reply := awaited_reply(ticket, rules)) is None:
        return "No answer is due"
    return f"An answer {'was' if reply.due < at else 'is'} due {local_time(reply.due)}"


def many(count: int, kind: str) -> str:
    if kind == f"{REPLY}{SOON}":
        return f":hourglass_flowing_sand: *{count} tickets are to be answered soon.*"
    late = f":rotating_light: *In {count} tickets somebody waits for an answer"
    return f"{late}, and nobody acknowledged it.*" if ESCALATION in kind else f"{late}.*"


def plainly(kind: str) -> str:
    return "is to be answered soon" if kind == f"{REPLY}{SOON}" else "has an answer due"

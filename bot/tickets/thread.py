"""What stands in a ticket's threads: how it is, under the message that it was made from, and what
was said of it elsewhere; and what is told of words that nobody waits for any more."""

from collections.abc import Sequence
from datetime import datetime

from bot.invocation import COMMAND
from bot.markup.blocks import Block, Message, context, section
from bot.markup.mrkdwn import (
    in_lines,
    inert,
    is_nameless,
    local_time,
    mention,
    name_of,
    one_line,
    quoted,
    shortened,
    shown_as,
)
from bot.markup.rich_text import Piece, bold, emoji, moment, person, rich_text
from bot.slack.metadata import COMMENT, LINE, RECEIPT, REQUESTER_CARD
from bot.tickets.card import buttons
from bot.tickets.line import ended, head, headline, named
from bot.tickets.urgency import may_be_urgent, outside_hours
from bot.tickets.whole import CHUNK, chunks, said_in_full
from core.alerts.rules import AlertRules, awaited_reply
from core.people.accounts import Actor
from core.people.permissions import Action, can
from core.tickets import Comment, Ticket, label
from core.tickets.source import is_direct

# Characters of what notifications say.
_TEXT = 300
# Characters of a line, of 13,200 that Slack takes in all blocks of a message.
_LINE = 12_000
_WITHDREW = "withdrew what was said here."


def requester_card(ticket: Ticket, *, at: datetime, rules: AlertRules) -> Message:
    """What stands under the message that a ticket was made from: how it is, and since everybody
    there reads it, only what its requester may do."""
    late, answer = ticket.breached(at=at), ticket.first_response_due
    reply = awaited_reply(ticket, rules)
    done, closed = ticket.status.finished, f" {outside_hours(ticket, rules, at=at)}".rstrip()
    blocks = ended(ticket, late=late) if done else [head(ticket, late=late)]
    if ticket.first_responded_at:
        answer = reply and reply.due
    if answer and not ticket.status.stopped:
        blocks.append(context(f"You hear from us {local_time(answer)} at the latest.{closed}"))
    if not done:
        blocks.append(context(how_to_change(ticket)))
    row = buttons(ticket, ["reopen" if done else "close"], followed=True)
    if answer:
        row["elements"] += may_be_urgent(ticket, rules, at=at)
    return {
        "text": headline(ticket, late=late),
        "blocks": [*blocks, row],
        "metadata": {"event_type": REQUESTER_CARD, "event_payload": {"ticket": ticket.id}},
    }


def receipt(ticket: Ticket, *, at: datetime, rules: AlertRules) -> Message:
    """What its requester has directly: that it is filed, and after its first change how it is. A
    reply under it is a comment."""
    if ticket.version > 1:
        shown = requester_card(ticket, at=at, rules=rules)
        return shown | {"metadata": _of_receipt(ticket)}
    closed = [context(said)] if (said := outside_hours(ticket, rules, at=at)) else []
    row = buttons(ticket, ["close"], followed=True)
    row["elements"] += may_be_urgent(ticket, rules, at=at)
    first = filed(ticket)
    return first | {"blocks": [*first["blocks"], *closed, row], "metadata": _of_receipt(ticket)}


def filed(ticket: Ticket) -> Message:
    """That it is, and what its requester may expect. Notifications and screen readers may not
    know anybody's time zone: what they say has no time in it."""
    answer, due = ticket.first_response_due, f"It has {ticket.priority} priority"
    pieces: list[Piece | str] = [emoji("ticket"), " ", bold(ticket.key)]
    pieces.append(f" is filed: {one_line(ticket.title, 200)}\n")
    if answer and not ticket.first_responded_at:
        # What they wait for first.
        pieces += ["You hear from us ", moment(answer), " at the latest. "]
    block = rich_text(*pieces, f"{due} and is due ", moment(ticket.sla_due), ".")
    return {
        "text": f"{ticket.key} is filed: {quoted(ticket.title, 200)}\n{due}.",
        "blocks": [block],
    }


def _of_receipt(ticket: Ticket) -> Message:
    return {"event_type": RECEIPT, "event_payload": {"ticket": ticket.id}}


def how_to_change(ticket: Ticket, *, by: Actor | None = None) -> str:
    """What was taken for it where nobody filled in a form: as far as they may, or for whoever
    reads it, who is its requester alone unless it was made in a channel."""
    edit = f"`{COMMAND} edit {ticket.key}` changes its words"
    prio = f"`{COMMAND} prio {ticket.key} high`"
    if by is None and ticket.source and not is_direct(ticket.source.channel):
        return f"{edit}, and {prio}, for agents, its priority."
    if by and can(by, Action.PRIORITISE, requester=ticket.requester):
        return f"{edit}, and {prio} its priority."
    if by is None or can(by, Action.EDIT, requester=ticket.requester):
        return f"{edit}; agents can change its priority."
    return ""


def comment(ticket: Ticket, id: str) -> Comment | None:
    """None for one that is not among the latest."""
    return next((one for one in ticket.comments if one.id == id), None)


def line(
    ticket: Ticket,
    comment_ids: Sequence[str],
    id: str,
    *,
    direct: bool = False,
    for_desk: bool = False,
) -> Message:
    """What somebody said, where others read it: it rings nobody by name, for whoever follows the
    thread hears of it. `direct` to its requester, where there is no thread; `for_desk`, it says
    of what was sent to the requester that it was."""
    first, *more = [said for one in comment_ids if (said := comment(ticket, one)) is not None]
    about = f"{named(ticket, 100)}\n" if direct else ""
    metadata = {"event_type": LINE, "event_payload": {"line": id}}
    who = shown_as(first.author, directly=direct)
    to = _sent_to(ticket, first) if for_desk else ""
    text = "\n".join(quoted(one.message, _TEXT) for one in (first, *more))
    words = f"{who} {_WITHDREW}" if first.withdrawn else f"*{who}{inert(to)}:* {text}"
    blocks = [context(about.rstrip())] if direct else []
    shown, *others = _in_one_message([one.message for one in (first, *more)])
    blocks += _spoken(first, shown, to, directly=direct)
    for words_of_it in others:
        blocks += said_in_full(words_of_it)
    return {"text": f"{about}{words}", "blocks": blocks, "metadata": metadata}


def objection(ticket: Ticket, comment_id: str) -> Message:
    """What its requester said after it was resolved or closed, when nobody looks any more."""
    said = comment(ticket, comment_id)
    words = quoted(said.message, _TEXT) if said else "see there"
    if said and said.source:
        # There it may be edited or withdrawn, and this message follows nothing.
        words = "see its thread"
    who = f"{mention(ticket.assignee)}, " if ticket.assignee else ""
    text = (
        f"{who}{shown_as(ticket.requester, directly=False)} says of {named(ticket, 120)}, which is "
        f"{label(ticket.status)}:\n>{words}"
    )
    offered = [name for name in ticket.next_actions if name == "reopen"]
    row = [buttons(ticket, offered)] if offered else []
    blocks = [section(f":speech_balloon: {text}"), *row]
    metadata = {"event_type": COMMENT, "event_payload": {"comment": comment_id}}
    return {"text": text, "blocks": blocks, "metadata": metadata}


def reopen_question(ticket: Ticket) -> Message:
    """For its requester alone, who said something after that."""
    said = f"{ticket.key} is {label(ticket.status)}. Reopen?"
    return {"text": said, "blocks": [section(said), buttons(ticket, ["reopen"])]}


def full(ticket: Ticket, id: str) -> Message:
    """Said once in a thread."""
    whose = "" if id.startswith("full:all:") else " but what agents say"
    text = (
        f"{ticket.key} holds as much as a ticket can: nothing{whose} is kept of this thread from "
        f"now on. `{COMMAND} new` files another one; mention {ticket.key} in it."
    )
    metadata = {"event_type": LINE, "event_payload": {"line": id}}
    return {"text": text, "blocks": [section(text)], "metadata": metadata}


def _sent_to(ticket: Ticket, said: Comment) -> str:
    requester = ticket.requester
    if said.internal or said.author.id == requester.id:
        return ""
    return f" to {'the requester' if is_nameless(requester) else name_of(requester)}"


def _in_one_message(messages: Sequence[str]) -> list[str]:
    """As much of each as has room beside the others."""
    shown, room = [], _LINE
    for left, message in zip(range(len(messages), 0, -1), messages, strict=True):
        shown.append(shortened(message, room // left))
        room -= len(shown[-1])
    return shown


def spoken(said: Comment, *, directly: bool) -> list[Block]:
    """What somebody said, in a message with nothing else that is long."""
    return _spoken(said, shortened(said.message, _LINE), "", directly=directly)


def _spoken(said: Comment, shown: str, to: str, *, directly: bool) -> list[Block]:
    mentioned = directly or is_nameless(said.author)
    who = person(said.author) if mentioned else bold(name_of(said.author))
    if said.withdrawn:
        return [rich_text(who, f" {_WITHDREW}")]
    first, *more = [in_lines(chunk, CHUNK) for chunk in chunks(shown)]
    note: list[Piece | str] = [emoji("lock"), " "] if said.internal else []
    return [
        rich_text(*note, who, bold(f"{to}:"), f" {first}"),
        *(rich_text(chunk) for chunk in more if chunk),
    ]

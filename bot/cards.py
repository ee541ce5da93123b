"""A ticket as people see it in Slack, with the buttons that its state allows."""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.words import escaped, local_time, mention, quoted, shortened
from core.accounts import Actor
from core.rights import Action, may
from core.sla.facts import REQUESTER
from core.tickets import (
    ACTION_FOR,
    WAITING_FOR_LENGTH,
    Comment,
    Priority,
    Status,
    Ticket,
    TicketSummary,
    spoken,
)

Block = dict[str, Any]
Message = dict[str, Any]

# The kinds of messages, as their metadata names them.
ALERT = "helpdesk_alert"
CARD = "helpdesk_card"
RECEIPT = "helpdesk_receipt"
_MARK = {
    Priority.HIGH: ":red_circle:",
    Priority.MEDIUM: ":large_orange_circle:",
    Priority.LOW: ":white_circle:",
}
_DESCRIPTION_SHOWN = 600
_COMMENT_SHOWN = 300
_COMMENTS_SHOWN = 3

# Button name -> what it says; which ones a ticket has is offered()'s to say.
BUTTONS = {
    "claim": "Claim",
    "start": "Start work",
    "wait": "Put on hold",
    "resolve": "Resolve",
    "reopen": "Reopen",
    "close": "Close",
}

# What status somebody gives a ticket who says or presses this.
STATUS_AFTER: Mapping[str, Status] = {
    "start": Status.IN_PROGRESS,
    "wait": Status.WAITING,
    "resolve": Status.RESOLVED,
    "close": Status.CLOSED,
    "reopen": Status.OPEN,
}


def offered(ticket: TicketSummary) -> list[str]:
    if ticket.status is Status.CLOSED:
        return ["reopen"]
    if ticket.status is Status.RESOLVED:
        return ["reopen", "close"]
    claim = [] if ticket.assignee else ["claim"]
    work = ["wait"] if ticket.status is Status.IN_PROGRESS else ["start"]
    return [*claim, *work, "resolve"]


def buttons(ticket: TicketSummary, names: Iterable[str]) -> Block:
    elements = []
    for name in names:
        button: Block = {
            "type": "button",
            "action_id": name,
            "text": plain(BUTTONS[name]),
            "value": ticket.id,
            "accessibility_label": f"{BUTTONS[name]} {ticket.key}",
        }
        elements.append(button | ({"style": "primary"} if name == "resolve" else {}))
    return {"type": "actions", "block_id": "ticket_actions", "elements": elements}


def card(ticket: Ticket) -> Message:
    """The message in the helpdesk channel that follows its ticket."""
    blocks = _facts(ticket)
    # Everybody in the channel reads a card, so notes are none of its business.
    if public := [comment for comment in ticket.comments if not comment.internal]:
        counted = f"{len(public)} comments, the last one" if len(public) > 1 else "1 comment,"
        last = public[-1]
        said = f":speech_balloon: {counted} by {escaped(last.author.name)}: "
        blocks.append(context(said + quoted(last.message, 150)))
    blocks.append(buttons(ticket, offered(ticket)))
    return {
        "text": headline(ticket),
        "blocks": blocks,
        "metadata": {"event_type": CARD, "event_payload": {"ticket": ticket.id}},
    }


def details(ticket: Ticket, *, by: Actor) -> Message:
    """What one person gets who asks for a ticket: the card, and the latest comments, with the
    buttons that they may press."""
    blocks = _facts(ticket)
    blocks += [section(_comment(comment)) for comment in ticket.comments[-_COMMENTS_SHOWN:]]
    names = dict.fromkeys([*offered(ticket), "close"])
    if allowed := [name for name in names if _may_press(by, name, ticket)]:
        blocks.append(buttons(ticket, allowed))
    return {"text": headline(ticket), "blocks": blocks}


def _may_press(by: Actor, name: str, ticket: Ticket) -> bool:
    if name == "close" and ticket.status is Status.CLOSED:
        return False
    action = Action.ASSIGN if name == "claim" else ACTION_FOR[STATUS_AFTER[name]]
    return may(by, action, requester=ticket.requester)


def receipt(ticket: Ticket) -> Message:
    text = (
        f":ticket: *{ticket.key}* is filed: {quoted(ticket.title, 200)}\n"
        f"It has {ticket.priority} priority and is due {local_time(ticket.sla_due)}. "
        f"`/ticket status {ticket.key}` shows how it stands."
    )
    metadata = {"event_type": RECEIPT, "event_payload": {"ticket": ticket.id}}
    return {"text": text, "blocks": [section(text)], "metadata": metadata}


def headline(ticket: TicketSummary) -> str:
    """The card in one line: what screen readers and notifications say."""
    who = f"with {escaped(ticket.assignee.name)}" if ticket.assignee else "nobody has it yet"
    return f"{ticket.key} {quoted(ticket.title, 200)} ({state(ticket)}, {who})"


def line(ticket: TicketSummary) -> str:
    """A ticket in a list."""
    stands_still = ticket.status.finished or ticket.waiting_for
    due = "" if stands_still else f" · due {local_time(ticket.sla_due)}"
    who = mention(ticket.assignee) if ticket.assignee else "nobody"
    return (
        f"{_MARK[ticket.priority]} *{ticket.key}* {quoted(ticket.title, 120)}\n"
        f"{state(ticket)} · {who}{due}"
    )


def state(ticket: TicketSummary) -> str:
    """Its status, and whom it waits for."""
    if ticket.waiting_for is None:
        return spoken(ticket.status)
    if ticket.waiting_for == REQUESTER:
        return "waiting for the requester"
    return f"waiting for {quoted(ticket.waiting_for, WAITING_FOR_LENGTH)}"


def _facts(ticket: Ticket) -> list[Block]:
    title = f"{_MARK[ticket.priority]} *{ticket.key}* {quoted(ticket.title, 200)}"
    blocks = [section(title)]
    if ticket.description.strip():
        blocks.append(section(escaped(shortened(ticket.description.strip(), _DESCRIPTION_SHOWN))))
    when = local_time(ticket.sla_due)
    if ticket.waiting_for and ticket.breaches_at is None:
        when = "the clock stands still"
    fields = [
        f"*Status*\n{state(ticket)}",
        f"*Priority*\n{ticket.priority}",
        f"*Assignee*\n{mention(ticket.assignee) if ticket.assignee else 'nobody yet'}",
        f"*Due*\n{when}",
    ]
    blocks.append({"type": "section", "fields": [mrkdwn(field) for field in fields]})
    filed = f"Filed by {mention(ticket.requester)} {local_time(ticket.created_at)}"
    return [*blocks, context(filed)]


def _comment(comment: Comment) -> str:
    said = quoted(comment.message, _COMMENT_SHOWN)
    note = " :lock: note" if comment.internal else ""
    return f"*{escaped(comment.author.name)}* {local_time(comment.created_at)}{note}\n{said}"


def section(text: str) -> Block:
    return {"type": "section", "text": mrkdwn(text)}


def context(text: str) -> Block:
    return {"type": "context", "elements": [mrkdwn(text)]}


def mrkdwn(text: str) -> Block:
    """Verbatim: Slack makes no links and mentions but those that we wrote."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}

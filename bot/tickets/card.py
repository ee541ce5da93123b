"""A ticket as people see it in Slack, with the buttons that its state allows."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from bot.markup.blocks import Block, Message, context, plain, section
from bot.markup.mrkdwn import in_lines, inert, local_time, mention, name_of, one_line, quoted
from bot.markup.rich_text import Piece, bold, code, emoji, moment, person, rich_text
from bot.slack.metadata import CARD, RECEIPT
from bot.tickets.menu import menu
from core.alerts.rules import AlertRules, next_ring
from core.people.accounts import Actor
from core.people.permissions import Action, can
from core.sla.history import REQUESTER
from core.tickets import (
    ACTION_FOR,
    WAITING_FOR_LENGTH,
    Comment,
    Priority,
    Status,
    Ticket,
    TicketSummary,
    label,
)

_MARK = {
    Priority.HIGH: "red_circle",
    Priority.MEDIUM: "large_orange_circle",
    Priority.LOW: "white_circle",
}
_LATE, _DONE = "rotating_light", "white_check_mark"
_DESCRIPTION_SHOWN = 600
_COMMENT_SHOWN = 300
_COMMENTS_SHOWN = 3
# Characters of the last comment on a card.
_ON_CARD = 150

# Button name -> what it says; which ones a ticket has, its next_actions say.
BUTTONS = {
    "claim": "Claim",
    "take_over": "Take over",
    "start": "Start work",
    "wait": "Put on hold",
    "resolve": "Resolve",
    "reopen": "Reopen",
    "close": "Close",
    "acknowledge": "Acknowledge",
    "reply": "Reply",
}

SHOW_ALL, EDIT, REPLY = "show_all", "edit", "reply"
# The block of buttons in a message that follows its ticket by itself.
FOLLOWED = "followed"

# Whether what came of it was: what the buttons say, and mean.
HELPFUL = {"helpful": ("Yes", "was helpful"), "not_helpful": ("No", "was not helpful")}

# What status somebody gives a ticket who says or presses this.
STATUS_AFTER: Mapping[str, Status] = {
    "start": Status.IN_PROGRESS,
    "wait": Status.WAITING,
    "resolve": Status.RESOLVED,
    "close": Status.CLOSED,
    "reopen": Status.OPEN,
}


def buttons(ticket: TicketSummary, names: Collection[str], *, followed: bool = False) -> Block:
    """`followed`, in a direct message that is edited as its ticket changes."""
    elements = []
    for name in names:
        said = f"{BUTTONS[name]} {ticket.key}"
        button = _button(name, BUTTONS[name], ticket.id) | {"accessibility_label": said}
        # What comes first: somebody is to have it.
        primary = "claim" if "claim" in names else "resolve"
        elements.append(button | ({"style": "primary"} if name == primary else {}))
    block_id = FOLLOWED if followed else "ticket_actions"
    return {"type": "actions", "block_id": block_id, "elements": elements}


def card(ticket: Ticket, *, at: datetime) -> Message:
    """The message in the helpdesk channel that follows its ticket; of one that is done, two lines
    and what was said last, for the channel is to show what there is to do."""
    done = ticket.status.finished
    blocks = _facts(replace(ticket, description="") if done else ticket, at=at)
    # Everybody in the channel reads a card, so notes are none of its business.
    said = [comment for comment in ticket.comments if not comment.withdrawn]
    if public := [comment for comment in said if not comment.internal]:
        count = ticket.earlier_comments + len(public)
        counted = f"{count} comments, the last one" if count > 1 else "1 comment,"
        last = public[-1]
        words = f": {one_line(last.message, _ON_CARD)}"
        blocks.append(
            rich_text(emoji("speech_balloon"), f" {counted} by ", person(last.author), words)
        )
    row = buttons(ticket, [*ticket.next_actions, REPLY])
    shown = 0 if done else _DESCRIPTION_SHOWN
    if len(ticket.description.strip()) > shown or any(
        len(comment.message) > _ON_CARD for comment in public[-1:]
    ):
        row["elements"].append(_show_all(ticket))
    row["elements"].append(menu(ticket))
    blocks.append(row)
    return {
        "text": headline(ticket, late=ticket.breached(at=at)),
        "blocks": blocks,
        "metadata": {"event_type": CARD, "event_payload": {"ticket": ticket.id}},
    }


def details(ticket: Ticket, *, by: Actor, at: datetime, rules: AlertRules) -> Message:
    """What one person gets who asks for a ticket: the card, whether its alerts are put off, if
    that is theirs to do, and the latest comments, with the buttons that they may press."""
    blocks = _facts(ticket, at=at)
    said = silence(ticket, rules, at=at)
    if said and can(by, Action.ACKNOWLEDGE, requester=ticket.requester):
        blocks.append(context(said))
    blocks += [_comment(comment) for comment in ticket.comments[-_COMMENTS_SHOWN:]]
    names = dict.fromkeys([*ticket.next_actions, "close"])
    row = buttons(ticket, [name for name in names if may_press(by, name, ticket)])
    if can(by, Action.EDIT, requester=ticket.requester):
        row["elements"].append(edit_button(ticket))
    if _is_cut(ticket):
        row["elements"].append(_show_all(ticket))
    if row["elements"]:
        blocks.append(row)
    return {"text": headline(ticket, late=ticket.breached(at=at)), "blocks": blocks}


def _is_cut(ticket: Ticket) -> bool:
    """Whether somebody who asks for it is shown a part of what is said in it."""
    shown = ticket.comments[-_COMMENTS_SHOWN:]
    return (
        ticket.comments_count > len(shown)
        or len(ticket.description.strip()) > _DESCRIPTION_SHOWN
        or any(len(comment.message.strip()) > _COMMENT_SHOWN for comment in shown)
    )


def edit_button(ticket: TicketSummary) -> Block:
    return _button(EDIT, "Edit", ticket.id) | {"accessibility_label": f"Edit {ticket.key}"}


def _show_all(ticket: TicketSummary) -> Block:
    said = f"Show all that is said in {ticket.key}"
    return _button(SHOW_ALL, "Show all", ticket.id) | {"accessibility_label": said}


def _button(name: str, text: str, ticket: str) -> Block:
    return {"type": "button", "action_id": name, "text": plain(text), "value": ticket}


def silence(ticket: Ticket, rules: AlertRules, *, at: datetime) -> str | None:
    """By whom and until when its alerts are put off, as long as that is in force."""
    alert = ticket.alert
    if alert.acknowledged and rules.is_acknowledged(ticket, at=at):
        by, since, _ = alert.acknowledged
        said = f":eyes: Acknowledged by {inert(name_of(by))} {local_time(since)}"
        ring, again = next_ring(ticket, rules, at=at), "again " if alert.latest else ""
        return f"{said}; rings {again}{local_time(ring.at)} if nothing happens." if ring else said
    if alert.snoozed and at < alert.snoozed.until and alert.in_force(alert.snoozed):
        by, _, until = alert.snoozed
        return f":zzz: Snoozed by {inert(name_of(by))} until {local_time(until)}."
    return None


def taken_already(ticket_id: str, said: str) -> Message:
    """For who claims what somebody else has."""
    button = _button("take_over", BUTTONS["take_over"], ticket_id)
    actions: Block = {"type": "actions", "block_id": "ticket_actions", "elements": [button]}
    return {"text": said, "blocks": [section(inert(said)), actions]}


def may_press(by: Actor, name: str, ticket: TicketSummary) -> bool:
    if name == "start" and not can(by, Action.CLAIM, requester=ticket.requester):
        # Theirs to say, but not to be asked for: work is begun by who does it.
        return False
    if name == "close" and ticket.status is Status.CLOSED:
        return False
    action = Action.CLAIM if name == "claim" else ACTION_FOR[STATUS_AFTER[name]]
    return can(by, action, requester=ticket.requester)


def receipt(ticket: Ticket) -> Message:
    status, shows = f"/ticket status {ticket.key}", " in any channel shows how it stands."
    answer = ticket.first_response_due
    due = f"It has {ticket.priority} priority and is due "
    text = f":ticket: *{ticket.key}* is filed: {quoted(ticket.title, 200)}\n"
    head: list[Piece | str] = [emoji("ticket"), " ", bold(ticket.key)]
    head.append(f" is filed: {one_line(ticket.title, 200)}\n")
    if answer and not ticket.first_responded_at:
        # What they wait for first.
        text += f"You hear from us {local_time(answer)} at the latest. "
        head += ["You hear from us ", moment(answer), " at the latest. "]
    text += f"{due}{local_time(ticket.sla_due)}. `{status}`{shows}"
    block = rich_text(*head, due, moment(ticket.sla_due), ". ", code(status), shows)
    metadata = {"event_type": RECEIPT, "event_payload": {"ticket": ticket.id}}
    return {"text": text, "blocks": [block], "metadata": metadata}


def headline(ticket: TicketSummary, *, late: bool) -> str:
    """The card in one line: what screen readers and notifications say."""
    who = f"with {mention(ticket.assignee)}" if ticket.assignee else "nobody has it yet"
    how = f"late, {state(ticket)}" if late else state(ticket)
    return f"{ticket.key} {quoted(ticket.title, 200)} ({how}, {who})"


def line(ticket: TicketSummary, *, late: bool) -> Block:
    """A ticket in a list."""
    due: list[Piece | str] = []
    if late:
        due = [" · late since ", moment(ticket.sla_due)]
    elif not (ticket.status.finished or ticket.waiting_for):
        due = [" · due ", moment(ticket.sla_due)]
    elif ticket.waiting_until:
        due = [" · until ", moment(ticket.waiting_until)]
    who = person(ticket.assignee) if ticket.assignee else "nobody"
    return rich_text(*heading(ticket, 120, late=late), f"\n{plain_state(ticket)} · ", who, *due)


def title(ticket: TicketSummary) -> Block:
    return rich_text(bold(ticket.key), f" {one_line(ticket.title, 200)}")


def heading(ticket: TicketSummary, length: int, *, late: bool) -> list[Piece | str]:
    mark = _DONE if ticket.status.finished else _MARK[ticket.priority]
    marks = [emoji(_LATE), emoji(mark)] if late else [emoji(mark)]
    return [*marks, " ", bold(ticket.key), f" {one_line(ticket.title, length)}"]


def state(ticket: TicketSummary) -> str:
    """Its status, and whom it waits for."""
    return inert(plain_state(ticket))


def plain_state(ticket: TicketSummary) -> str:
    if ticket.waiting_for is None:
        return label(ticket.status)
    if ticket.waiting_for == REQUESTER:
        return "waiting for the requester"
    return f"waiting for {one_line(ticket.waiting_for, WAITING_FOR_LENGTH)}"


def _facts(ticket: Ticket, *, at: datetime) -> list[Block]:
    late = ticket.breached(at=at)
    blocks = [rich_text(*heading(ticket, 200, late=late))]
    if ticket.description.strip():
        blocks.append(rich_text(in_lines(ticket.description, _DESCRIPTION_SHOWN)))
    if ticket.status.finished:
        return [*blocks, context(f"{finished(ticket)} · {_filed(ticket)}")]
    about = context(f"{ticket.priority} priority · {_filed(ticket)}")
    return [*blocks, section(standing(ticket, late=late)), about]


def standing(ticket: Ticket, *, late: bool) -> str:
    who = f"{mention(ticket.assignee)} has it" if ticket.assignee else "*nobody has it yet*"
    stands = state(ticket)
    return f"{stands[0].upper()}{stands[1:]} · {who} · {when(ticket, late=late)}"


def when(ticket: Ticket, *, late: bool) -> str:
    if ticket.waiting_for and ticket.breaches_at is None:
        until = ticket.waiting_until
        return f"its clock stands still{f' until {local_time(until)}' if until else ''}"
    return f"{'*late* since' if late else 'due'} {local_time(ticket.sla_due)}"


def _filed(ticket: Ticket) -> str:
    whose = mention(ticket.requester)
    if ticket.filed_by and ticket.filed_by.id != ticket.requester.id:
        whose = f"{mention(ticket.filed_by)} for {whose}"
    filed = f"filed by {whose} {local_time(ticket.created_at)}"
    if ticket.source is None or ticket.source.is_direct:
        return filed
    message = f"<{ticket.source.link}|a message>" if ticket.source.link else "a message"
    return f"{filed} · from {message} in <#{ticket.source.channel}>"


def finished(ticket: Ticket) -> str:
    """What came of it, and who did it and when: of what is closed after it was resolved, who
    resolved it; of older tickets only the time is known."""
    pause = ticket.sla_history.paused
    by = f" by {mention(pause.by)}" if pause and pause.by else ""
    done = f", done{by} {local_time(pause.since)}" if pause else ""
    reason = f" ({label(ticket.reason)})" if ticket.reason else ""
    return f"*{label(ticket.status).capitalize()}*{reason}{done} · {ticket.priority} priority"


def _comment(comment: Comment) -> Block:
    if comment.withdrawn:
        return said_by(comment)
    return said_by(comment, f"\n{in_lines(comment.message, _COMMENT_SHOWN)}")


def said_by(comment: Comment, *words: str) -> Block:
    """Who said it and when, and the words, if they go along and are there still."""
    note: list[Piece | str] = [" ", emoji("lock"), " note"] if comment.internal else []
    gone = [" withdrawn"] if comment.withdrawn else []
    return rich_text(person(comment.author), " ", moment(comment.created_at), *note, *gone, *words)

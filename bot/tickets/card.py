"""A ticket as people see it in Slack, with the buttons that its state allows."""

from collections.abc import Collection, Mapping
from datetime import datetime

from bot.markup.blocks import Block, Message, context, plain, section
from bot.markup.mrkdwn import (
    folded,
    in_lines,
    inert,
    local_time,
    mention,
    name_of,
    one_line,
)
from bot.markup.rich_text import Piece, emoji, link, moment, person, rich_text
from bot.slack.metadata import CARD
from bot.tickets.line import capital, ended, head, headline
from core.alerts.rules import AlertRules, next_ring
from core.people.accounts import Actor, Person
from core.people.permissions import Action, can
from core.tickets import (
    ACTION_FOR,
    Comment,
    Status,
    Ticket,
    TicketSummary,
)

_DESCRIPTION_SHOWN = 600
# Lines and characters of a description on a card: Slack folds sections as it sees fit, and rich
# text not at all.
_FOLDED = (3, 240)
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
    "close": "Close ticket",
    "acknowledge": "Acknowledge",
    "reply": "Reply",
}

# The menu at the end of a card: what takes a form.
MENU = "more"
_FORMS = {
    "edit": "Edit",
    "assign": "Assign",
    "wait": "Wait until",
    "resolve": "Resolve with words",
}
_OF_FINISHED = {"edit", "assign"}

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
    """The message in the helpdesk channel that follows its ticket, in two lines: which it is, and
    how it stands; below, the beginning of what it is about, and what was said last, or else who
    filed it. Of one that is done less, for the channel is to show what there is to do."""
    # Everybody in the channel reads a card, so notes are none of its business.
    said = [comment for comment in ticket.comments if not comment.withdrawn]
    public = [comment for comment in said if not comment.internal]
    late, done = ticket.breached(at=at), ticket.status.finished
    if done:
        blocks = ended(ticket, late=late, more=_from(ticket))
    else:
        blocks = [head(ticket, late=late, more=_origin(ticket) if public else ())]
        if shown := folded(ticket.description, *_FOLDED):
            blocks.append(rich_text(shown))
    if public:
        blocks.append(_last_word(public[-1], ticket.earlier_comments + len(public)))
    elif not done:
        blocks.append(context(capital(f"filed by {_whose(ticket)}{_from(ticket)}")))
    row = buttons(ticket, [*ticket.next_actions, REPLY])
    row["elements"] += [show_all(ticket), menu(ticket)]
    blocks.append(row)
    return {
        "text": headline(ticket, late=late),
        "blocks": blocks,
        "metadata": {"event_type": CARD, "event_payload": {"ticket": ticket.id}},
    }


def details(ticket: Ticket, *, by: Actor, at: datetime, rules: AlertRules) -> Message:
    """What one person gets who asks for a ticket: the card, whether its alerts are put off, if
    that is theirs to do, and the latest comments, with the buttons that they may press."""
    blocks = facts(ticket, in_lines(ticket.description, _DESCRIPTION_SHOWN), at=at)
    said = silence(ticket, rules, at=at)
    if said and can(by, Action.ACKNOWLEDGE, requester=ticket.requester):
        blocks.append(context(said))
    blocks += [_comment(comment) for comment in ticket.comments[-_COMMENTS_SHOWN:]]
    names = dict.fromkeys([*ticket.next_actions, "close"])
    row = buttons(ticket, [name for name in names if may_press(by, name, ticket)])
    if can(by, Action.EDIT, requester=ticket.requester):
        row["elements"].append(edit_button(ticket))
    if _is_cut(ticket):
        row["elements"].append(show_all(ticket))
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


def menu(ticket: TicketSummary) -> Block:
    names = [name for name in _FORMS if name in _OF_FINISHED or not ticket.status.finished]
    options = [
        {"text": plain(f"{_FORMS[name]}…"), "value": f"{name} {ticket.id}"} for name in names
    ]
    return {"type": "overflow", "action_id": MENU, "options": options}


def edit_button(ticket: TicketSummary, line: str = "") -> Block:
    """`line`: its title as it was typed, where that was read otherwise."""
    value = f"{ticket.id} {line}".strip()
    return _button(EDIT, "Edit", value) | {"accessibility_label": f"Edit {ticket.key}"}


def show_all(ticket: TicketSummary) -> Block:
    said = f"More of {ticket.key}: all that is said in it"
    return _button(SHOW_ALL, "More", ticket.id) | {"accessibility_label": said}


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


def facts(ticket: Ticket, description: str, *, at: datetime) -> list[Block]:
    """For one person who asks: how it stands, this much of what it is about, and who filed it."""
    late = ticket.breached(at=at)
    about = [rich_text(description)] if description else []
    filed = f"filed by {_whose(ticket)} {local_time(ticket.created_at)}{_from(ticket)}"
    if ticket.status.finished:
        more = f" · {ticket.priority} priority · {filed}"
        which, outcome = ended(ticket, late=late, more=more)
        return [which, *about, outcome]
    return [head(ticket, late=late), *about, context(capital(filed))]


def _origin(ticket: Ticket) -> list[Piece | str]:
    """The message that it was made from, where nothing else of the card says so."""
    if ticket.source is None or ticket.source.is_direct or not ticket.source.link:
        return []
    return [" · from ", link(ticket.source.link, "a message")]


def _last_word(said: Comment, count: int) -> Block:
    words = f": {one_line(said.message, _ON_CARD)} · {count} comment{'s' if count > 1 else ''}"
    return rich_text(emoji("speech_balloon"), " ", person(said.author), words)


def _whose(ticket: Ticket) -> str:
    by = _filed_for_another(ticket)
    return f"{mention(by)} for {mention(ticket.requester)}" if by else mention(ticket.requester)


def _filed_for_another(ticket: Ticket) -> Person | None:
    by = ticket.filed_by
    return by if by and by.id != ticket.requester.id else None


def _from(ticket: Ticket) -> str:
    if ticket.source is None or ticket.source.is_direct:
        return ""
    message = f"<{ticket.source.link}|a message>" if ticket.source.link else "a message"
    return f" · from {message} in <#{ticket.source.channel}>"


def _comment(comment: Comment) -> Block:
    if comment.withdrawn:
        return said_by(comment)
    return said_by(comment, f"\n{in_lines(comment.message, _COMMENT_SHOWN)}")


def said_by(comment: Comment, *words: str) -> Block:
    """Who said it and when, and the words, if they go along and are there still."""
    note: list[Piece | str] = [" ", emoji("lock"), " note"] if comment.internal else []
    gone = [" withdrawn"] if comment.withdrawn else []
    return rich_text(person(comment.author), " ", moment(comment.created_at), *note, *gone, *words)

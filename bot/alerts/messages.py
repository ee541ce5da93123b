"""What alerts say: of one ticket, of some, and of very many."""

from collections.abc import Sequence
from datetime import datetime

from bot.alerts import replies
from bot.alerts.replies import is_about_reply
from bot.markup.blocks import Block, Message, context, plain, section
from bot.markup.mrkdwn import inert, local_time, mention, name_of, quoted, unsigned
from bot.tickets.card import REPLY, buttons, silence
from bot.tickets.line import named, state
from core.alerts.escalations import NOBODY, Told
from core.alerts.rules import AlertRules, soon
from core.people.accounts import Person
from core.tickets import Ticket
from core.tickets.alert import ESCALATION, SOON, URGENT

# The characters of a list's lines: Slack splits a message of more than 3,000.
LONGEST = 2000
SNOOZES = {"30m": "30 minutes", "2h": "2 hours", "tomorrow": "Until tomorrow, 9:00"}
UNMENTIONED = (
    "People are named here without ringing them: this channel had its mentions for this hour."
)


def about(
    ticket: Ticket,
    rules: AlertRules,
    *,
    at: datetime,
    kind: str,
    quiet: bool = False,
    instead_of: str | None = None,
    superseded: bool = False,
) -> Message:
    """One ticket's alert of that kind, as things stand: it is edited as its ticket changes.

    One that is `quiet` mentions nobody; `instead_of` is a channel that did not take it. One that
    is `superseded` by a later one of its ticket is a line, and what to press is on the later one.
    """
    off = silence(ticket, rules, at=at)
    said, offered = _standing(ticket, rules, at=at, kind=kind, quiet=quiet, heard=bool(off))
    if superseded and offered:
        said, _, _ = said.partition("\n")
        return {"text": unsigned(said), "blocks": [context(said)]}
    lines = [said]
    if offered:
        lines += _told(rules.told(kind, [ticket]), quiet=quiet, heard=bool(off))
        lines += [off] if off else []
    if is_about_reply(kind):
        due = replies.due(ticket, rules, at=at)
    else:
        due = f"{'Was due' if ticket.breached(at=at) else 'Due'} {local_time(ticket.sla_due)}"
    requester = inert(name_of(ticket.requester))
    facts = f"{due} · {ticket.priority} priority · filed by {requester}{_answered(ticket)}"
    text = "\n".join(lines)
    blocks = [section(text), context(facts), *_elsewhere(instead_of)]
    if quiet:
        blocks.append(context(UNMENTIONED))
    if offered:
        blocks.append(_buttons(ticket, offered))
    return {"text": unsigned(text), "blocks": blocks}


def _standing(
    ticket: Ticket, rules: AlertRules, *, at: datetime, kind: str, quiet: bool, heard: bool
) -> tuple[str, Sequence[str]]:
    """How it stands, and which buttons that leaves."""
    if ticket.assignee:
        who, claim = f"{_named(ticket.assignee, quiet=quiet)} has it.", []
    else:
        who, claim = "*Nobody has it.*", ["claim"]
    if ticket.waiting_for is not None:
        who += f" It is {state(ticket)}."
    offered = ["acknowledge", *claim, "resolve", REPLY]
    alert = ticket.alert
    # Who acknowledged it before it was said to be urgent has not heard of that.
    before = alert.acknowledged and alert.urgent and alert.acknowledged.at < alert.urgent
    if rules.is_acknowledged(ticket, at=at) and not (kind == URGENT and before):
        offered = [*ticket.next_actions, REPLY]
    if is_about_reply(kind):
        return replies.standing(ticket, rules, at=at, kind=kind, who=who, offered=offered)
    title = quoted(ticket.title, 200)
    escalation = kind.startswith(ESCALATION)
    was = "was nearly late" if kind == SOON else "was escalated" if escalation else "was late"
    was = "was urgent" if kind == URGENT else was
    if ticket.status.finished:
        return f":white_check_mark: *{ticket.key} {was}* and is {ticket.status}: {title}", []
    if kind == URGENT:
        urgent = f"is urgent, says {inert(name_of(ticket.requester))}"
        return f":rotating_light: *{ticket.key} {urgent}:* {title}\n{who}", offered
    if ticket.breached(at=at):
        late = "is late"
        if escalation:
            late = "is late and was escalated" if heard else "is late and not acknowledged"
        elif kind == SOON:
            late = "was nearly late, and is late now"
        return f":rotating_light: *{ticket.key} {late}:* {title}\n{who}", offered
    if ticket.breaches_at is None:
        return f":pause_button: *{ticket.key}* waits, and its clock stands still: {title}", []
    if kind == SOON and (soon(ticket, rules) or at) <= at:
        return f":hourglass_flowing_sand: *{ticket.key} will be late soon:* {title}\n{who}", offered
    return f":white_check_mark: *{ticket.key} {was}* and has more time now: {title}", []


def _answered(ticket: Ticket) -> str:
    """Also where that was heard of only after this rang."""
    answered, due = ticket.first_responded_at, ticket.first_response_due
    if answered is None or due is None or answered > due:
        return ""
    return f" · answered in time, {local_time(answered)}"


def _told(told: Told, *, quiet: bool, heard: bool = False) -> list[str]:
    if not told:
        return []
    if quiet:
        names = [f"`{id}`" for id in (*told.people, *told.groups)]
    else:
        names = [f"<@{id}>" for id in told.people] + [f"<!subteam^{id}>" for id in told.groups]
    return [f"Told: {' '.join(names)}." if heard else f"{' '.join(names)}, please look."]


def _elsewhere(instead_of: str | None) -> list[Block]:
    said = f"It was meant for <#{instead_of}>, which did not take it: `/readyz` says why."
    return [context(said)] if instead_of else []


def _buttons(ticket: Ticket, offered: Sequence[str]) -> Block:
    options = [
        {"text": plain(said), "value": f"{word} {ticket.id}"} for word, said in SNOOZES.items()
    ]
    row = buttons(ticket, offered)
    menu = {
        "type": "static_select",
        "action_id": "snooze",
        "placeholder": plain("Snooze"),
        "options": options,
    }
    return row | {"elements": [*row["elements"], menu]}


def listed(
    tickets: Sequence[Ticket],
    *,
    count: int | None = None,
    kind: str = "",
    told: Told = NOBODY,
    instead_of: str | None = None,
    mentioned: int = 1000,
) -> Message:
    """Many tickets at once, the most overdue first; so many people are mentioned at most.

    With a `count` there are more than these.
    """
    count = len(tickets) if count is None else count
    if is_about_reply(kind):
        said = replies.many(count, kind)
    elif kind == URGENT:
        said = f":rotating_light: *{count} tickets are urgent, say those who filed them.*"
    elif kind == SOON:
        said = f":hourglass_flowing_sand: *{count} tickets will be late soon.*"
    elif kind.startswith(ESCALATION):
        said = f":rotating_light: *{count} tickets are late and not acknowledged.*"
    else:
        said = f":rotating_light: *{count} tickets are late.*"
    left = mentioned - len(told)
    rung: set[str] = set()
    lines: list[str] = []
    for ticket in sorted(tickets, key=lambda ticket: (ticket.sla_due, ticket.number)):
        who = ticket.assignee
        if who and len(rung | {who.id}) <= left:
            rung.add(who.id)
        whose = _named(who, quiet=who.id not in rung) if who else "nobody has it"
        lines.append(f"• {named(ticket, 60)} · {whose}")
        if sum(map(len, lines)) > LONGEST:
            break
    more = count - len(lines)
    rest = f"And {more:,} more. " if more else ""
    which = _list(kind)
    said = "\n".join([said, *_told(told, quiet=left < 0)])
    blocks = [section(said), section("\n".join(lines))]
    now = f"{rest}This list stays as it is: `/ticket {which}` shows how they stand now."
    blocks += [context(now), *_elsewhere(instead_of)]
    if people(tickets, told) > mentioned:
        blocks.append(context(UNMENTIONED))
    return {"text": unsigned("\n".join([said, *lines])), "blocks": blocks}


def in_plain_words(ticket: Ticket, kind: str) -> str:
    """For a ticket whose own words Slack does not take."""
    return f"{ticket.key} {_plainly(kind)}: /ticket status {ticket.key}"


def many_in_plain_words(count: int, kind: str) -> str:
    said = _plainly(kind).replace("is ", "are ", 1).replace("has ", "have ", 1)
    return f"{count:,} tickets {said}: /ticket {_list(kind)}"


def _list(kind: str) -> str:
    """Where they are: of replies there is none."""
    return "list open" if kind in (SOON, URGENT) or is_about_reply(kind) else "list breached"


def _plainly(kind: str) -> str:
    if is_about_reply(kind):
        return replies.plainly(kind)
    if kind == URGENT:
        return "is urgent, says whoever filed it"
    if kind == SOON:
        return "will be late soon"
    return "is late and not acknowledged" if kind.startswith(ESCALATION) else "is late"


def people(tickets: Sequence[Ticket], told: Told) -> int:
    """How many would be mentioned."""
    assignees = {ticket.assignee.id for ticket in tickets if ticket.assignee}
    return len(assignees) + len(told)


def _named(person: Person, *, quiet: bool) -> str:
    return inert(name_of(person)) if quiet else mention(person)

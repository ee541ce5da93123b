"""What alerts say: of one ticket, of some, and of very many."""

from collections.abc import Sequence
from datetime import datetime

from bot.cards import Block, Message, buttons, context, plain, section
from bot.words import inert, local_time, mention, one_line
from core.accounts import Person
from core.alerts import AlertRules
from core.escalations import Step
from core.rings import ESCALATION, SOON
from core.tickets import Ticket

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
    kind: str = "",
    step: Step | None = None,
    rings: bool = True,
) -> Message:
    """One ticket's alert, and how it stands now: it is edited as its ticket changes.

    Just posted, it is of some kind, and perhaps tells those of a step; unless it `rings`, it
    mentions nobody.
    """
    said, offered = _standing(ticket, at=at, kind=kind, rings=rings)
    lines = [said, *_told(step, rings=rings)]
    put_off = _put_off(ticket, rules, at=at) if offered else None
    if put_off:
        lines.append(put_off)
    due = "Was due" if ticket.breached(at=at) else "Due"
    facts = (
        f"{due} {local_time(ticket.sla_due)} · {ticket.priority} priority · "
        f"filed by {inert(one_line(ticket.requester.name, 100))}"
    )
    text = "\n".join(lines)
    blocks = [section(text), context(facts)]
    if not rings:
        blocks.append(context(UNMENTIONED))
    if offered:
        blocks.append(_buttons(ticket, offered))
    return {"text": text, "blocks": blocks}


def _standing(ticket: Ticket, *, at: datetime, kind: str, rings: bool) -> tuple[str, list[str]]:
    """How it stands, and which buttons that leaves."""
    title, was = (
        inert(one_line(ticket.title, 200)),
        "was late" if ticket.sla_due < at else "was nearly late",
    )
    if ticket.status.finished:
        was = "was late" if ticket.sla_due < ticket.updated_at else "was nearly late"
        return f":white_check_mark: *{ticket.key} {was}* and is {ticket.status}: {title}", []
    if ticket.assignee:
        who, claim = f"{_named(ticket.assignee, rings=rings)} has it.", []
    else:
        who, claim = "*Nobody has it yet.*", ["claim"]
    offered = ["acknowledge", *claim, "resolve"]
    if ticket.breached(at=at):
        late = "is late and nobody sees to it" if kind.startswith(ESCALATION) else "is late"
        return f":rotating_light: *{ticket.key} {late}:* {title}\n{who}", offered
    if ticket.breaches_at is None:
        return f":pause_button: *{ticket.key}* waits, and its clock stands still: {title}", []
    if kind == SOON or name_of_soon(ticket):
        return f":hourglass_flowing_sand: *{ticket.key} is late soon:* {title}\n{who}", offered
    return f":white_check_mark: *{ticket.key} was late* and has more time now: {title}", []


def name_of_soon(ticket: Ticket) -> bool:
    """Whether the latest alert was that it is late soon, and it is due then still."""
    latest = ticket.alert.latest
    return latest is not None and latest.kind == SOON and latest.due <= ticket.sla_due


def _told(step: Step | None, *, rings: bool) -> list[str]:
    if step is None or not (step.people or step.groups):
        return []
    if rings:
        told = [f"<@{id}>" for id in step.people] + [f"<!subteam^{id}>" for id in step.groups]
    else:
        told = [f"`{id}`" for id in (*step.people, *step.groups)]
    return [f"{' '.join(told)}: nobody acknowledged it."]


def _put_off(ticket: Ticket, rules: AlertRules, *, at: datetime) -> str | None:
    alert, until = ticket.alert, rules.acknowledged_until(ticket)
    if alert.acknowledged and until and at < until and alert.in_force(alert.acknowledged):
        by, since, _ = alert.acknowledged
        return (
            f":eyes: Acknowledged by {inert(by.name)} {local_time(since)}; "
            f"rings again {local_time(until)} if nothing happens."
        )
    if alert.snoozed and at < alert.snoozed.until and alert.in_force(alert.snoozed):
        by, _, until = alert.snoozed
        return f":zzz: Snoozed by {inert(by.name)} until {local_time(until)}."
    return None


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
    step: Step | None = None,
    mentioned: int = 1000,
) -> Message:
    """Many tickets at once, the most overdue first; so many people are mentioned at most.

    With a `count` there are more than these.
    """
    count = len(tickets) if count is None else count
    if kind == SOON:
        said = f":hourglass_flowing_sand: *{count} tickets are late soon.*"
    elif kind.startswith(ESCALATION):
        said = f":rotating_light: *{count} tickets are late and nobody sees to them.*"
    else:
        said = f":rotating_light: *{count} tickets are late.*"
    mentioned -= len(step.people + step.groups) if step else 0
    rung: set[str] = set()
    lines: list[str] = []
    for ticket in sorted(tickets, key=lambda ticket: (ticket.sla_due, ticket.number)):
        who = ticket.assignee
        if who and len(rung | {who.id}) <= mentioned:
            rung.add(who.id)
        whose = _named(who, rings=who.id in rung) if who else "nobody has it"
        lines.append(f"• *{ticket.key}* {inert(one_line(ticket.title, 60))} — {whose}")
        if sum(map(len, lines)) > LONGEST:
            break
    more = count - len(lines)
    rest = f"And {more:,} more: " if more else ""
    which = "list open" if kind == SOON else "list breached"
    said = "\n".join([said, *_told(step, rings=mentioned >= 0)])
    blocks = [section(said), section("\n".join(lines))]
    blocks.append(context(f"{rest}`/ticket {which}` shows them all."))
    if people(tickets, step) > max(mentioned, 0):
        blocks.append(context(UNMENTIONED))
    return {"text": f"{said}\n" + "\n".join(lines), "blocks": blocks}


def people(tickets: Sequence[Ticket], step: Step | None) -> int:
    """How many would be mentioned."""
    assignees = {ticket.assignee.id for ticket in tickets if ticket.assignee}
    return len(assignees) + (len(step.people + step.groups) if step else 0)


def _named(person: Person, *, rings: bool) -> str:
    return mention(person) if rings else inert(person.name)

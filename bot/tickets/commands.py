"""The subcommands of /ticket about tickets: one command, one change."""

from bot.invocation import COMMAND, Invocation
from bot.markup.blocks import Message
from bot.markup.mrkdwn import as_typed, mention, mentioned
from bot.slack.error_answers import NotUnderstood
from bot.tickets import clock
from bot.tickets.card import STATUS_AFTER, details, receipt, state
from bot.tickets.form import OTHERS_PRIORITIES, new_ticket_modal
from bot.tickets.list import list_message
from core import idempotency
from core.desk import Changed
from core.idempotency import Key
from core.sla.history import REQUESTER
from core.tickets import (
    Changes,
    NewComment,
    NewTicket,
    Priority,
    Status,
    Ticket,
    label,
    parse,
)

TOO_LATE = "The form could not be opened in time. Please type `/ticket new` once more."


async def new(invocation: Invocation) -> Message:
    words = invocation.words
    priority = Priority.MEDIUM
    if words and words[0].lower() in frozenset(Priority):
        priority, words = Priority(words[0].lower()), words[1:]
        if words:
            return await _filed(invocation, priority, " ".join(words))
    no_priority = ""
    if words and words[0].lower() in OTHERS_PRIORITIES:
        no_priority, *words = words
    modal = new_ticket_modal(title=" ".join(words), priority=priority, no_priority=no_priority)
    invocation.replies.open_form(modal, too_late=TOO_LATE)
    return {}


async def _filed(invocation: Invocation, priority: Priority, title: str) -> Message:
    ticket = parse(NewTicket, {"title": title, "priority": priority})
    key = Key(invocation.key, idempotency.digest(ticket))
    filed = await invocation.desk.open_ticket(ticket, by=invocation.by, key=key)
    answer = receipt(filed.ticket)
    return {"text": answer["text"], "blocks": answer["blocks"]}


async def status(invocation: Invocation) -> Message:
    if not invocation.words:
        return await list_message(invocation.desk, ["mine"], by=invocation.by)
    ticket = await invocation.desk.ticket(invocation.ticket_alone(), by=invocation.by)
    return details(
        ticket, by=invocation.by, at=invocation.desk.clock(), rules=invocation.desk.rules
    )


async def tickets(invocation: Invocation) -> Message:
    return await list_message(invocation.desk, invocation.words, by=invocation.by)


async def assign(invocation: Invocation) -> Message:
    who = invocation.after_ticket("To whom?")
    if who.lower() in {"me", "nobody"}:
        account_id = invocation.by.id if who.lower() == "me" else None
    elif (person := mentioned(who)) is not None:
        account_id = (await invocation.desk.people.slack_user(person[0], name=person[1])).id
    else:
        raise NotUnderstood(
            f"Mention the person with @, or say me or nobody: `{COMMAND} {invocation.right}`."
        )
    changed = await invocation.desk.change_ticket(
        invocation.ticket(), Changes(assignee=account_id), by=invocation.by, key=invocation.key
    )
    return _short(changed, f"is {_assigned(changed.ticket)}")


async def claim(invocation: Invocation) -> Message:
    changed = await invocation.desk.claim(
        invocation.ticket_alone(), by=invocation.by, key=invocation.key
    )
    return _short(changed, f"is {_assigned(changed.ticket)}")


def _assigned(ticket: Ticket) -> str:
    return f"assigned to {mention(ticket.assignee) if ticket.assignee else 'nobody'}"


async def comment(invocation: Invocation) -> Message:
    message = as_typed(invocation.after_ticket("Say what?"))
    internal = invocation.verb == "note"
    new = parse(NewComment, {"message": message, "internal": internal})
    key = Key(invocation.key, idempotency.digest(new))
    filed = await invocation.desk.comment(invocation.ticket(), new, by=invocation.by, key=key)
    what = "has your note, which only agents see" if internal else "has your comment"
    return {"text": f"{filed.ticket.key} {what}."}


async def prio(invocation: Invocation) -> Message:
    word = invocation.after_ticket("Which priority: low, medium or high?").lower()
    changes = parse(Changes, {"priority": word})
    changed = await invocation.desk.change_ticket(
        invocation.ticket(), changes, by=invocation.by, key=invocation.key
    )
    return _short(changed, f"has {changed.ticket.priority} priority")


async def start(invocation: Invocation) -> Message:
    changed = await invocation.desk.start(
        invocation.ticket_alone(), by=invocation.by, key=invocation.key
    )
    taken = f" and {_assigned(changed.ticket)}" if "assignee" in changed.fields else ""
    return _short(changed, f"is {label(changed.ticket.status)}{taken}")


async def change_status(invocation: Invocation) -> Message:
    changes = Changes(status=STATUS_AFTER[invocation.verb])
    changed = await invocation.desk.change_ticket(
        invocation.ticket_alone(), changes, by=invocation.by, key=invocation.key
    )
    return _short(changed, f"is {label(changed.ticket.status)}")


async def wait(invocation: Invocation) -> Message:
    whom = await _whom(invocation, invocation.text.removeprefix("for "))
    changes = parse(Changes, {"status": Status.WAITING, "waiting_for": whom})
    changed = await invocation.desk.change_ticket(
        invocation.ticket(), changes, by=invocation.by, key=invocation.key
    )
    return _short(changed, f"is {state(changed.ticket)}")


async def _whom(invocation: Invocation, typed: str) -> str:
    """By name, or the requester, who may be mentioned too."""
    if typed.lower() in {"", "requester", "the requester"}:
        return REQUESTER
    if (person := mentioned(typed)) is None:
        return " ".join(as_typed(typed).split())
    account = await invocation.desk.people.slack_user(person[0], name=person[1])
    ticket = await invocation.desk.ticket(invocation.ticket(), by=invocation.by)
    return REQUESTER if account.id == ticket.requester.id else account.name


async def why(invocation: Invocation) -> Message:
    ticket, sla_status = await invocation.desk.sla_status(
        invocation.ticket_alone(), by=invocation.by
    )
    return clock.why(ticket, sla_status, hours=invocation.desk.sla.hours)


def _short(changed: Changed, what: str) -> Message:
    already = "" if changed.fields or changed.repeated else " already"
    return {"text": f"{changed.ticket.key} {what}{already}."}

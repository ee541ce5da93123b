"""The subcommands of /ticket about tickets: one command, one change."""

import re
from collections.abc import Awaitable, Callable
from functools import partial

from bot.invocation import COMMAND, Invocation, each
from bot.markup.blocks import Block, Message, context
from bot.markup.mrkdwn import as_typed, local_time, mention, mentioned
from bot.reading import bare, hearing, narrowings
from bot.slack.error_answers import NotUnderstood
from bot.tickets import clock, thread
from bot.tickets.card import STATUS_AFTER, details, edit_button
from bot.tickets.form import OTHERS_PRIORITIES, new_ticket_modal, split_title
from bot.tickets.forms.assigning import assign_view
from bot.tickets.forms.editing import edit_view
from bot.tickets.forms.waiting import until_when, wait_view
from bot.tickets.line import state
from bot.tickets.lists.found import found_message
from bot.tickets.lists.list import NARROWINGS, list_message
from bot.tickets.urgency import may_be_urgent, outside_hours
from core import idempotency
from core.desk import Changed, Desk
from core.errors import TakenAlready
from core.idempotency import Key
from core.people.accounts import Actor, Hears
from core.sla.history import REQUESTER
from core.tickets import Changes, NewComment, NewTicket, Priority, Status, Ticket, label, parse

_GROUP = re.compile(r"<!(?:subteam\^|here|channel|everyone)")
_ME = frozenset({"me", "myself"})
_NOBODY = frozenset({"nobody", "none", "noone", "unassigned"})
_NO_COMMAND = "There is no such command, so these words are taken for a new ticket."


async def new(invocation: Invocation) -> Message:
    """A line with a priority files; all else opens the form, with what was typed in it."""
    words = invocation.words
    first = bare(words.typed[0]).lower() if words else ""
    if first in OTHERS_PRIORITIES:
        note = f"“{words.typed[0]}” is no priority here: choose one below."
        return in_form(invocation, words.after(1), note=note)
    if first not in frozenset(Priority):
        return in_form(invocation, words.after(0))
    if title := words.after(1):
        return await _filed(invocation, Priority(first), *split_title(as_typed(title)))
    return in_form(invocation, "", priority=Priority(first))


def in_form(
    invocation: Invocation, text: str, *, note: str = "", priority: Priority = Priority.MEDIUM
) -> Message:
    """What cannot be filed as it is, or is only a guess."""
    title, description = split_title(as_typed(text))
    note = note or (_NO_COMMAND if invocation.guessed else "")
    modal = new_ticket_modal(title=title, description=description, priority=priority, note=note)
    invocation.replies.open_form(modal, line=invocation.line)
    return {}


async def _filed(
    invocation: Invocation, priority: Priority, title: str, description: str
) -> Message:
    said = {"title": title, "description": description, "priority": priority}
    key = Key(invocation.key, idempotency.digest(ticket := parse(NewTicket, said)))
    filed = await invocation.desk.open_ticket(ticket, by=invocation.by, key=key)
    answer = thread.filed(filed.ticket)
    # The first word may be one of the title, without a colon; `<` may begin what Slack reads.
    first, rules, at = invocation.words.typed[0], invocation.desk.rules, invocation.desk.clock()
    line = f"{first} {title}" if first.isalpha() and "<" not in title else ""
    row = [edit_button(filed.ticket, line), *may_be_urgent(filed.ticket, rules, at=at)]
    edit = {"type": "actions", "block_id": "edit", "elements": row}
    closed = [context(hours)] if (hours := outside_hours(filed.ticket, rules, at=at)) else []
    return answer | {"blocks": [*answer["blocks"], *closed, edit]}


async def status(invocation: Invocation) -> Message:
    if not invocation.words:
        return await list_message(invocation.desk, ["mine"], by=invocation.by)
    if not invocation.named.tickets and set(narrowings(invocation.words.typed)) <= {*NARROWINGS}:
        return await tickets(invocation)
    ticket = await invocation.desk.ticket(invocation.ticket_alone(), by=invocation.by)
    return details(
        ticket, by=invocation.by, at=invocation.desk.clock(), rules=invocation.desk.rules
    )


async def tickets(invocation: Invocation) -> Message:
    return await list_message(invocation.desk, invocation.words.typed, by=invocation.by)


async def search(invocation: Invocation) -> Message:
    """Tickets by their words; by its number alone, that ticket."""
    if not invocation.words:
        raise NotUnderstood(f"Which words? Try `{COMMAND} search printer floor 3`.")
    if invocation.named.tickets and not invocation.text:
        return await status(invocation)
    return await found_message(
        invocation.desk, as_typed(invocation.words.after(0)), by=invocation.by
    )


async def assign(invocation: Invocation) -> Message:
    if invocation.asks_for_form:
        return await _form(invocation, assign_view)
    invocation.after_tickets("To whom?")
    return await _assign(invocation, await _account(invocation))


async def unassign(invocation: Invocation) -> Message:
    invocation.nothing_more()
    return await _assign(invocation, None)


async def _assign(invocation: Invocation, account_id: str | None) -> Message:
    async def one(ticket: str, key: str) -> str:
        changed = await invocation.desk.change_ticket(
            ticket, Changes(assignee=account_id), by=invocation.by, key=key
        )
        return _short(changed, f"is {_assigned(changed.ticket)}")

    return await each(invocation, one)


async def _account(invocation: Invocation) -> str | None:
    """Whom a ticket is assigned to, by id; None for nobody."""
    if _GROUP.search(invocation.text):
        raise NotUnderstood("A group cannot have a ticket: mention one person of it.")
    said = "".join(bare(word).lower() for word in invocation.others)
    if said in _ME:
        return invocation.by.id
    if said in _NOBODY:
        return None
    if len(invocation.others) > 1:
        note = f"{COMMAND} note {invocation.tickets()[0]} your words"
        raise NotUnderstood(f"This takes tickets and one person; for more words there is `{note}`.")
    if (person := mentioned(invocation.text)) is not None:
        return (await invocation.desk.people.slack_user(person[0], name=person[1])).id
    # Typed without Slack's help, a name is a word.
    for word in invocation.others:
        name = bare(word).removeprefix("@")
        if (called := await invocation.desk.people.staff_called(name)) is not None:
            return called.id
    raise NotUnderstood(
        f"Mention the person with @, as Slack offers it, or say me or nobody: "
        f"`{COMMAND} {invocation.right}`."
    )


async def edit(invocation: Invocation) -> Message:
    """Opens the form; what follows the ticket is the title in it."""
    title = re.sub(r"\A(?:title\b|to\b|:|\s)*", "", as_typed(invocation.text), flags=re.IGNORECASE)
    return await _form(invocation, partial(edit_view, title=title.strip()))


async def _form(
    invocation: Invocation, view: Callable[[Desk, str, Actor], Awaitable[Block]]
) -> Message:
    modal = await view(invocation.desk, invocation.ticket(), invocation.by)
    invocation.replies.open_form(modal, line=invocation.line)
    return {}


async def claim(invocation: Invocation) -> Message:
    invocation.nothing_more()

    async def one(ticket: str, key: str) -> str:
        try:
            changed = await invocation.desk.claim(ticket, by=invocation.by, key=key)
        except TakenAlready as error:
            over = f"`{COMMAND} assign {ticket} me` takes it over."
            raise TakenAlready(f"{error} {over}") from error
        return _short(changed, f"is {_assigned(changed.ticket)}")

    return await each(invocation, one)


def _assigned(ticket: Ticket) -> str:
    return f"assigned to {mention(ticket.assignee) if ticket.assignee else 'nobody'}"


async def comment(invocation: Invocation) -> Message:
    said = invocation.after_tickets("Say what?")
    internal = invocation.verb == "note"
    new = parse(NewComment, {"message": as_typed(said), "internal": internal})

    async def one(ticket: str, key: str) -> str:
        own = Key(key, idempotency.digest(new))
        filed = (await invocation.desk.comment(ticket, new, by=invocation.by, key=own)).ticket
        what = "comment" if invocation.by.id == filed.requester.id else "answer to its requester"
        note = "note: agents see it, and whoever else reads the desk's channel"
        return f"{filed.key} has your {note if internal else what}."

    return await each(invocation, one)


async def prio(invocation: Invocation) -> Message:
    invocation.after_tickets("Which priority: low, medium or high?")
    said = " ".join(bare(word).lower() for word in invocation.others)
    changes = parse(Changes, {"priority": said})

    async def one(ticket: str, key: str) -> str:
        changed = await invocation.desk.change_ticket(ticket, changes, by=invocation.by, key=key)
        return _short(changed, f"has {changed.ticket.priority} priority")

    return await each(invocation, one)


async def work(invocation: Invocation) -> Message:
    """Starts or resolves: whoever does what nobody has, has it."""
    words, desk = _words(invocation), invocation.desk
    done = desk.start if invocation.verb == "start" else desk.resolve

    async def one(ticket: str, key: str) -> str:
        changed = await done(ticket, by=invocation.by, key=key, words=words)
        taken = f" and {_assigned(changed.ticket)}" if "assignee" in changed.fields else ""
        return _short(changed, f"is {label(changed.ticket.status)}{taken}", words)

    return await each(invocation, one)


async def change_status(invocation: Invocation) -> Message:
    changes = Changes(status=STATUS_AFTER[invocation.verb])
    words = _words(invocation)

    async def one(ticket: str, key: str) -> str:
        changed = await invocation.desk.change_ticket(
            ticket, changes, by=invocation.by, key=key, words=words
        )
        return _short(changed, f"is {label(changed.ticket.status)}", words)

    return await each(invocation, one)


def _words(invocation: Invocation) -> str | None:
    """What follows the tickets is said with the change. Raises InvalidInput."""
    invocation.tickets()
    if not invocation.text:
        return None
    return parse(NewComment, {"message": as_typed(invocation.text)}).message


async def wait(invocation: Invocation) -> Message:
    """Alone it opens the form; `hold` waits for the requester."""
    if invocation.verb == "wait" and invocation.asks_for_form:
        return await _form(invocation, wait_view)
    invocation.tickets()
    said, until = until_when(as_typed(invocation.text), invocation.desk)
    whom = re.sub(r"\A(?:for|on)(?:\s+|\Z)", "", said, flags=re.IGNORECASE)
    ends = {"waiting_until": until} if until else {}

    async def one(ticket: str, key: str) -> str:
        name = await _whom(invocation, ticket, whom)
        changes = parse(Changes, {"status": Status.WAITING, "waiting_for": name, **ends})
        changed = await invocation.desk.change_ticket(ticket, changes, by=invocation.by, key=key)
        until = changed.ticket.waiting_until
        stands = f"is {state(changed.ticket)}{f' until {local_time(until)}' if until else ''}"
        return _short(changed, stands)

    return await each(invocation, one)


async def _whom(invocation: Invocation, ticket: str, typed: str) -> str:
    """By name, or the requester, who may be mentioned too."""
    if typed.lower() in {"", "requester", "the requester"}:
        return REQUESTER
    if (person := mentioned(invocation.text)) is None or len(invocation.others) > 1:
        return " ".join(typed.split())
    account = await invocation.desk.people.slack_user(person[0], name=person[1])
    found = await invocation.desk.ticket(ticket, by=invocation.by)
    return REQUESTER if account.id == found.requester.id else account.name


async def why(invocation: Invocation) -> Message:
    ticket, sla_status = await invocation.desk.sla_status(
        invocation.ticket_alone(), by=invocation.by
    )
    return clock.why(ticket, sla_status, hours=invocation.desk.sla.hours)


async def tell(invocation: Invocation) -> Message:
    """What its user hears of their tickets by themselves, as it is from now on."""
    said = hearing(invocation.words)
    heard = await invocation.desk.people.hears(invocation.by, said)
    now = "From now on: " if said else ""
    others = ", ".join(f"`{COMMAND} tell me {one}`" for one in Hears if one != heard)
    return {"text": f"{now}{_HEARS[heard]} Otherwise: {others}."}


_HEARS = {
    Hears.ALL: "You hear all about your tickets: who has them, what you have to do, how they end.",
    Hears.NEEDED: "You hear of your tickets only what you have to do, and what is said to you.",
    Hears.NOTHING: "You hear nothing about your tickets; messages already there still follow them.",
}


def _short(changed: Changed, what: str, words: str | None = None) -> str:
    already = "" if changed.fields or changed.repeated else " already"
    comment = " Your words are a comment of it." if words else ""
    return f"{changed.ticket.key} {what}{already}.{comment}"

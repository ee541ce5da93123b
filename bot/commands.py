"""/ticket's verbs: one table, from which the help is made too."""

from collections.abc import Awaitable, Mapping
from difflib import get_close_matches
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.alerts.commands import ack, snooze
from bot.invocation import COMMAND, NotUnderstood, Said, Verb
from bot.markup.mrkdwn import as_typed, escaped, mention, mentioned
from bot.reports.digest import digest
from bot.reports.report import report
from bot.runtime.background import Background
from bot.slack import uploads
from bot.slack.error_answers import sentence, tellable
from bot.tickets import clock
from bot.tickets.card import STATUS_AFTER, Message, details, receipt, state
from bot.tickets.form import OTHERS_PRIORITIES, new_ticket_modal, open_form
from bot.tickets.list import list_message
from core import idempotency
from core.desk import Changed, Desk
from core.people.permissions import Action, require_staff
from core.sla.facts import REQUESTER
from core.store.tickets import Key
from core.tickets import (
    Changes,
    NewComment,
    NewTicket,
    Priority,
    Status,
    spoken,
    understood,
)


def register(app: AsyncApp, desk: Desk, background: Background, client: AsyncWebClient) -> None:
    @app.command(COMMAND)
    async def commanded(ack: AsyncAck, command: dict[str, Any], respond: AsyncRespond) -> None:
        async def reply(message: Message) -> None:
            if command.get("response_url"):
                await respond(response_type="ephemeral", replace_original=False, **message)

        async def form(modal: Message) -> None:
            if not await open_form(client, command["trigger_id"], modal):
                await reply({"text": TOO_LATE})

        async def later(work: Awaitable[Message]) -> None:
            try:
                message = await work
            except Exception as error:  # noqa: BLE001 - nothing was answered yet
                message = {"text": sentence(tellable(error))}
            await reply(message)

        by = await desk.people.acting_in_slack(
            command["user_id"], name=command.get("user_name") or None
        )
        verb, _, rest = command.get("text", "").strip().partition(" ")
        verb = verb.lower() or "help"
        said = Said(
            verb,
            known(verb).usage,
            rest,
            by,
            desk,
            f"slack:command:{command['trigger_id']}",
            lambda modal: background.start(form(modal)),
            lambda work: background.start(later(work)),
            lambda drawing: background.start(uploads.send(client, command["user_id"], drawing)),
        )
        if answer := await answered(said):
            await ack({"response_type": "ephemeral", **answer})
        else:
            await ack()


TOO_LATE = "The form could not be opened in time. Please type `/ticket new` once more."


async def answered(said: Said) -> Message:
    """The answer to a command; empty if it is a form, or comes later. One that comes later is
    the only one: Slack may show it before what the ack says."""
    return await known(said.verb).run(said)


def known(verb: str) -> Verb:
    """Raises NotUnderstood for an unknown verb, suggesting the nearest."""
    if verb in VERBS:
        return VERBS[verb]
    near = get_close_matches(verb[:30], VERBS, n=1, cutoff=0.5)
    meant = f"Did you mean `{COMMAND} {near[0]}`? " if near else ""
    raise NotUnderstood(
        f"There is no command {verb[:30]}. {meant}`{COMMAND} help` lists all there is."
    )


async def new(said: Said) -> Message:
    words = said.words
    priority = Priority.MEDIUM
    if words and words[0].lower() in frozenset(Priority):
        priority, words = Priority(words[0].lower()), words[1:]
        if words:
            return await _filed(said, priority, " ".join(words))
    no_priority = ""
    if words and words[0].lower() in OTHERS_PRIORITIES:
        no_priority, *words = words
    modal = new_ticket_modal(title=" ".join(words), priority=priority, no_priority=no_priority)
    said.open_form(modal)
    return {}


async def _filed(said: Said, priority: Priority, title: str) -> Message:
    ticket = understood(NewTicket, {"title": title, "priority": priority})
    key = Key(said.key, idempotency.digest(ticket))
    filed = await said.desk.open_ticket(ticket, by=said.by, key=key)
    answer = receipt(filed.ticket)
    return {"text": answer["text"], "blocks": answer["blocks"]}


async def status(said: Said) -> Message:
    if not said.words:
        return await list_message(said.desk, ["mine"], by=said.by)
    ticket = await said.desk.ticket(said.ticket_alone(), by=said.by)
    return details(ticket, by=said.by, at=said.desk.clock(), rules=said.desk.rules)


async def tickets(said: Said) -> Message:
    return await list_message(said.desk, said.words, by=said.by)


async def assign(said: Said) -> Message:
    who = said.after_ticket("To whom?")
    if who.lower() in {"me", "nobody"}:
        account_id = said.by.id if who.lower() == "me" else None
    elif (person := mentioned(who)) is not None:
        account_id = (await said.desk.people.slack_user(person[0], name=person[1])).id
    else:
        raise NotUnderstood(
            f"Mention the person with @, or say me or nobody: `{COMMAND} {said.right}`."
        )
    changed = await said.desk.change_ticket(
        said.ticket(), Changes(assignee=account_id), by=said.by, key=said.key
    )
    assignee = changed.ticket.assignee
    who = f"is assigned to {mention(assignee)}" if assignee else "is assigned to nobody"
    return _short(changed, who)


async def claim(said: Said) -> Message:
    ticket, mine = said.ticket_alone(), Changes(assignee=said.by.id)
    changed = await said.desk.change_ticket(ticket, mine, by=said.by, key=said.key)
    assignee = changed.ticket.assignee
    who = f"is assigned to {mention(assignee)}" if assignee else "is assigned to nobody"
    return _short(changed, who)


async def comment(said: Said) -> Message:
    message = as_typed(said.after_ticket("Say what?"))
    internal = said.verb == "note"
    new = understood(NewComment, {"message": message, "internal": internal})
    key = Key(said.key, idempotency.digest(new))
    filed = await said.desk.comment(said.ticket(), new, by=said.by, key=key)
    what = "has your note, which only agents see" if internal else "has your comment"
    return {"text": f"{filed.ticket.key} {what}."}


async def prio(said: Said) -> Message:
    word = said.after_ticket("Which priority: low, medium or high?").lower()
    changes = understood(Changes, {"priority": word})
    changed = await said.desk.change_ticket(said.ticket(), changes, by=said.by, key=said.key)
    return _short(changed, f"has {changed.ticket.priority} priority")


async def change_status(said: Said) -> Message:
    changes = Changes(status=STATUS_AFTER[said.verb])
    changed = await said.desk.change_ticket(
        said.ticket_alone(), changes, by=said.by, key=said.key, taking=said.verb == "start"
    )
    ticket = changed.ticket
    taken = f" and assigned to {mention(said.by.person)}" if "assignee" in changed.fields else ""
    return _short(changed, f"is {spoken(ticket.status)}{taken}")


async def wait(said: Said) -> Message:
    whom = await _whom(said, said.rest.partition(" ")[2].strip().removeprefix("for "))
    changes = understood(Changes, {"status": Status.WAITING, "waiting_for": whom})
    changed = await said.desk.change_ticket(said.ticket(), changes, by=said.by, key=said.key)
    return _short(changed, f"is {state(changed.ticket)}")


async def _whom(said: Said, typed: str) -> str:
    """By name, or the requester, who may be mentioned too."""
    if typed.lower() in {"", "requester", "the requester"}:
        return REQUESTER
    if (person := mentioned(typed)) is None:
        return " ".join(as_typed(typed).split())
    account = await said.desk.people.slack_user(person[0], name=person[1])
    ticket = await said.desk.ticket(said.ticket(), by=said.by)
    return REQUESTER if account.id == ticket.requester.id else account.name


async def why(said: Said) -> Message:
    ticket, reckoning = await said.desk.reckoned(said.ticket_alone(), by=said.by)
    return clock.why(ticket, reckoning, hours=said.desk.sla.hours)


async def sla(said: Said) -> Message:
    verb, *words = said.words or [""]
    if verb.lower() != "try":
        raise NotUnderstood(f"Try `{COMMAND} {said.usage}`.")
    policy = said.desk.sla.policy
    others = clock.read_targets(words, policy)
    require_staff(said.by, Action.TRY)

    async def tried() -> Message:
        found = await said.desk.try_targets(others, by=said.by)
        return clock.what_if(found, policy, others, business=said.desk.sla.hours is not None)

    said.answer_later(tried())
    return {}


async def help_(said: Said) -> Message:
    if said.words:
        verb = known(said.words[0].lower())
        return {"text": _line(verb) + ("" if verb.is_for(said.by) else " (only agents can)")}
    shown = [verb for verb in VERBS.values() if verb.listed and verb.is_for(said.by)]
    return {"text": "\n".join(map(_line, shown))}


def _line(verb: Verb) -> str:
    return f"`{COMMAND} {escaped(verb.usage)}` — {verb.about}"


def _short(changed: Changed, what: str) -> Message:
    already = "" if changed.fields or changed.repeated else " already"
    return {"text": f"{changed.ticket.key} {what}{already}."}


VERBS: Mapping[str, Verb] = {
    "new": Verb("new [low|medium|high] [title]", "file a ticket; with no priority, in a form", new),
    "status": Verb("status [T-42]", "one ticket, or yours", status),
    "list": Verb(
        "list [open|mine|unassigned|breached|all|a status|a priority]",
        "tickets, the newest first; the words may be combined",
        tickets,
    ),
    "assign": Verb(
        "assign T-42 @someone|me|nobody", "say who is to work on it", assign, Action.ASSIGN
    ),
    "claim": Verb("claim T-42", "work on it oneself", claim, Action.CLAIM, listed=False),
    "comment": Verb("comment T-42 your words", "add a comment", comment),
    "note": Verb("note T-42 your words", "add a note that only agents see", comment, Action.NOTE),
    "prio": Verb(
        "prio T-42 low|medium|high",
        "change its priority, and so when it is due",
        prio,
        Action.PRIORITISE,
    ),
    "start": Verb(
        "start T-42", "work on it now; an agent takes it, if nobody has it", change_status
    ),
    "wait": Verb(
        "wait T-42 [for whom]",
        "it waits, and its clock stands still; for its requester if nobody is named",
        wait,
        Action.WAIT,
    ),
    "hold": Verb("hold T-42 [for whom]", "what `wait` does", wait, Action.WAIT, listed=False),
    "ack": Verb(
        "ack T-42", "you see to it: its alerts are quiet for a while", ack, Action.ACKNOWLEDGE
    ),
    "snooze": Verb(
        "snooze T-42 30m|2h|tomorrow",
        "its alerts are quiet until then, a week at most",
        snooze,
        Action.SNOOZE,
    ),
    "why": Verb("why T-42", "why it is due when it is due", why),
    "resolve": Verb("resolve T-42", "it is done", change_status, Action.RESOLVE),
    "close": Verb("close T-42", "it is over", change_status),
    "reopen": Verb("reopen T-42", "it is not done after all", change_status),
    "sla": Verb(
        "sla try high=2h",
        "what another target would have done to the tickets of the last 90 days; "
        "also low=3d, high.response=30m",
        sla,
        Action.TRY,
    ),
    "report": Verb(
        "report [7d|30d]", "how the targets were kept in that time", report, Action.REPORT
    ),
    "digest": Verb(
        "digest now",
        "how the desk stands, which comes by itself every day",
        digest,
        Action.REPORT,
    ),
    "help": Verb("help [verb]", "this list, or one line of it", help_),
}

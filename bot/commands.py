"""/ticket's verbs: one table, from which the help is made too."""

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.alerts.commands import ack, snooze
from bot.invocation import COMMAND, Invocation, Subcommand
from bot.markup.blocks import Message
from bot.markup.mrkdwn import escaped, shortened, to_copy
from bot.reading import SYNONYMS, Words, bare, named, narrowings, reference
from bot.reports.commands import digest, report, sla
from bot.runtime.background import Background
from bot.slack.error_answers import NotUnderstood
from bot.slack.replies import Replies
from bot.tickets.commands import (
    assign,
    change_status,
    claim,
    comment,
    edit,
    in_form,
    new,
    prio,
    status,
    tickets,
    unassign,
    wait,
    why,
    work,
)
from bot.tickets.list import NARROWINGS
from core.desk import Desk
from core.people.accounts import Actor
from core.people.permissions import Action


def register(app: AsyncApp, desk: Desk, background: Background, client: AsyncWebClient) -> None:
    @app.command(COMMAND)
    async def commanded(ack: AsyncAck, command: dict[str, Any], respond: AsyncRespond) -> None:
        by = await desk.people.acting_in_slack(
            command["user_id"], name=command.get("user_name") or None
        )
        invocation = read(command, by, desk, Replies(client, background, command, respond))
        if answer := await invocation.subcommand.run(invocation):
            await ack({"response_type": "ephemeral", **answer})
        else:
            await ack()


def read(command: Mapping[str, Any], by: Actor, desk: Desk, replies: Replies) -> Invocation:
    """What is meant by a command. Raises NotUnderstood where nothing can be."""
    text = command.get("text", "")
    words = Words.of(text)
    verb, taken = _verb(words)
    rest = Words.of(words.after(taken)) if taken else words
    subcommand = known(verb, " ".join(rest.typed))
    return Invocation(
        verb,
        subcommand,
        rest,
        named(rest, text=subcommand.text),
        by,
        desk,
        f"slack:command:{command['trigger_id']}",
        replies,
        guessed=verb == "new" and not taken,
    )


def _verb(words: Words) -> tuple[str, int]:
    """The subcommand that is meant, and how many words it took."""
    if not words:
        return "help", 0
    said = bare(words.typed[0]).lower() or words.typed[0].strip().lower()
    ours = SYNONYMS.get(said, said)
    following = named(Words.of(words.after(1)))
    if said in {"ticket", "tickets"} and (following.tickets or len(words) == 1):
        return ("status" if following.tickets else "list"), 1
    if ours in SUBCOMMANDS:
        return ours, 1
    if reference(words.typed[0]) is not None:
        return "status", 0
    if said == "open" and following.tickets:
        return "status", 1
    narrowing = narrowings(words.typed)
    if narrowing and all(word in NARROWINGS for word in narrowing):
        return "list", 0
    if said in {"delete", "remove"}:
        ticket = next(iter(following.tickets), "T-42")
        raise NotUnderstood(
            f"Tickets are not deleted. `{COMMAND} close {ticket}` is for one that is over."
        )
    # A slip of the finger is a hint; what looks like a sentence is what somebody needs.
    if len(words) > 1 and not following.tickets and not _near(said):
        return "new", 0
    return said, 1


def _near(verb: str) -> list[str]:
    return get_close_matches(verb[:30], SUBCOMMANDS, n=1, cutoff=0.7)


def known(verb: str, rest: str = "") -> Subcommand:
    """Raises NotUnderstood for an unknown subcommand, suggesting the nearest, with the `rest`."""
    verb = SYNONYMS.get(verb, verb)
    if verb in SUBCOMMANDS:
        return SUBCOMMANDS[verb]
    near = _near(verb)
    line = f"{COMMAND} {near[0]} {shortened(rest, 300)}".strip() if near else ""
    meant = f"Did you mean `{line}`? " if near else ""
    raise NotUnderstood(
        f"There is no command {verb[:30]}. {meant}`{COMMAND} help` lists all there is."
    )


async def help_(invocation: Invocation) -> Message:
    if words := invocation.others:
        said = bare(words[0]).lower()
        ours = SYNONYMS.get(said, said)
        if ours not in SUBCOMMANDS and _is_a_sentence(invocation, said):
            # Somebody who needs help, and not ours.
            return in_form(replace(invocation, guessed=True), invocation.words.after(0))
        verb = known(said)
        line = _line(verb) + ("" if verb.is_for(invocation.by) else " (only agents can)")
        more = f"\n{to_copy(invocation.line)}" if words[1:] else ""
        return {"text": line + more}
    shown = [verb for verb in SUBCOMMANDS.values() if verb.listed and verb.is_for(invocation.by)]
    return {"text": "\n".join(map(_line, shown))}


def _is_a_sentence(invocation: Invocation, first: str) -> bool:
    return len(invocation.others) > 1 and not invocation.named.tickets and not _near(first)


def _line(verb: Subcommand) -> str:
    return f"`{COMMAND} {escaped(verb.usage)}` — {verb.about}"


SUBCOMMANDS: Mapping[str, Subcommand] = {
    "new": Subcommand(
        "new [low|medium|high] [title]", "file a ticket; with no priority, in a form", new
    ),
    "status": Subcommand("status [T-42]", "one ticket, or yours", status),
    "list": Subcommand(
        "list [open|mine|unassigned|breached|all|a status|a priority]",
        "tickets, what is late first; the words may be combined",
        tickets,
    ),
    "assign": Subcommand(
        "assign T-42 @someone|me|nobody",
        "say who is to work on it",
        assign,
        Action.ASSIGN,
        text=True,
    ),
    "unassign": Subcommand(
        "unassign T-42", "nobody is to work on it", unassign, Action.ASSIGN, listed=False
    ),
    "claim": Subcommand("claim T-42", "work on it oneself", claim, Action.CLAIM, listed=False),
    "comment": Subcommand("comment T-42 your words", "add a comment", comment, text=True),
    "edit": Subcommand(
        "edit T-42 [title]", "put its words right, in a form", edit, Action.EDIT, text=True
    ),
    "note": Subcommand(
        "note T-42 your words", "add a note that only agents see", comment, Action.NOTE, text=True
    ),
    "prio": Subcommand(
        "prio T-42 low|medium|high",
        "change its priority, and so when it is due",
        prio,
        Action.PRIORITISE,
        text=True,
    ),
    "start": Subcommand("start T-42", "work on it now; an agent takes it, if nobody has it", work),
    "wait": Subcommand(
        "wait T-42 [for whom]",
        "it waits, and its clock stands still; for its requester if nobody is named",
        wait,
        Action.WAIT,
        text=True,
    ),
    "hold": Subcommand(
        "hold T-42 [for whom]", "what `wait` does", wait, Action.WAIT, listed=False, text=True
    ),
    "ack": Subcommand(
        "ack T-42", "you see to it: its alerts are quiet for a while", ack, Action.ACKNOWLEDGE
    ),
    "snooze": Subcommand(
        "snooze T-42 30m|2h|tomorrow",
        "its alerts are quiet until then, a week at most",
        snooze,
        Action.SNOOZE,
        text=True,
    ),
    "why": Subcommand("why T-42", "why it is due when it is due", why),
    "resolve": Subcommand(
        "resolve T-42 [your words]",
        "it is done; an agent has it then, if nobody had",
        work,
        Action.RESOLVE,
    ),
    "close": Subcommand("close T-42 [your words]", "it is over", change_status),
    "reopen": Subcommand("reopen T-42 [your words]", "it is not done after all", change_status),
    "sla": Subcommand(
        "sla try high=2h",
        "what another target would have done to the tickets of the last 90 days; "
        "also low=3d, high.response=30m",
        sla,
        Action.TRY,
    ),
    "report": Subcommand(
        "report [7d|30d]", "how the targets were kept in that time", report, Action.REPORT
    ),
    "digest": Subcommand(
        "digest now",
        "how the desk stands, which comes by itself every day",
        digest,
        Action.REPORT,
    ),
    "help": Subcommand("help [verb]", "this list, or one line of it", help_),
}

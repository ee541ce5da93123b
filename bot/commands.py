"""/ticket's verbs: one table, from which the help is made too."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.alerts.commands import ack, snooze
from bot.invocation import COMMAND, Invocation, Subcommand
from bot.markup.blocks import Message
from bot.markup.mrkdwn import escaped, shortened, to_copy
from bot.reading import (
    SYNONYMS,
    Words,
    asks_what_is_heard,
    bare,
    hearing,
    named,
    narrowings,
    reference,
)
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
    search,
    status,
    tell,
    tickets,
    unassign,
    wait,
    why,
    work,
)
from bot.tickets.lists.list import NARROWINGS
from core.desk import Desk
from core.people.accounts import Actor
from core.people.permissions import Action

# What may stand before a verb, as in: can you please close 12.
_COURTESY = frozenset({"please", "pls", "plz", "can", "could", "would", "you", "hey", "just"})
# As in: add comment 12 it is back.
_MAKING = frozenset({"add", "leave", "make", "write"})
_MADE = frozenset({"comment", "note"})
# What may follow the ticket that it is for; of words about words only these.
_OF_TICKETS = frozenset(
    {"claim", "assign", "unassign", "start", "wait", "hold", "resolve", "close", "reopen"}
    | {"ack", "snooze", "prio", "why"}
)
_SAID_OF_TICKETS = frozenset({"comment", "note", "reply"})


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
    words = _without_courtesy(Words.of(command.get("text", "")))
    verb, rest = _verb(words)
    subcommand = known(verb, " ".join(rest.typed))
    ends = [reference(word) for word in (rest.typed[0], rest.typed[-1])] if rest else []
    if subcommand.short and ends[:1] == [None] and ends[1]:
        # As in: snooze for 2h 12.
        rest = rest.last_first()
    return Invocation(
        verb,
        subcommand,
        rest,
        named(rest, text=subcommand.text),
        by,
        desk,
        f"slack:command:{command['trigger_id']}",
        replies,
        guessed=verb == "new" and len(rest) == len(words),
    )


def _without_courtesy(words: Words) -> Words:
    """Without what is said before a verb and its ticket only to be polite."""
    polite = 0
    while polite < len(words) and bare(words.typed[polite]).lower() in _COURTESY:
        polite += 1
    rest = words.rest(polite)
    is_meant = rest and _verb_of(rest.typed[0]) in SUBCOMMANDS and named(rest.rest(1)).tickets
    return rest if is_meant else words


def _verb(words: Words) -> tuple[str, Words]:
    """The subcommand that is meant, and what follows it."""
    if not words:
        return "help", words
    said = bare(words.typed[0]).lower() or words.typed[0].strip().lower()
    ours, rest = SYNONYMS.get(said, said), words.rest(1)
    following, second = named(rest), rest.typed[0] if rest else ""
    if said in {"ticket", "tickets"} and (following.tickets or not rest):
        return ("status" if following.tickets else "list"), rest
    if not rest and said in NARROWINGS:
        return "list", words
    if said in _MAKING and _verb_of(second) in _MADE:
        return _verb_of(second), rest.rest(1)
    if said == "new" and bare(second).lower() == "ticket" and ":" in second:
        return "new", rest.rest(1)
    if ours == "tell" and not (hearing(rest) or asks_what_is_heard(rest)):
        # To somebody, or something else than that.
        return "new", words
    if ours in SUBCOMMANDS:
        return ours, rest
    if reference(words.typed[0]) is not None:
        return _of_ticket(words)
    if said == "open" and following.tickets:
        return "status", rest
    if said == "open" and bare(second).lower() in {"a", "new", "ticket"}:
        return "new", words
    narrowing = narrowings(words.typed)
    if narrowing and all(word in NARROWINGS for word in narrowing):
        return "list", words
    if said in {"delete", "remove"}:
        ticket = next(iter(following.tickets), "T-42")
        raise NotUnderstood(
            f"Tickets are not deleted. `{COMMAND} close {ticket}` is for one that is over."
        )
    if _is_a_sentence(said, words=len(words), tickets=following.tickets):
        return "new", words
    return said, rest


def _of_ticket(words: Words) -> tuple[str, Words]:
    """As in: T-12 done, T-12 is waiting for Acme; without a verb behind it, how it stands."""
    at = 2 if len(words) > 2 and words.typed[1].lower() == "is" else 1
    verb = words.typed[at] if len(words) > at else ""
    if _verb_of(verb) in _OF_TICKETS or bare(verb).lower() in _SAID_OF_TICKETS:
        return _verb_of(verb), words.first_and_after(at + 1)
    return "status", words


def _verb_of(word: str) -> str:
    """In our own words."""
    said = bare(word).lower()
    return SYNONYMS.get(said, said)


def _is_a_sentence(first: str, *, words: int, tickets: Sequence[str]) -> bool:
    """A slip of the finger is a hint; what looks like a sentence is what somebody needs."""
    return words > 1 and not tickets and not _near(first)


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
        said, tickets = _verb_of(words[0]), invocation.named.tickets
        if said not in SUBCOMMANDS and _is_a_sentence(said, words=len(words), tickets=tickets):
            # Somebody who needs help, and not ours.
            return in_form(replace(invocation, guessed=True), invocation.words.after(0))
        verb = known(said)
        line = _line(verb) + ("" if verb.is_for(invocation.by) else " (only agents can)")
        more = f"\n{to_copy(invocation.line)}" if words[1:] else ""
        return {"text": line + more}
    shown = [verb for verb in SUBCOMMANDS.values() if verb.listed and verb.is_for(invocation.by)]
    return {"text": "\n".join(map(_line, shown))}


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
    "search": Subcommand("search words", "tickets with all these words", search),
    "assign": Subcommand(
        "assign T-42 @someone|me|nobody",
        "say who is to work on it; without a name, in a form",
        assign,
        Action.ASSIGN,
        text=True,
        short=True,
    ),
    "unassign": Subcommand(
        "unassign T-42", "nobody is to work on it", unassign, Action.ASSIGN, listed=False
    ),
    "claim": Subcommand("claim T-42", "work on it oneself", claim, Action.CLAIM, listed=False),
    "comment": Subcommand("comment T-42 your words", "add a comment", comment, text=True),
    "edit": Subcommand(
        "edit T-42 [title]",
        "put its words right, in a form; agents also its priority and who has it",
        edit,
        Action.EDIT,
        text=True,
    ),
    "note": Subcommand(
        "note T-42 your words", "add a note for agents", comment, Action.NOTE, text=True
    ),
    "prio": Subcommand(
        "prio T-42 low|medium|high",
        "change its priority, and so when it is due",
        prio,
        Action.PRIORITISE,
        text=True,
        short=True,
    ),
    "start": Subcommand("start T-42", "work on it now; an agent takes it, if nobody has it", work),
    "wait": Subcommand(
        "wait T-42 [for whom] [until tomorrow|2h]",
        "it waits, and its clock stands still; alone, a form asks for whom and until when",
        wait,
        Action.WAIT,
        text=True,
    ),
    "hold": Subcommand(
        "hold T-42 [for whom]",
        "what `wait` does; for its requester if nobody is named",
        wait,
        Action.WAIT,
        listed=False,
        text=True,
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
        short=True,
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
    "tell": Subcommand("tell me all|needed|nothing", "what you hear of your tickets unasked", tell),
    "help": Subcommand("help [verb]", "this list, or one line of it", help_),
}

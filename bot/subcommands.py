"""/ticket's verbs: one table, from which the help is made too."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches

from bot.accounts.commands import link, token
from bot.alerts.commands import ack, snooze
from bot.invocation import COMMAND, Invocation, Subcommand
from bot.markup.blocks import Message
from bot.markup.mrkdwn import escaped, shortened, to_copy
from bot.reading import SYNONYMS, bare
from bot.reports.commands import digest, report, sla
from bot.slack.error_answers import NotUnderstood
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
from core.people.permissions import Action


def verb_of(word: str) -> str:
    """In our own words."""
    said = bare(word).lower()
    return SYNONYMS.get(said, said)


def is_a_sentence(first: str, *, words: int, tickets: Sequence[str]) -> bool:
    """A slip of the finger is a hint; what looks like a sentence is what somebody needs."""
    return words > 1 and not tickets and not _near(first, alone=False)


def _near(verb: str, *, alone: bool) -> list[str]:
    """`alone`: whether nothing follows it."""
    known = [name for name, each in SUBCOMMANDS.items() if alone or not each.alone]
    return get_close_matches(verb[:30], known, n=1, cutoff=0.7)


def known(verb: str, rest: str = "") -> Subcommand:
    """Raises NotUnderstood for an unknown subcommand, suggesting the nearest, with the `rest`."""
    verb = SYNONYMS.get(verb, verb)
    if verb in SUBCOMMANDS:
        return SUBCOMMANDS[verb]
    near = _near(verb, alone=not rest)
    line = f"{COMMAND} {near[0]} {shortened(rest, 300)}".strip() if near else ""
    meant = f"Did you mean `{line}`? " if near else ""
    raise NotUnderstood(
        f"There is no command {verb[:30]}. {meant}`{COMMAND} help` lists all there is."
    )


async def help_(invocation: Invocation) -> Message:
    if words := invocation.others:
        said, tickets = verb_of(words[0]), invocation.named.tickets
        if said not in SUBCOMMANDS and is_a_sentence(said, words=len(words), tickets=tickets):
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
    "tell": Subcommand("tell me all|needed|nothing", "what you are told about your tickets", tell),
    "token": Subcommand(
        "token new|list|revoke [name] [read]",
        "tokens with which your programs use the desk as you; one that is new is shown once",
        token,
    ),
    "link": Subcommand(
        "link",
        "a code with which you here and your account over REST become one",
        link,
        alone=True,
    ),
    "help": Subcommand("help [verb]", "this list, or one line of it", help_),
}

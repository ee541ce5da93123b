"""How a line of /ticket is read: the verb that is meant, and what follows it."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.accounts.commands import asks_for_tokens
from bot.invocation import COMMAND, Invocation
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
from bot.runtime.background import Background
from bot.slack.error_answers import NotUnderstood
from bot.slack.replies import Replies
from bot.subcommands import SUBCOMMANDS, is_a_sentence, known, verb_of
from bot.tickets.lists.list import NARROWINGS
from core.desk import Desk
from core.people.accounts import Actor

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
    is_meant = rest and verb_of(rest.typed[0]) in SUBCOMMANDS and named(rest.rest(1)).tickets
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
    if said in _MAKING and verb_of(second) in _MADE:
        return verb_of(second), rest.rest(1)
    if said == "new" and bare(second).lower() == "ticket" and ":" in second:
        return "new", rest.rest(1)
    if ours == "tell" and not (hearing(rest) or asks_what_is_heard(rest)):
        # To somebody, or something else than that.
        return "new", words
    if ours == "token" and not asks_for_tokens(rest):
        return "new", words
    if ours in SUBCOMMANDS:
        return ("new", words) if rest and SUBCOMMANDS[ours].alone else (ours, rest)
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
    if is_a_sentence(said, words=len(words), tickets=following.tickets):
        return "new", words
    return said, rest


def _of_ticket(words: Words) -> tuple[str, Words]:
    """As in: T-12 done, T-12 is waiting for Acme; without a verb behind it, how it stands."""
    at = 2 if len(words) > 2 and words.typed[1].lower() == "is" else 1
    verb = words.typed[at] if len(words) > at else ""
    if verb_of(verb) in _OF_TICKETS or bare(verb).lower() in _SAID_OF_TICKETS:
        return verb_of(verb), words.first_and_after(at + 1)
    return "status", words

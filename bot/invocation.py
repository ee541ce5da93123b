"""What somebody typed after /ticket, and what a verb is."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from bot.markup.blocks import Message
from bot.markup.mrkdwn import as_typed, shortened
from bot.slack.error_answers import NotUnderstood
from bot.slack.replies import Replies
from core.desk import Desk
from core.people.accounts import Actor
from core.people.permissions import Action, ever

COMMAND = "/ticket"
# What may name a ticket: its number, or its id.
_REFERENCE = re.compile(r"(?:#|[Tt]-)?[0-9]{1,15}|[0-9a-fA-F]{24}")


@dataclass(frozen=True)
class Invocation:
    """Somebody's command, read once: the subcommand, what follows it, and who gave it."""

    verb: str
    subcommand: "Subcommand"
    # What follows, word by word as it was typed; and all but the first word as Slack sent it.
    words: Sequence[str]
    text: str
    by: Actor
    desk: Desk
    # By which a repeat is known: the same for one command, however often Slack tells of it.
    key: str
    replies: Replies

    @classmethod
    def of(
        cls,
        command: Mapping[str, Any],
        known: Callable[[str], "Subcommand"],
        by: Actor,
        desk: Desk,
        replies: Replies,
    ) -> Self:
        """Raises what `known` does for a subcommand that there is not."""
        verb, _, rest = command.get("text", "").strip().partition(" ")
        verb = verb.lower() or "help"
        _, *text = rest.split(maxsplit=1) or [""]
        return cls(
            verb,
            known(verb),
            as_typed(rest).split(),
            text[0].strip() if text else "",
            by,
            desk,
            f"slack:command:{command['trigger_id']}",
            replies,
        )

    @property
    def usage(self) -> str:
        return self.subcommand.usage

    def ticket(self) -> str:
        """The ticket that is meant. Raises NotUnderstood if none is."""
        if not self.words:
            raise NotUnderstood(f"Which ticket? Try `{COMMAND} {self.usage}`.")
        reference = self.words[0]
        if not _REFERENCE.fullmatch(reference):
            raise NotUnderstood(f"“{shortened(reference, 30)}” is no ticket: say 42 or T-42.")
        return reference

    def ticket_alone(self) -> str:
        """The ticket, where nothing may follow it: words that do nothing would be lost."""
        ticket, others = self.ticket(), self.words[1:]
        if others:
            if all(map(_REFERENCE.fullmatch, others)):
                raise NotUnderstood(f"One ticket at a time: `{COMMAND} {self.verb} {ticket}`.")
            raise NotUnderstood(
                f"`{self.verb}` takes nothing but the ticket. For more words there is "
                f"`{COMMAND} comment {ticket} …`."
            )
        return ticket

    def after_ticket(self, question: str) -> str:
        """The rest after the ticket. Raises NotUnderstood with the question if there is none."""
        self.ticket()
        if not self.text:
            raise NotUnderstood(f"{question} Try `{COMMAND} {self.right}`.")
        return self.text

    @property
    def right(self) -> str:
        """How it would have been right, for the ticket that is meant."""
        return self.usage.replace("T-42", self.ticket())


@dataclass(frozen=True)
class Subcommand:
    usage: str
    about: str
    # Gives the answer; empty if that is a form, or comes later. Then it is the only answer:
    # Slack may show it before what the ack says.
    run: Callable[[Invocation], Awaitable[Message]]
    # What its user must have the right to do.
    needs: Action | None = None
    # False for a button's name that is understood too.
    listed: bool = True

    def is_for(self, by: Actor) -> bool:
        return self.needs is None or ever(by, self.needs)

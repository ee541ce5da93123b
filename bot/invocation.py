"""What somebody typed after /ticket, and what a verb is."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.markup.blocks import Message
from bot.markup.mrkdwn import as_typed, shortened
from bot.slack.error_answers import NotUnderstood
from bot.slack.uploads import Picture
from core.desk import Desk
from core.people.accounts import Actor
from core.people.permissions import Action, ever

COMMAND = "/ticket"
# What may name a ticket: its number, or its id.
_REFERENCE = re.compile(r"(?:#|[Tt]-)?[0-9]{1,15}|[0-9a-fA-F]{24}")


@dataclass(frozen=True)
class Invocation:
    """Somebody's command: the verb, and the rest as Slack sent it."""

    verb: str
    usage: str
    rest: str
    by: Actor
    desk: Desk
    # By which a repeat is known: the same for one command, however often Slack tells of it.
    key: str
    # Opens a form once the command has been acknowledged.
    open_form: Callable[[Message], None]
    # Answers with what takes longer than Slack waits, once it is there.
    answer_later: Callable[[Awaitable[Message]], None]
    # Sends the person by direct message what is being drawn, if anything comes of it.
    draw_later: Callable[[Awaitable[Picture | None]], None]

    @property
    def words(self) -> list[str]:
        return as_typed(self.rest).split()

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
        _, *rest = self.rest.split(maxsplit=1)
        if not rest:
            raise NotUnderstood(f"{question} Try `{COMMAND} {self.right}`.")
        return rest[0].strip()

    @property
    def right(self) -> str:
        """How it would have been right, for the ticket that is meant."""
        return self.usage.replace("T-42", self.ticket())


@dataclass(frozen=True)
class Subcommand:
    usage: str
    about: str
    run: Callable[[Invocation], Awaitable[Message]]
    # What its user must have the right to do.
    needs: Action | None = None
    # False for a button's name that is understood too.
    listed: bool = True

    def is_for(self, by: Actor) -> bool:
        return self.needs is None or ever(by, self.needs)

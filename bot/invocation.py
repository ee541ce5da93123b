"""What somebody typed after /ticket, and what a verb is."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.markup.blocks import Message
from bot.markup.mrkdwn import as_typed, shortened, to_copy
from bot.reading import MOST_TICKETS, Named, Words, bare
from bot.slack.error_answers import NotUnderstood, sentence, tellable
from bot.slack.replies import Replies
from core.desk import Desk
from core.errors import DeskError
from core.people.accounts import Actor
from core.people.permissions import Action, ever

COMMAND = "/ticket"
# Words around what is meant.
_NOISE = frozenset(
    {
        *("to", "for", "on", "as", "is", "it", "by", "until", "with"),
        *(COMMAND, "please", "pls", "thanks", "thx", "priority", "prio"),
    }
)


@dataclass(frozen=True)
class Invocation:
    """Somebody's command, read once: the subcommand, what follows it, and who gave it."""

    verb: str
    subcommand: "Subcommand"
    words: Words
    named: Named
    by: Actor
    desk: Desk
    # By which a repeat is known: the same for one command, however often Slack tells of it.
    key: str
    replies: Replies
    # Whether we only guess what was meant.
    guessed: bool = False

    @property
    def usage(self) -> str:
        return self.subcommand.usage

    @property
    def line(self) -> str:
        """The command to copy, as it was typed."""
        return f"{COMMAND} {self.verb} {as_typed(self.words.after(0))}".strip()

    def nothing_more(self) -> None:
        """Raises NotUnderstood for words after the tickets: they would do nothing, and be lost."""
        tickets = self.tickets()
        if self.others:
            raise NotUnderstood(
                f"`{self.verb}` takes nothing but the ticket. For more words there is "
                f"`{COMMAND} comment {tickets[0]} {shortened(as_typed(self.text), 200)}`."
            )

    def ticket_alone(self) -> str:
        """The one ticket, where nothing may follow it."""
        ticket = self.ticket()
        self.nothing_more()
        return ticket

    def tickets(self) -> Sequence[str]:
        """The tickets that are meant, 20 at most. Raises NotUnderstood if none is."""
        if not self.words:
            raise NotUnderstood(f"Which ticket? Try `{COMMAND} {self.usage}`.")
        if not self.named.tickets:
            word = shortened(self.words.typed[0], 30)
            raise NotUnderstood(f"“{word}” is no ticket: say 42 or T-42.")
        if len(self.named.tickets) > MOST_TICKETS:
            raise NotUnderstood(f"These are too many at once: {MOST_TICKETS} tickets at most.")
        return self.named.tickets

    def ticket(self) -> str:
        """The one ticket that is meant. Raises NotUnderstood if none is, or several are."""
        ticket, *others = self.tickets()
        if others:
            raise NotUnderstood(f"One ticket at a time: `{COMMAND} {self.verb} {ticket}`.")
        return ticket

    @property
    def text(self) -> str:
        """What follows the tickets, as Slack sent it."""
        return self.words.after(self.named.words)

    @property
    def others(self) -> Sequence[str]:
        """The words that follow the tickets, without those that say nothing."""
        typed = self.words.typed[self.named.words :]
        return [word for word in typed if bare(word).lower() not in _NOISE]

    def after_tickets(self, question: str) -> str:
        """What follows the tickets. Raises NotUnderstood with the question if nothing does."""
        self.tickets()
        if not self.text:
            raise NotUnderstood(f"{question} Try `{COMMAND} {self.right}`.")
        return self.text

    @property
    def asks_for_form(self) -> bool:
        """Whether it says no more than which ticket, and a form can ask for the rest."""
        return self.replies.opens and len(self.named.tickets) == 1 and not self.text

    @property
    def right(self) -> str:
        """How it would have been right, for the tickets that are meant."""
        return self.usage.replace("T-42", " ".join(self.tickets()))


class PartlyDone(dict[str, Any]):
    """A message that says of several tickets how it went, where some were refused."""


async def each(invocation: Invocation, one: Callable[[str, str], Awaitable[str]]) -> Message:
    """Does it for each ticket that is meant, and says of each how it went.

    `one` gets the ticket and a key of its own. What is wrong with one stops no other.
    """
    tickets = invocation.tickets()
    if len(tickets) == 1:
        return {"text": await one(tickets[0], invocation.key)}
    lines, failed = [], []
    for ticket in tickets:
        try:
            lines.append(await one(ticket, f"{invocation.key}:{ticket}"))
        except DeskError as error:
            lines.append(f"{ticket}: {sentence(tellable(error))}")
            failed.append(ticket)
    if failed and invocation.text:
        line = f"{COMMAND} {invocation.verb} {', '.join(failed)} {as_typed(invocation.text)}"
        lines.append(f"Your words, to send once more:\n{to_copy(line)}")
    message: Message = {"text": "\n".join(lines)}
    return PartlyDone(message) if failed else message


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
    # Whether words of its own follow the tickets, so that numbers among them are such.
    text: bool = False
    # Whether these are so few that a ticket may as well stand behind them.
    short: bool = False
    # Whether nothing follows it: with more words behind it, it begins somebody's sentence.
    alone: bool = False

    def is_for(self, by: Actor) -> bool:
        return self.needs is None or ever(by, self.needs)

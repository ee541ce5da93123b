"""Filing a ticket once: what is there already for its key, or from the message it is made of."""

from dataclasses import replace
from typing import NamedTuple

from core.desk.tickets.decisions import Decisions, reads_notes
from core.errors import KeyReused, MadeAlready, Unavailable
from core.idempotency import Key
from core.people.accounts import Actor, Person
from core.tickets import SlackFile, Ticket
from core.tickets.source import Source, Wording


class Filed(NamedTuple):
    ticket: Ticket
    # The sender's key was used before, and this is what it made then.
    repeated: bool


class Origin(NamedTuple):
    """The message that a ticket is made from, and whose it is: they are the requester."""

    source: Source
    requester: Person
    # What it said; None for a ticket that does not follow it.
    wording: Wording | None = None
    files: tuple[SlackFile, ...] = ()

    def given_to(self, ticket: Ticket) -> Ticket:
        return replace(
            ticket,
            source=self.source,
            requester=self.requester,
            wording=self.wording,
            files=self.files,
        )


async def filed_before(
    decisions: Decisions, ticket: Ticket, *, by: Actor, key: Key | None
) -> Filed:
    """What stands in the way of a ticket that could not be added.

    Raises KeyReused if its key came with another body, and MadeAlready if its message is a ticket
    that was made without this key.
    """
    tickets, notes = decisions.tickets, reads_notes(by)
    if key is not None:
        found = await tickets.filed_with(key.name, requester=ticket.requester.id, notes=notes)
        if found is not None:
            first, body = found
            if body != key.body:
                raise KeyReused
            return Filed(first.seen_by(by), repeated=True)
    if ticket.source is not None:
        made = await tickets.threads.made_from(ticket.source, notes=notes)
        if made is not None:
            raise MadeAlready(
                f"That message is {made.key} already. More words for it: "
                f"`/ticket comment {made.key} ...`."
            )
    raise Unavailable

"""What people look up: tickets by their words, and what happened to one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from core.desk.tickets.decisions import reads_notes
from core.desk.tickets.listing import Rows, rows, theirs
from core.errors import InvalidInput, TicketNotFound
from core.people import permissions
from core.people.accounts import Actor
from core.people.permissions import Action
from core.store import TicketStore
from core.tickets import TicketSummary, TimelineEntry
from core.tickets.finding.query import Cursor, Place, TicketQuery
from core.tickets.finding.words import asked_words

NOTHING_ASKED = "Say at least one word to look for: signs alone are none."
TOO_COMMON = "That is in too many tickets to be looked for: add a rarer word."


class Results(NamedTuple):
    """A page of those that have all the words that were looked for."""

    tickets: list[TicketSummary]
    # After which the next page starts; None exactly at the end.
    end: Place | None
    total: int
    words: Sequence[str]
    # Those that so many tickets have that they were not looked for.
    left_out: Sequence[str] = ()


@dataclass(frozen=True)
class Lookups:
    tickets: TicketStore

    async def rows(
        self,
        question: TicketQuery,
        *,
        by: Actor,
        limit: int,
        offset: int = 0,
        after: Cursor | None = None,
    ) -> Rows:
        """One page of those tickets that `by` may see, for whoever only shows it."""
        return await rows(self.tickets, question, by=by, limit=limit, offset=offset, after=after)

    async def search(
        self,
        text: str,
        question: TicketQuery,
        *,
        by: Actor,
        limit: int,
        offset: int = 0,
        after: Place | None = None,
    ) -> Results:
        """Of those tickets that `by` may see, the ones with all words of the text in what `by`
        may read of them, best fits first.

        Raises InvalidInput where there is no word in it, or only what very many tickets have.
        """
        words = asked_words(text)
        if not words:
            raise InvalidInput({"q": NOTHING_ASKED})
        asked = theirs(question, by)
        if asked is None:
            return Results([], None, 0, words)
        notes = reads_notes(by)
        common = await self.tickets.search.common(words, notes=notes)
        rare = [word for word in words if word not in common]
        if not rare:
            raise InvalidInput({"q": TOO_COMMON})
        found = await self.tickets.search.with_all(
            rare, asked, notes=notes, limit=limit, offset=offset, after=after
        )
        return Results(*found, rare, common)

    async def numbered(self, number: int, *, by: Actor, most: int) -> list[TicketSummary]:
        """Those that `by` may see whose numbers begin with this one, the newest first."""
        own = permissions.only_of(by, Action.SEE)
        return await self.tickets.search.numbered(number, requester=own, most=most)

    async def timeline(
        self, reference: str, *, by: Actor, start: int, limit: int
    ) -> tuple[list[TimelineEntry], int | None]:
        """So many entries that `by` may read, the oldest first, from the one with this index on;
        and the index that the next page starts at, None exactly at the end."""
        found = await self.tickets.timelines.page(
            reference, start=start, limit=limit + 1, internal=reads_notes(by)
        )
        if found is None:
            raise TicketNotFound
        requester, entries = found
        permissions.require(by, Action.SEE, requester=requester)
        if not reads_notes(by):
            # What others call their tokens is theirs.
            entries = [
                entry if entry.by.id == by.id else entry._replace(token=None) for entry in entries
            ]
        return entries[:limit], start + limit if len(entries) > limit else None

"""Who was faster: fields that somebody else changed since somebody saw them."""

import re
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import NamedTuple

from core.desk.tickets.decisions import Expected
from core.errors import Stale
from core.people.accounts import Person
from core.store import TicketStore
from core.store.tickets.versions import Before
from core.tickets import Ticket
from core.tickets.conflict import ChangedMeanwhile

_ETAG = re.compile(r'"([0-9]{1,10})\.')


class Seen(NamedTuple):
    """The version that somebody saw, and of some fields a later one."""

    version: int
    later: Mapping[str, int] = {}

    def of(self, field: str) -> int:
        return self.later.get(field, self.version)


async def since(
    tickets: TicketStore, ticket_id: str, seen: Seen, fields: Iterable[str]
) -> dict[str, Before]:
    """Which of these fields were changed since they were seen, and what they were then."""
    changed: dict[str, Before] = {}
    fields = list(fields)
    for version in {seen.of(field) for field in fields}:
        found = await tickets.versions.since(ticket_id, version)
        changed |= {
            field: found[field] for field in fields if seen.of(field) == version and field in found
        }
    return changed


def clashing(
    ticket: Ticket, wanted: Mapping[str, object], changed: Mapping[str, Before]
) -> list[str]:
    """Those that are neither what they were nor what is wanted, by now: what is wanted as it was is
    no change."""
    return [
        field
        for field, before in changed.items()
        if now(ticket, field) not in (plain(wanted[field]), before.value)
        and plain(wanted[field]) != before.value
    ]


def now(ticket: Ticket, field: str) -> object:
    return plain(getattr(ticket, field))


def plain(value: object) -> object:
    """A person by their id."""
    return value.id if isinstance(value, Person) else value


@asynccontextmanager
async def named_clashes(
    tickets: TicketStore, reference: str, wanted: Mapping[str, object], expected: Expected
) -> AsyncIterator[None]:
    """Has a refusal name the fields that clash: with none, a repeat overwrites nobody."""
    try:
        yield
    except (ChangedMeanwhile, Stale) as error:
        version, ticket = _version(expected), await tickets.get(reference)
        if version is not None and ticket is not None:
            changed = await since(tickets, ticket.id, Seen(version), wanted)
            error.fields = clashing(ticket, wanted, changed)
        raise


def _version(expected: Expected) -> int | None:
    """Which one was expected, the latest of several."""
    found = (_ETAG.match(etag) for etag in expected.etags or ())
    versions = [int(one[1]) for one in found if one]
    return max([*versions, *([expected.version] if expected.version else [])], default=None)

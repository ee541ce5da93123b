"""Several people with one ticket's form: what others changed meanwhile stays unless it was said
again, and only where two change the same field to something else does one of them have to look."""

from collections.abc import Mapping

from core.desk.desk import Desk
from core.desk.tickets.clashes import Seen, clashing, now, since
from core.desk.tickets.decisions import Changed, Expected
from core.desk.tickets.retrying import Overtaken, until_first
from core.errors import DeskError
from core.people.accounts import Actor, Person
from core.tickets import Changes, Ticket
from core.tickets.conflict import ChangedMeanwhile


class Clash(DeskError):
    """Somebody else changed this ticket meanwhile. Look at what it is now, then send it again."""

    def __init__(self, ticket: Ticket, by: Mapping[str, Person]) -> None:
        """The ticket as it is, and who changed the fields that clash."""
        super().__init__()
        self.ticket = ticket
        self.by = by


async def merged(
    desk: Desk, reference: str, said: Changes, *, by: Actor, seen: Seen, key: str
) -> Changed:
    """Changes what is said otherwise than it was seen; the rest stays as it is by now.

    What goes with another status is meant as it stands. Raises Clash, with nothing changed, where
    somebody else changed the same field to something else.
    """
    wanted = {field: getattr(said, field) for field in said.named}

    async def attempt() -> Changed:
        ticket, fields = await desk.ticket(reference, by=by), wanted
        if wanted.get("status", ticket.status) is ticket.status:
            changed = await since(desk.tickets, ticket.id, seen, wanted)
            if clashes := clashing(ticket, wanted, changed):
                if await desk.tickets.timelines.was_changed_with(key, ticket.id):
                    return Changed(ticket, frozenset(), repeated=True)
                raise Clash(ticket, {field: changed[field].by for field in clashes})
            was = {field: one.value for field, one in changed.items()}
            fields = {
                field: value
                for field, value in wanted.items()
                if value != was.get(field, now(ticket, field))
            }
        if not fields:
            return Changed(ticket, frozenset())
        expected = Expected(version=ticket.version)
        try:
            return await desk.change_ticket(
                ticket.id, Changes(**fields), by=by, expected=expected, key=key
            )
        except ChangedMeanwhile as error:
            raise Overtaken from error

    return await until_first(attempt)

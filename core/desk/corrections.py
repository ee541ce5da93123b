"""A form that is sent again because its answer got lost, perhaps with better words."""

from core.desk.desk import Desk
from core.desk.tickets.filing import Origin
from core.errors import (
    InvalidInput,
    KeyReused,
    MadeAlready,
    NotAllowed,
    TicketNotFound,
    Unavailable,
)
from core.idempotency import Key
from core.people.accounts import Actor
from core.tickets import Changes, NewTicket, Ticket


async def filed_or_corrected(
    desk: Desk, new: NewTicket, *, by: Actor, key: Key, origin: Origin | None = None
) -> Ticket:
    """Files the ticket, or gives the one of then what is said now, once.

    Raises InvalidInput for a priority that is not theirs to change any more, and MadeAlready if
    the message that it is to be made from is another ticket.
    """
    try:
        return (await desk.open_ticket(new, by=by, key=key, receipt=True, origin=origin)).ticket
    except KeyReused:
        requester = (origin.requester if origin else by).id
        found = await desk.tickets.filed_with(key.name, requester=requester, notes=False)
    if found is None:
        raise Unavailable
    first, _ = found
    said = new.model_dump()
    if not (
        other := {name: value for name, value in said.items() if value != getattr(first, name)}
    ):
        return first.seen_by(by)
    try:
        corrected = await desk.change_ticket(
            first.id, Changes(**other), by=by, key=f"{key.name}:{key.body}"
        )
    except TicketNotFound as error:
        raise MadeAlready(
            f"{first.key} is filed already, with the words that you sent first. More of them: a "
            "reply under the message."
        ) from error
    except NotAllowed as error:
        raise InvalidInput(
            {
                "priority": f"{first.key} is filed already and has {first.priority} priority, "
                f"which only agents change. Choose {first.priority} to correct the rest."
            }
        ) from error
    return corrected.ticket

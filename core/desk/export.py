"""All accounts and tickets, whole, for whoever runs the desk: no right is asked for.

They are read in portions while the desk goes on: each as it was at one moment, not all at the same.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field

from core.errors import TicketNotFound
from core.people.accounts import Account, Role
from core.store import AccountStore, TicketStore
from core.store.tickets.lists import Whole
from core.tickets import TimelineEntry

# Accounts or tickets that are read at once.
PORTION = 200


@dataclass
class Export:
    accounts: AccountStore
    tickets: TicketStore
    # Roles that the settings give, by Slack user.
    staff: Mapping[str, Role]
    # Tickets of whose timelines a part is lost.
    lacking: list[str] = field(default_factory=list)

    async def every_account(self) -> AsyncIterator[Account]:
        """The oldest first. Tickets that are read afterwards name people as they are called now,
        and as one those who became one."""
        await self.accounts.names.refresh()
        after = None
        while found := await self.accounts.page(
            after=after, most=PORTION, words=None, role=None, staff={}
        ):
            for account in found:
                yield account.today(self.staff)
            after = found[-1].id

    async def every_ticket(self) -> AsyncIterator[Whole]:
        """In the order of their numbers."""
        after = 0
        while found := await self.tickets.lists.whole(after=after, limit=PORTION):
            for whole in found:
                yield whole
            after = found[-1].ticket.number

    async def timeline(self, whole: Whole) -> AsyncIterator[Sequence[TimelineEntry]]:
        """By parts, the oldest entries first. Raises TicketNotFound if the ticket was removed since
        it was read."""
        for id in whole.older:
            part = await self.tickets.timelines.older(id)
            if part is not None:
                yield part
            elif await self.tickets.get(whole.ticket.id) is None:
                raise TicketNotFound
            elif whole.ticket.key not in self.lacking[-1:]:
                self.lacking.append(whole.ticket.key)
        yield whole.latest

"""What the Home tab shows somebody: a list of tickets, and what they chose there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from core.desk.desk import Desk
from core.desk.tickets import listing
from core.desk.tickets.listing import Urgent
from core.people.accounts import Actor, Hears
from core.people.permissions import STAFF
from core.tickets.finding.home import HomeList, parts


class Chosen(NamedTuple):
    which: HomeList
    hears: Hears


@dataclass(frozen=True)
class HomeLists:
    desk: Desk

    async def chosen(self, by: Actor) -> Chosen:
        """The list that they looked at last, if it is still there for them."""
        remembered, hears = await self.desk.people.homes.chosen(by.id)
        known = {which.value: which for which in lists_for(by)}
        first = HomeList.QUEUE if by.role in STAFF else HomeList.REQUESTS
        return Chosen(known.get(remembered or "", first), hears)

    async def choose(self, which: HomeList, *, by: Actor) -> None:
        await self.desk.people.homes.choose(by.id, which.value)

    async def page(self, which: HomeList, *, by: Actor, limit: int, offset: int) -> Urgent:
        """Of those tickets that `by` may see, what has the least time left first."""
        asked = parts(which, whose=by.id, at=self.desk.clock())
        return await listing.in_parts(self.desk.tickets, asked, by=by, limit=limit, offset=offset)


def lists_for(by: Actor) -> Sequence[HomeList]:
    return list(HomeList) if by.role in STAFF else [HomeList.REQUESTS]

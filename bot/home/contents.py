"""What stands in somebody's Home tab now."""

from dataclasses import replace

from bot.home.place import Place
from bot.home.view import CALLED, NONE, Shown, home_view
from bot.markup.blocks import Block
from bot.markup.mrkdwn import quoted
from bot.slack.error_answers import sentence
from bot.tickets.lists.found import common, is_late
from bot.tickets.lists.list import PAGE
from core.clock import is_breached
from core.desk import Desk
from core.desk.home import HomeLists, lists_for
from core.desk.tickets.listing import COUNTED
from core.errors import InvalidInput
from core.people.accounts import Actor
from core.tickets.finding.home import HomeList
from core.tickets.finding.query import TicketQuery

# What people looked for, where it is said again.
_SAID = 100


class Contents:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lists = HomeLists(desk)

    async def view(self, user: str, place: Place, notice: str) -> Block:
        """Raises NotAllowed for somebody whose account is disabled."""
        by = await self._desk.people.acting_in_slack(user, name=None)
        chosen = await self._lists.chosen(by)
        which = place.which
        if which is None or which not in lists_for(by):
            which = chosen.which
            place = Place(which, words=place.words)
        shown = None
        if place.words:
            try:
                shown = await self._found(place, by)
            except InvalidInput as error:
                place, notice = Place(which), sentence(error)
        shown = shown or await self._listed(which, place, by)
        return home_view(shown, by=by, hears=chosen.hears, notice=notice)

    async def _listed(self, which: HomeList, place: Place, by: Actor) -> Shown:
        offset = place.offset
        page = await self._lists.page(which, by=by, limit=PAGE, offset=offset)
        if offset and not page.tickets:
            # What was there has gone since.
            offset = max(page.total - 1, 0) // PAGE * PAGE if page.counted else 0
            place = replace(place, offset=offset)
            page = await self._lists.page(which, by=by, limit=PAGE, offset=offset)
        called = f"*{CALLED[which]}*"
        if not page.tickets:
            return Shown(place, f"{called}\n{NONE[which]}")
        last = offset + len(page.tickets)
        total = f"{page.total:,}" if page.counted else f"more than {COUNTED:,}"
        at = self._desk.clock()
        return Shown(
            place,
            f"{called}, {offset + 1} to {last} of {total}",
            [
                (ticket, number < page.running and is_breached(ticket.sla_due, at=at))
                for number, ticket in enumerate(page.tickets)
            ],
            earlier=max(offset - PAGE, 0) if offset else None,
            later=last if last < page.total else None,
        )

    async def _found(self, place: Place, by: Actor) -> Shown:
        """Raises InvalidInput where there is no word in it, or none that is looked for."""
        offset = place.offset
        found = await self._desk.lookups.search(
            place.words, TicketQuery(), by=by, limit=PAGE, offset=offset
        )
        words = quoted(" ".join(found.words), _SAID)
        more = [common(found.left_out)] if found.left_out else []
        earlier = max(offset - PAGE, 0) if offset else None
        if not found.tickets:
            title = f"No ticket that you may see has “{words}”. *New ticket* files one."
            if offset:
                title = "There are no more tickets."
            return Shown(place, title, earlier=earlier, more=more)
        last = offset + len(found.tickets)
        at = self._desk.clock()
        return Shown(
            place,
            f"*Tickets with “{words}”*, {offset + 1} to {last} of {found.total:,}",
            [(ticket, is_late(ticket, at=at)) for ticket in found.tickets],
            earlier=earlier,
            later=last if found.end else None,
            more=more,
        )

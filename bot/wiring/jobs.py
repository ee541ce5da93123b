"""What is done again and again to deliver what is owed, and what wakes it in between."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.alerts.announcer import AlertAnnouncer
from bot.alerts.board import BoardPoster
from bot.alerts.duplicates import DuplicateSweeper
from bot.health import Readiness
from bot.runtime.jobs import Job, Timetable
from bot.slack.lookups.channels import ChannelCheck
from bot.slack.lookups.names import NameLearner
from bot.slack.token_check import TokenCheck
from bot.ticket_messages import TicketMessages
from core.clock import Clock
from core.desk.shortening import Shortening
from core.desk.tickets.decisions import Decisions
from core.desk.tickets.unanswered import Unanswered
from core.desk.tickets.waiting import Waiting
from core.people.accounts import Actor
from core.sla import Sla
from core.store import Store
from core.store.names import Names
from core.tickets import Ticket

# How often indexes that could not be made, or were dropped, are made.
REPAIR_SECONDS = 30
# How often what is wrong is looked for where nobody asks /readyz.
LOOK_SECONDS = 10
# How often tickets that have no room for what Slack is owed are looked for.
FULL_SECONDS = 10
# How often tickets of accounts that became one are looked for.
LINKS_SECONDS = 10


class Paying(NamedTuple):
    """The jobs that pay what tickets owe, in the order in which they are woken."""

    alerts: Job
    in_doubt: Job
    receipts: Job
    cards: Job
    board: Job
    repeats: Job


def look_for_trouble(
    timetable: Timetable,
    health: Readiness,
    token: TokenCheck,
    channels: ChannelCheck,
    learner: NameLearner,
    names: Names,
) -> None:
    """Asks Slack of its own accord, and looks anew for what is wrong when it has said something."""
    looking = timetable.every(LOOK_SECONDS, "health", health.look)
    learning = timetable.every(LOOK_SECONDS, "names", learner.learn)
    names.met = learning.wake

    async def check_token() -> None:
        if await token.ask():
            looking.wake()
            learning.wake()

    async def check_channels() -> None:
        await channels.ask()
        looking.wake()

    timetable.every(LOOK_SECONDS, "token", check_token)
    timetable.every(REPAIR_SECONDS, "channels", check_channels)


def keep_in_order(timetable: Timetable, store: Store, clock: Clock) -> None:
    """What lies in the database: its indexes are made, what waits there for its turn goes on."""

    async def make_indexes() -> None:
        await store.prepare()

    # The start has just done so, if MongoDB answered.
    timetable.every(REPAIR_SECONDS, "indexes", make_indexes, at_start=not store.indexes.made)
    timetable.every(FULL_SECONDS, "full tickets", lambda: store.full.put_aside(at=clock()))
    timetable.every(LINKS_SECONDS, "links", store.accounts.links.go_on)


def pay(
    timetable: Timetable,
    messages: TicketMessages,
    alerts: AlertAnnouncer,
    board: BoardPoster,
    sweeper: DuplicateSweeper,
) -> Paying:
    standing = timetable.when_woken("board", board.follow)

    async def announce() -> None:
        if await alerts.announce():
            standing.wake()

    async def settle() -> None:
        """Apart from all that is fresh, since it may have to wait for Slack's history."""
        if await alerts.settle():
            standing.wake()
        await messages.settle()

    return Paying(
        alerts=timetable.when_woken("alerts", announce),
        in_doubt=timetable.when_woken("in doubt", settle),
        receipts=timetable.when_woken("receipts", messages.tell),
        cards=timetable.when_woken("cards", messages.follow),
        board=standing,
        repeats=timetable.when_woken("repeats", sweeper.sweep),
    )


def wake_on_change(
    timetable: Timetable, store: Store, messages: TicketMessages, paying: Paying, clock: Clock
) -> Callable[[Ticket, Actor], None]:
    """To be called after every change of a ticket, by whoever made it."""
    shortening = Shortening(store.tickets.timelines)
    timelines = timetable.when_woken("timelines", shortening.move)

    def owes_more(due: datetime) -> None:
        """One job held a ticket that owes something which is another's to deliver."""
        if due < clock():
            for job in (paying.alerts, paying.receipts, paying.cards):
                job.wake()

    store.owed.owes_more = owes_more

    def changed(ticket: Ticket, by: Actor) -> None:
        messages.changed(ticket, by=by)
        paying.cards.wake()
        if shortening.changed(ticket):
            timelines.wake()
        if ticket.version == 1:
            paying.receipts.wake()
        # The board shows what is late, and what rang.
        if ticket.alert.latest is not None or ticket.sla_due < clock():
            paying.board.wake()

    return changed


def go_on_waiting(
    timetable: Timetable, decisions: Decisions, sla: Sla, half: timedelta | None
) -> Job:
    """`half` is of the time that requesters have to answer; None if they have no end of it."""

    async def go_on() -> None:
        await Waiting(decisions, sla).go_on()
        if half is not None:
            await Unanswered(decisions, sla, half).end()

    return timetable.when_woken("waiting", go_on)

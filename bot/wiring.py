"""How the parts of the running program hang together: what delivers, and what listens to HTTP."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from aiohttp import web
from slack_bolt.async_app import AsyncApp

from api.app import create_api
from api.limits import Limits
from api.tokens import Tokens
from bot.alerts.announcer import AlertAnnouncer
from bot.alerts.board import BoardPoster
from bot.alerts.duplicates import DuplicateSweeper
from bot.conversation.catching_up.door import Door
from bot.conversation.catching_up.passes import PAUSE, CatchingUp
from bot.conversation.catching_up.reader import Reader
from bot.conversation.catching_up.steps import Steps
from bot.conversation.greeting import Greeter
from bot.conversation.intake.channels import IntakeRules
from bot.delivery.dispatcher import Dispatcher, Timing
from bot.health import Readiness
from bot.reports.digest import DailyDigest
from bot.runtime.jobs import Timetable
from bot.runtime.metrics import SCAN
from bot.runtime.secrets import short_secrets
from bot.slack.clients import posting_client
from bot.slack.history import SlackHistory
from bot.slack.lookups.channels import ChannelCheck
from bot.slack.lookups.names import NameLearner
from bot.slack.lookups.scopes import deaf, lacking
from bot.slack.poster import SlackPoster
from bot.slack.receiver.http import slack_app
from bot.slack.token_check import TokenCheck
from bot.ticket_messages import TicketMessages, kinds
from core.alerts.rules import AlertRules
from core.clock import Clock
from core.desk import Desk
from core.desk.shortening import Shortening
from core.desk.tickets.decisions import Decisions
from core.desk.tickets.unanswered import Unanswered, half_of
from core.desk.tickets.waiting import Waiting
from core.people.accounts import Actor
from core.settings import Settings, SlackPlace
from core.settings.intake import Mode
from core.sla import Sla
from core.store import Store
from core.tickets import Ticket

# How often indexes that could not be made, or were dropped, are made.
REPAIR_SECONDS = 30
# How often what is wrong is looked for where nobody asks /readyz.
LOOK_SECONDS = 10
# How often tickets that have no room for what Slack is owed are looked for.
FULL_SECONDS = 10
# How often tickets of accounts that became one are looked for.
LINKS_SECONDS = 10
# Turns to post that may pass between two edits of the board.
_BOARD = timedelta(seconds=3)


class Deliveries(NamedTuple):
    """What keeps Slack told of every change; nothing runs before its `timetable` is started."""

    timetable: Timetable
    health: Readiness
    token: TokenCheck
    # To be called after every change, so that nobody waits for the next scan.
    changed: Callable[[Ticket, Actor], None]
    # When a channel is to be greeted.
    greet: Callable[[], None]


def wire_delivery(
    store: Store,
    settings: Settings,
    slack: SlackPlace,
    sla: Sla,
    rules: AlertRules,
    intake: IntakeRules,
    clock: Clock,
    *,
    pause: float,
) -> Deliveries:
    """`pause` is the seconds between two posts in a channel."""
    timetable = Timetable()
    token = TokenCheck(posting_client(slack))
    learner = NameLearner(posting_client(slack), store.accounts, token, staff=settings.staff)

    def taken(answer: Mapping[str, Any]) -> None:
        token.works(answer)
        channels.has_posted(answer)

    poster = SlackPoster(
        posting_client(slack),
        store.turns,
        channel=slack.channel,
        limit=settings.alert_post_seconds,
        pause=pause,
        others=rules.escalations.channels,
        taken=taken,
    )
    channels = ChannelCheck(
        posting_client(slack),
        poster.troubles,
        usual=slack.channel,
        others=sorted(rules.escalations.channels),
    )
    history = SlackHistory(posting_client(slack), store.looks)
    timing = Timing(
        post=timedelta(seconds=settings.alert_post_seconds),
        lease=timedelta(seconds=settings.alert_lease_seconds),
        history=timedelta(seconds=settings.alert_history_seconds),
    )
    courier = Dispatcher(store.owed, poster, history, timing, kinds(rules, clock, store.accounts))
    health = Readiness(
        store,
        poster,
        token,
        history,
        timetable,
        clock,
        lookups={
            "scopes": lambda: lacking(token),
            "events": lambda: deaf(token.workspace),
            "channels": channels.troubles,
            "people": learner.troubles,
            "secret": lambda: short_secrets(settings),
        },
    )
    looking = timetable.every(LOOK_SECONDS, "health", health.look)

    learning = timetable.every(LOOK_SECONDS, "names", learner.learn)
    store.accounts.names.met = learning.wake

    async def check_token() -> None:
        if await token.ask():
            looking.wake()
            learning.wake()

    async def make_indexes() -> None:
        await store.prepare()

    async def check_channels() -> None:
        await channels.ask()
        looking.wake()

    timetable.every(LOOK_SECONDS, "token", check_token)
    timetable.every(REPAIR_SECONDS, "channels", check_channels)
    # The start has just done so, if MongoDB answered.
    timetable.every(REPAIR_SECONDS, "indexes", make_indexes, at_start=not store.indexes.made)

    upkeep = TicketMessages(store.owed, courier)
    poster.is_one_coming = upkeep.is_one_coming
    alerts = AlertAnnouncer(store, courier, rules, clock, mentions=settings.mentions_per_hour)
    board = BoardPoster(store.boards, poster, courier, history, rules, clock, pace=_BOARD * pause)
    standing = timetable.when_woken("board", board.follow)

    async def announce() -> None:
        if await alerts.announce():
            standing.wake()

    async def settle() -> None:
        """Apart from all that is fresh, since it may have to wait for Slack's history."""
        if await alerts.settle():
            standing.wake()
        await upkeep.settle()

    announcing = timetable.when_woken("alerts", announce)
    settling = timetable.when_woken("in doubt", settle)
    telling = timetable.when_woken("receipts", upkeep.tell)
    following = timetable.when_woken("cards", upkeep.follow)
    sweeper = DuplicateSweeper(
        store.repeats,
        history,
        posting_client(slack),
        channels=[slack.channel, *sorted(rules.escalations.channels - {slack.channel})],
        pause=timing.history,
    )
    sweeping = timetable.when_woken("repeats", sweeper.sweep)
    digest = DailyDigest(store, poster, sla, clock, at=settings.digest_time, lease=timing.lease)
    timetable.every(settings.scan_seconds, "digest", digest.tell)

    half = half_of(days) if (days := settings.close_waiting_days) is not None else None

    greeter = Greeter(store.greetings, poster, token.workspace, intake, lease=timing.lease)
    greeting = timetable.every(settings.scan_seconds, "greetings", greeter.greet)

    async def go_on() -> None:
        decisions = Decisions(store.tickets, clock, rules, changed)
        await Waiting(decisions, sla).go_on()
        if half is not None:
            await Unanswered(decisions, sla, half).end()

    going_on = timetable.when_woken("waiting", go_on)

    async def scan() -> None:
        """One look for all of them, also at the start: on most desks there is nothing to do most of
        the time."""
        at = clock()
        remind = at - half if half is not None else None
        if not await store.arrears.nothing_to_do(slack.channel, at=at, remind=remind):
            for job in (going_on, announcing, settling, telling, following, standing, sweeping):
                job.wake()

    timetable.every(settings.scan_seconds, SCAN, scan)

    timetable.every(FULL_SECONDS, "full tickets", lambda: store.full.put_aside(at=clock()))
    timetable.every(LINKS_SECONDS, "links", store.accounts.links.go_on)
    shortening = Shortening(store.tickets.timelines)
    moving = timetable.when_woken("timelines", shortening.move)

    def owes_more(due: datetime) -> None:
        """One job held a ticket that owes something which is another's to deliver."""
        if due < clock():
            for job in (announcing, telling, following):
                job.wake()

    store.owed.owes_more = owes_more

    def changed(ticket: Ticket, by: Actor) -> None:
        upkeep.changed(ticket, by=by)
        following.wake()
        if shortening.changed(ticket):
            moving.wake()
        if ticket.version == 1:
            telling.wake()
        # The board shows what is late, and what rang.
        if ticket.alert.latest is not None or ticket.sla_due < clock():
            standing.wake()

    return Deliveries(timetable, health, token, changed, greeting.wake)


def wire_reading(
    store: Store,
    settings: Settings,
    slack: SlackPlace,
    bolt: AsyncApp,
    clock: Clock,
    deliveries: Deliveries,
) -> Callable[[], None]:
    """To be called when something that Slack told of may have been lost."""
    workspace, door = deliveries.token.workspace, Door(bolt)
    asked_in = [channel for channel, mode in settings.intake.items() if mode is Mode.EVERY]
    catching_up = CatchingUp(
        Steps(Reader(posting_client(slack)), store.readings, door, workspace, clock),
        store.readings,
        store.looks,
        workspace,
        clock,
        channels=[slack.channel, *asked_in],
        every=settings.catch_up_seconds,
    )
    seconds = min(settings.catch_up_seconds, PAUSE)
    job = deliveries.timetable.every(seconds, "catching up", catching_up.turn)
    deliveries.token.known = job.wake

    def heard_in(channel: str) -> None:
        if catching_up.hears_in(channel):
            job.wake()

    door.heard_in = heard_in

    def missed_some() -> None:
        catching_up.missed_some()
        job.wake()

    return missed_some


def wire_http(
    desk: Desk,
    settings: Settings,
    slack: SlackPlace,
    bolt: AsyncApp,
    health: Readiness,
    limits: Limits,
) -> web.Application:
    """Two doors at one address: the REST API, and, unless Socket Mode is the way, Slack's."""
    app = create_api(
        desk,
        Tokens(settings.token_secret(), before=settings.token_secret_before()),
        cors_origins=settings.cors_origins,
        health=health,
        loopback=settings.on_loopback,
        limits=limits,
    )
    if slack.app_token is None and slack.signing_secret is not None:
        door = slack_app(bolt, signing_secret=slack.signing_secret, api_url=slack.api_url)
        app.add_subapp("/slack", door)
    return app

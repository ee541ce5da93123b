"""Wires core, bot and api into one running program, and takes it apart again in order."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import NamedTuple, Protocol

import structlog
from aiohttp import web
from slack_bolt.async_app import AsyncApp

from api.http.connections import watched_connections
from api.http.server import listening
from api.limits import limits_of
from api.metrics import PATH, add_metrics, metrics_app
from bot.app import create_bot
from bot.conversation import greeting
from bot.conversation.intake.channels import IntakeRules
from bot.health import Readiness
from bot.home.contents import Contents
from bot.home.tabs import APART, HomeTabs
from bot.runtime.background import Background
from bot.runtime.jobs import Job, Timetable
from bot.runtime.metrics import Measured
from bot.runtime.opening import opened_store, people_of
from bot.runtime.ports import on_port
from bot.slack.clients import posting_client
from bot.slack.poster import PAUSE
from bot.slack.receiver.socket_mode import PATIENCE, socket_mode
from bot.wiring.delivery import Deliveries, wire_delivery
from bot.wiring.http import wire_http
from bot.wiring.reading import wire_reading
from core.clock import Clock, utcnow
from core.desk import Desk
from core.desk.people.people import People
from core.desk.people.remembered import LOOK
from core.desk.tickets.retention import PORTIONS, Retention
from core.people.passwords import Passwords
from core.settings import Settings, SlackPlace
from core.store import Store

log = structlog.get_logger("helpdesk")

# Seconds within which all that is under way has ended when the program is stopped: it is gone
# within ten, the database's server included.
EVERYTHING = 8


class Local(Protocol):
    """The Slack that was started along with it, where no workspace is connected."""

    @property
    def page(self) -> str: ...


class Served(NamedTuple):
    address: str
    local: Local | None
    jobs: Sequence[Job]
    health: Readiness | None = None
    # The address of the workspace that it works in, once that is known.
    workspace: Callable[[], str | None] = lambda: None
    # Where Prometheus asks, if that is apart from the rest.
    metrics: str | None = None


@asynccontextmanager
async def serving(
    settings: Settings,
    *,
    clock: Clock = utcnow,
    pause: float = PAUSE,
    patience: float = PATIENCE,
    samples: bool = True,
) -> AsyncIterator[Served]:
    """Everything, running; nothing is left half done at exit.

    With `samples`, an empty desk in the local Slack begins with a few tickets.
    """
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(opened_store(settings))
        passwords = Passwords()
        stack.callback(passwords.close)
        connections = await stack.enter_async_context(watched_connections())
        listen = partial(listening, connections=connections)
        local = None
        if settings.slack is None:
            # Not above: a desk that is connected to Slack has no use for a Slack of its own.
            from bot.local.workspace import local_workspace

            local = await stack.enter_async_context(local_workspace(settings, listen))
            await local.check(store)
            settings = local.settings
        slack, background = settings.slack, Background()
        assert slack is not None
        people = people_of(store, passwords, settings, clock)
        program = _program(store, settings, slack, people, background, clock, pause=pause)
        timetable, health = program.deliveries.timetable, program.deliveries.health
        deadline = Deadline()
        stack.push_async_callback(_finish, background, timetable, deadline)
        if slack.app_token is not None:
            connected = socket_mode(
                program.bolt, slack.app_token, patience=patience, connected=program.missed_some
            )
            health.socket = await stack.enter_async_context(connected)
        measured = Measured(store, timetable, clock)
        metrics = None
        if settings.metrics_port is None:
            add_metrics(program.http, measured.exposition)
        else:
            apart = listen(metrics_app(measured.exposition), "127.0.0.1", settings.metrics_port)
            with on_port("HELPDESK_METRICS_PORT", settings.metrics_port):
                host, port = await stack.enter_async_context(apart)
            metrics = f"http://{host}:{port}{PATH}"
        with on_port("PORT", settings.port):
            opened = listen(program.http, settings.host, settings.port)
            host, port = await stack.enter_async_context(opened)
        address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        if local:
            if samples:
                await local.file_samples(program.desk, store.greetings)
            local.slack.events_url = f"{address}/slack/events"
        timetable.start()
        stack.callback(deadline.start)
        token = program.deliveries.token
        yield Served(address, local, timetable.jobs, health, lambda: token.workspace.url, metrics)


class _Program(NamedTuple):
    """What is neither opened nor closed."""

    desk: Desk
    bolt: AsyncApp
    http: web.Application
    deliveries: Deliveries
    # To be called when something that Slack told of may have been lost.
    missed_some: Callable[[], None]


def _program(
    store: Store,
    settings: Settings,
    slack: SlackPlace,
    people: People,
    background: Background,
    clock: Clock,
    *,
    pause: float,
) -> _Program:
    sla = settings.build_sla()
    rules = settings.build_alert_rules(sla.calendar)
    intake = IntakeRules(settings.intake, settings.ticket_emoji)
    deliveries = wire_delivery(store, settings, slack, sla, rules, intake, clock, pause=pause)
    deliveries.timetable.every(LOOK, "accounts", people.remembered.look)
    if settings.retention_days is None:
        # What was broken off while there was such a setting.
        deliveries.timetable.every(PORTIONS, "retention", store.retention.clear)
    else:
        retention = Retention(store.retention, clock, settings.retention_days)
        removing = deliveries.timetable.every(PORTIONS, "retention", retention.remove)
        retention.more = removing.wake
    are_public = settings.card_thread == "public"
    store.tickets.planner.awaits_replies = bool(rules.replies)
    store.tickets.planner.cards_are_public = are_public
    desk = Desk(store.tickets, people, sla, clock, rules, changed=deliveries.changed)
    tabs = HomeTabs(Contents(desk), posting_client(slack))
    deliveries.timetable.every(APART, "home", tabs.follow)
    bolt = create_bot(
        desk,
        slack,
        store,
        background=background,
        token=deliveries.token,
        intake=intake,
        tabs=tabs,
        public_in=slack.channel if are_public else None,
    )
    greeting.register(bolt, store.greetings, deliveries.token.workspace, deliveries.greet)
    missed_some = wire_reading(store, settings, slack, bolt, clock, deliveries)
    limits = limits_of(settings, store, clock)
    http = wire_http(desk, settings, slack, bolt, deliveries.health, limits)
    return _Program(desk, bolt, http, deliveries, missed_some)


class Deadline:
    """When everything has to have ended; counted from the moment the program is stopped."""

    at: float | None = None

    def start(self) -> None:
        self.at = asyncio.get_running_loop().time() + EVERYTHING


async def _finish(background: Background, timetable: Timetable, deadline: Deadline) -> None:
    """Ends what is under way; what Slack is owed beyond that is paid after the next start."""
    try:
        async with asyncio.timeout_at(deadline.at):
            await background.drained()
            await timetable.stop()
    except TimeoutError:
        log.warning("stopped before everything had ended; it goes on at the next start")

"""Wires core, bot and api into one running program, and takes it apart again in order."""

import asyncio
import gc
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import NamedTuple

import structlog
import typer
from aiohttp import web
from slack_bolt.async_app import AsyncApp

from api.app import create_api
from api.connections import watched_connections
from api.server import listening
from api.tokens import Tokens
from bot.alerts.announcer import Alerts
from bot.alerts.board import LivingBoard
from bot.alerts.duplicates import Sweeper
from bot.app import create_bot
from bot.delivery.dispatcher import Courier, Timing
from bot.health import Readiness, prepared
from bot.local.samples import file_samples
from bot.local.workspace import LocalWorkspace, local_workspace
from bot.reports.digest import DailyDigest
from bot.runtime.background import Background
from bot.runtime.jobs import Job, Timetable
from bot.runtime.ports import on_port
from bot.slack.clients import posting_client
from bot.slack.history import SlackHistory
from bot.slack.http_receiver import Gateway
from bot.slack.poster import PAUSE, SlackPoster
from bot.slack.socket_receiver import PATIENCE, SocketMode, socket_mode
from bot.slack.token_check import TokenCheck
from bot.ticket_messages import Upkeep
from core.alerts.rules import AlertRules
from core.clock import Clock, utcnow
from core.desk import Desk
from core.desk.people import People
from core.errors import Unavailable
from core.people.passwords import Passwords
from core.settings import SHORT_SECRET, Settings, SlackPlace
from core.store import Store, open_store
from core.store.embedded import embedded_mongo

log = structlog.get_logger("helpdesk")

# Seconds within which all that is under way has ended when the program is stopped: it is gone
# within ten, the database's server included.
EVERYTHING = 8
# How often indexes that could not be made, or were dropped, are made.
REPAIR_SECONDS = 30
# How often what is wrong is looked for where nobody asks /readyz.
LOOK_SECONDS = 10
# How often tickets that have no room for what Slack is owed are looked for.
FULL_SECONDS = 10
# Turns to post that may pass between two edits of the board.
_BOARD = timedelta(seconds=3)


@asynccontextmanager
async def opened_store(settings: Settings) -> AsyncIterator[Store]:
    """The database that the settings name, or our own server's, ready for use.

    Raises Unavailable if it does not answer, and NoMongo if there is no server to start.
    """
    async with AsyncExitStack() as stack:
        if settings.mongo_uri is not None:
            uri = settings.mongo_uri.get_secret_value()
        else:
            settings.make_folders()
            uri = await stack.enter_async_context(embedded_mongo(settings.desk_data))
        store = await stack.enter_async_context(open_store(uri))
        try:
            await store.answers()
        except Unavailable as error:
            raise Unavailable("MongoDB does not answer. Start it, or correct MONGO_URI.") from error
        try:
            await prepared(store)
        except Unavailable as error:
            log.error("the database is not prepared", cause=type(error.__cause__).__name__)
        yield store


def people_of(store: Store, passwords: Passwords, settings: Settings) -> People:
    return People(
        store.accounts, passwords, staff=settings.staff, min_password=settings.min_password
    )


class Served(NamedTuple):
    address: str
    # The Slack that was started along with it, where no workspace is connected.
    local: LocalWorkspace | None
    jobs: Sequence[Job]


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
            local = await stack.enter_async_context(local_workspace(settings, listen))
            await local.check(store)
            settings = local.settings
        slack, background, timetable = settings.slack, Background(), Timetable()
        assert slack is not None
        rules = settings.alert_rules
        token = TokenCheck(posting_client(slack))
        poster = _poster(store, settings, slack, pause, token)
        history = SlackHistory(posting_client(slack), store.looks)
        courier = _courier(store, settings, poster, history, clock)
        health = Readiness(store, poster, token, history, timetable, clock)
        upkeep = Upkeep(store.owed, courier, rules, clock)
        alerts = Alerts(store, courier, rules, clock, mentions=settings.mentions_per_hour)

        board = LivingBoard(store.boards, poster, courier, rules, clock, pace=_BOARD * pause)
        following = timetable.every(settings.scan_seconds, "board", board.follow)

        async def announce() -> None:
            if await alerts.announce():
                following.wake()

        async def settle() -> None:
            """Apart from all that is fresh, since it may have to wait for Slack's history."""
            if await alerts.settle():
                following.wake()
            await upkeep.settle()

        timetable.every(settings.scan_seconds, "alerts", announce)
        timetable.every(settings.scan_seconds, "in doubt", settle)
        timetable.every(REPAIR_SECONDS, "indexes", partial(prepared, store))
        looking = timetable.every(LOOK_SECONDS, "health", health.look)

        async def put_aside() -> None:
            await store.full.put_aside(at=clock())

        timetable.every(FULL_SECONDS, "full tickets", put_aside)
        owed = [
            following,
            timetable.every(settings.scan_seconds, "receipts", upkeep.tell),
            timetable.every(settings.scan_seconds, "cards", upkeep.follow),
        ]
        sweeper = _sweeper(store, slack, rules, history, courier.timing)
        timetable.every(settings.scan_seconds, "repeats", sweeper.sweep)

        digest = DailyDigest(store, poster, settings, clock)
        timetable.every(settings.scan_seconds, "digest", digest.tell)

        def changed() -> None:
            for job in owed:
                job.wake()

        people = people_of(store, passwords, settings)
        desk = Desk(store.tickets, people, settings.sla, clock, rules, changed=changed)
        tokens = Tokens(_token_secret(settings))
        app = create_api(
            desk,
            tokens,
            cors_origins=settings.cors_origins,
            health=health,
            loopback=settings.on_loopback,
        )
        deadline = Deadline()
        stack.push_async_callback(_finish, background, timetable, deadline)
        bolt = create_bot(
            desk,
            slack,
            client=posting_client(slack),
            background=background,
            workspace=token.workspace,
        )
        health.socket = await _connect(stack, app, bolt, slack, patience)
        if local and samples and (cast := await local.cast(desk)):
            await file_samples(desk, cast)
        with on_port("PORT", settings.port):
            host, port = await stack.enter_async_context(listen(app, settings.host, settings.port))
        address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        if local:
            local.slack.events_url = f"{address}/slack/events"
        timetable.start()
        background.start(_asked(token, looking))
        stack.callback(deadline.start)
        yield Served(address, local, timetable.jobs)


class Deadline:
    """When everything has to have ended; counted from the moment the program is stopped."""

    at: float | None = None

    def start(self) -> None:
        self.at = asyncio.get_running_loop().time() + EVERYTHING


async def _asked(token: TokenCheck, looking: Job) -> None:
    await token.ask()
    looking.wake()


def _poster(
    store: Store, settings: Settings, slack: SlackPlace, pause: float, token: TokenCheck
) -> SlackPoster:
    return SlackPoster(
        posting_client(slack),
        store.turns,
        channel=slack.channel,
        limit=settings.alert_post_seconds,
        pause=pause,
        others=settings.alert_rules.escalations.channels,
        taken=token.works,
    )


def _courier(
    store: Store, settings: Settings, poster: SlackPoster, history: SlackHistory, clock: Clock
) -> Courier:
    timing = Timing(
        post=timedelta(seconds=settings.alert_post_seconds),
        lease=timedelta(seconds=settings.alert_lease_seconds),
        history=timedelta(seconds=settings.alert_history_seconds),
    )
    return Courier(store.owed, poster, history, timing, clock)


def _sweeper(
    store: Store, slack: SlackPlace, rules: AlertRules, history: SlackHistory, timing: Timing
) -> Sweeper:
    return Sweeper(
        store.repeats,
        history,
        posting_client(slack),
        channels=[slack.channel, *sorted(rules.escalations.channels - {slack.channel})],
        pause=timing.history,
    )


async def _connect(
    stack: AsyncExitStack,
    app: web.Application,
    bot: AsyncApp,
    slack: SlackPlace,
    patience: float,
) -> SocketMode | None:
    """Gives the Socket Mode connection, where that is the way."""
    if slack.app_token is not None:
        connected = socket_mode(bot, slack.app_token, patience=patience)
        return await stack.enter_async_context(connected)
    if slack.signing_secret is not None:
        gateway = Gateway(bot, signing_secret=slack.signing_secret, api_url=slack.api_url)
        app.router.add_post("/slack/events", gateway.receive)
    return None


async def _finish(background: Background, timetable: Timetable, deadline: Deadline) -> None:
    """Ends what is under way; what Slack is owed beyond that is paid after the next start."""
    try:
        async with asyncio.timeout_at(deadline.at):
            await background.drained()
            await timetable.stop()
    except TimeoutError:
        log.warning("stopped before everything had ended; it goes on at the next start")


def _token_secret(settings: Settings) -> str:
    secret = settings.token_secret()
    if len(secret.encode()) < SHORT_SECRET:
        log.warning("JWT_SECRET is short", bytes=len(secret.encode()), better=SHORT_SECRET)
    return secret


async def serve(settings: Settings, *, samples: bool) -> None:
    """Runs until SIGTERM or Ctrl-C."""
    stop = asyncio.Event()
    async with serving(settings, samples=samples) as served:
        # Not before: a start that waits for something may be interrupted as usual.
        for sent in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(sent, stop.set)
        # What is there now stays for ever: the collector need not look at it again.
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 100)
        typer.echo(_greeting(settings, served))
        sys.stdout.flush()
        await stop.wait()
        typer.echo("Stopping: finishing what is under way.")


def _greeting(settings: Settings, served: Served) -> str:
    address, local, _ = served
    mongo = "as MONGO_URI says" if settings.mongo_uri else f"our own, data in {settings.desk_data}"
    if local:
        slack = f"our own, at {local.page}"
    elif settings.slack_app_token:
        slack = "by Socket Mode"
    else:
        slack = f"requests come to {address}/slack/events"
    lines = [
        "HelpDesk is running. Ctrl-C stops it.",
        f"  REST     {address}/api/",
        f"  manual   {address}/docs",
        f"  MongoDB  {mongo}",
        f"  Slack    {slack}",
    ]
    if local:
        lines += ["", f"Open {local.page} in a browser and type /ticket new"]
    return "\n".join(lines)

"""Wires core, bot and api into one running program, and takes it apart again in order."""

import asyncio
import gc
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import structlog
import typer

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
from bot.runtime.problems import Problem
from bot.slack.clients import posting_client
from bot.slack.poster import PAUSE
from bot.slack.receiver.socket_mode import PATIENCE, socket_mode
from bot.wiring import wire_delivery, wire_http, wire_reading
from core.clock import Clock, utcnow
from core.desk import Desk
from core.desk.people.remembered import LOOK
from core.desk.tickets.retention import PORTIONS, Retention
from core.people.passwords import Passwords
from core.settings import Settings

if TYPE_CHECKING:
    from bot.local.workspace import LocalWorkspace

log = structlog.get_logger("helpdesk")

# Seconds within which all that is under way has ended when the program is stopped: it is gone
# within ten, the database's server included.
EVERYTHING = 8
# Seconds for which a start waits for what Slack says, and the jobs that ask.
FIRST_LOOK, ASKING = 3, {"token", "channels"}


class Served(NamedTuple):
    address: str
    # The Slack that was started along with it, where no workspace is connected.
    local: "LocalWorkspace | None"
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
        sla = settings.build_sla()
        rules = settings.build_alert_rules(sla.calendar)
        intake = IntakeRules(settings.intake, settings.ticket_emoji)
        delivering = wire_delivery(store, settings, slack, sla, rules, intake, clock, pause=pause)
        people = people_of(store, passwords, settings, clock)
        delivering.timetable.every(LOOK, "accounts", people.remembered.look)
        if settings.retention_days is not None:
            retention = Retention(store.retention, clock, settings.retention_days)
            removing = delivering.timetable.every(PORTIONS, "retention", retention.remove)
            retention.more = removing.wake
        store.tickets.planner.awaits_replies = bool(rules.replies)
        store.tickets.planner.cards_are_public = settings.card_thread == "public"
        desk = Desk(store.tickets, people, sla, clock, rules, changed=delivering.changed)
        tabs = HomeTabs(Contents(desk), posting_client(slack))
        delivering.timetable.every(APART, "home", tabs.follow)
        bolt = create_bot(
            desk,
            slack,
            client=posting_client(slack),
            background=background,
            token=delivering.token,
            readings=store.readings,
            public_in=slack.channel if store.tickets.planner.cards_are_public else None,
            offers=store.offers,
            intake=intake,
            tabs=tabs,
        )
        greeting.register(bolt, store.greetings, delivering.token.workspace, delivering.greet)
        missed_some = wire_reading(store, settings, slack, bolt, clock, delivering)
        limits = limits_of(settings, store, clock)
        app = wire_http(desk, settings, slack, bolt, delivering.health, limits)
        deadline = Deadline()
        stack.push_async_callback(_finish, background, delivering.timetable, deadline)
        if slack.app_token is not None:
            connected = socket_mode(bolt, slack.app_token, patience=patience, connected=missed_some)
            delivering.health.socket = await stack.enter_async_context(connected)
        measured = Measured(store, delivering.timetable, clock)
        metrics = None
        if settings.metrics_port is None:
            add_metrics(app, measured.exposition)
        else:
            apart = listen(metrics_app(measured.exposition), "127.0.0.1", settings.metrics_port)
            with on_port("HELPDESK_METRICS_PORT", settings.metrics_port):
                host, port = await stack.enter_async_context(apart)
            metrics = f"http://{host}:{port}{PATH}"
        with on_port("PORT", settings.port):
            host, port = await stack.enter_async_context(listen(app, settings.host, settings.port))
        if local and samples:
            await local.file_samples(desk, store.greetings)
        address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        if local:
            local.slack.events_url = f"{address}/slack/events"
        delivering.timetable.start()
        stack.callback(deadline.start)
        yield Served(
            address,
            local,
            delivering.timetable.jobs,
            delivering.health,
            lambda: delivering.token.workspace.url,
            metrics,
        )


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
        problems = [] if served.local else await _first_look(served)
        typer.echo(_greeting(settings, served, problems))
        sys.stdout.flush()
        await stop.wait()
        typer.echo("Stopping: finishing what is under way.")


async def _first_look(served: Served) -> Sequence[Problem]:
    """What is the matter by what Slack says of the token and the channels, if it is quick."""
    asking = [job for job in served.jobs if job.name in ASKING]
    with suppress(TimeoutError):
        async with asyncio.timeout(FIRST_LOOK):
            while not all(job.runs for job in asking):
                await asyncio.sleep(0.05)
    return await served.health.problems() if served.health else []


def _greeting(settings: Settings, served: Served, problems: Sequence[Problem] = ()) -> str:
    address, local, workspace = served.address, served.local, served.workspace()
    mongo = "as MONGO_URI says" if settings.mongo_uri else f"our own, data in {settings.desk_data}"
    if local:
        slack = f"our own, at {local.page}"
    elif settings.slack_app_token:
        slack = f"by Socket Mode{f', {workspace}' if workspace else ''}"
    else:
        slack = f"{f'{workspace}, ' if workspace else ''}requests come to {address}/slack/events"
    lines = [
        "HelpDesk is running. Ctrl-C stops it.",
        f"  REST     {address}/api/",
        f"  manual   {address}/docs",
        f"  MongoDB  {mongo}",
        f"  Slack    {slack}",
        *([f"  metrics  {served.metrics}"] if served.metrics else []),
    ]
    if local:
        return "\n".join([*lines, "", f"Open {local.page} in a browser and type /ticket new"])
    agents, admins = len(settings.agents), len(settings.admins)
    staff = f"{agents}, and {admins} of HELPDESK_ADMINS"
    if not agents + admins:
        staff = "none, so nobody in Slack can work on tickets: set HELPDESK_AGENTS"
    on_call = ", ".join(settings.on_call) or (
        "nobody is mentioned where nobody has a late ticket: set HELPDESK_ON_CALL"
    )
    lines += [
        f"  Channel  {settings.alert_channel}",
        f"  Agents   {staff}",
        f"  On call  {on_call}",
    ]
    if problems:
        lines += ["", "Not all is well, as /readyz says, too:"]
        lines += [f"  {problem.message}" for problem in problems]
    return "\n".join(lines)

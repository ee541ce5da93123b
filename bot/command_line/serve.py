"""`helpdesk serve`: runs the program until it is told to stop, and says where everything is."""

import asyncio
import gc
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress

import typer

from bot.runtime.problems import Problem
from bot.serving import Served, serving
from core.settings import Settings

# Seconds for which a start waits for what Slack says, and the jobs that ask.
FIRST_LOOK, ASKING = 3, {"token", "channels"}


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

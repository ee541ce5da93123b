"""`helpdesk doctor`: what is not as it must be, and how to mend it, while nobody needs the desk."""

import json
from collections.abc import AsyncIterator
from typing import Annotated

import typer

from bot.command_line import running
from bot.command_line.checks.finding import Finding, Verdict, note, ok, problem, unchecked
from bot.runtime import logs
from core.clock import Clock, utcnow
from core.settings import BadSettings, Settings, read_settings

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object instead of lines.")]


def doctor(as_json: AsJson = False) -> None:
    """Say what is not as it must be, a line each, with what to do; exits with 1 if anything is."""
    # What the looks log, they also find.
    logs.configure("error", None)
    found: list[Finding] = []

    async def look() -> None:
        async for finding in looked_at():
            found.append(finding)
            if not as_json:
                typer.echo(f"{finding.verdict:<12} {finding.check:<15} {finding.message}")

    running.run(look())
    wrong = [one for one in found if one.verdict is Verdict.PROBLEM]
    if as_json:
        checks = [one._asdict() for one in found]
        typer.echo(json.dumps({"ok": not wrong, "checks": checks}, ensure_ascii=False, indent=2))
    if wrong:
        raise typer.Exit(running.WORK_FAILED)


async def looked_at(clock: Clock = utcnow) -> AsyncIterator[Finding]:
    """All looks, one after the other; what one needs of another is not looked at without it."""
    try:
        settings, unknown = read_settings()
    except BadSettings as error:
        for line in str(error).splitlines():
            yield problem("settings", line)
        for name in ("disk", "database", "token"):
            yield unchecked(name, "of what is said of the settings")
        return
    yield ok("settings", "All can be read.")
    for sentence in unknown:
        yield note("settings", sentence)
    async for finding in _with(settings, clock):
        yield finding


async def _with(settings: Settings, clock: Clock) -> AsyncIterator[Finding]:
    # Not above: what only says a version or what is wrong need not load the whole program.
    from bot.command_line.checks.machine import of_machine
    from bot.command_line.checks.mongo import of_mongo
    from bot.command_line.checks.slack import of_slack

    for finding in of_machine(settings):
        yield finding
    async for finding in of_mongo(settings, clock):
        yield finding
    async for finding in of_slack(settings):
        yield finding

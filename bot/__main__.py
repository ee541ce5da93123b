"""The `helpdesk` command."""

import asyncio
import os
import sys
import time
from collections.abc import Coroutine, Mapping
from importlib.metadata import version as installed_version
from typing import Annotated, Any

import structlog
import typer

from bot.runtime import logs
from core.errors import DeskError, InvalidInput
from core.people.accounts import Registration, Role
from core.people.passwords import Passwords
from core.settings import BadSettings, Settings, read_settings
from core.settings.slack import person_id
from core.store.mongo.embedded import NoMongo
from core.tickets import parse

log = structlog.get_logger("helpdesk")

WORK_FAILED = 1
WRONG_USAGE = 2

command = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A ticket desk for teams that live in Slack.",
)
user = typer.Typer(no_args_is_help=True, help="People who use the desk over REST.")
command.add_typer(user, name="user")


@command.command("serve")
def serve_command(
    samples: Annotated[
        bool,
        typer.Option(
            "--samples/--no-samples",
            help="Begin an empty desk in the local Slack with a few tickets.",
        ),
    ] = True,
) -> None:
    """Run the bot, the REST API and the alerts until Ctrl-C or SIGTERM."""
    settings = _settings()
    # Not above: what only says a version or what is wrong need not load the whole program.
    from bot.serving import serve

    _run(serve(settings, samples=samples))


@command.command()
def version() -> None:
    """Say which version this is."""
    typer.echo(installed_version("helpdesk"))


@user.command("add")
def add_user(
    email: Annotated[str, typer.Option(help="Address to sign in with.")],
    name: Annotated[str, typer.Option(help="Name that others see.")],
    role: Annotated[Role, typer.Option(help="What they may do.")] = Role.USER,
    slack: Annotated[str | None, typer.Option(help="Their Slack user id: U012AB3CD.")] = None,
    bot: Annotated[
        bool, typer.Option("--bot", help="A program: what it says is no first response.")
    ] = False,
) -> None:
    """Make an account; the password comes from a prompt or from standard input."""
    settings = _settings()
    if sys.stdin.isatty():
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if bot and slack:
        _fail("A Slack user is a person: give --bot or --slack.", WRONG_USAGE)
    if slack and person_id(slack) is None:
        _fail("--slack must be a Slack user's id such as U0123456789.", WRONG_USAGE)
    slack = person_id(slack) if slack else None
    said = {"email": email, "name": name, "password": password, "role": role}
    _run(_add_user(settings, said, slack, bot))


async def _add_user(
    settings: Settings, said: Mapping[str, object], slack: str | None, bot: bool
) -> None:
    from bot.serving import opened_store, people_of

    new = parse(Registration, said)
    passwords = Passwords()
    try:
        async with opened_store(settings) as store:
            people = people_of(store, passwords, settings)
            account = await people.add(new, slack_id=slack, bot=bot)
    finally:
        passwords.close()
    typer.echo(f"{account.name} <{account.email}> may sign in as {account.role}.")


def _settings() -> Settings:
    try:
        settings, unknown = read_settings()
    except BadSettings as error:
        _fail(str(error), WRONG_USAGE)
    logs.configure(settings.log_level, settings.log_format)
    for sentence in unknown:
        log.warning(sentence)
    return settings


def _run(work: Coroutine[Any, Any, None]) -> None:
    """On uvloop where there is one; what a person can put right is said in a sentence."""
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(work)
    except (InvalidInput, NoMongo, BadSettings) as error:
        _fail(str(error), WRONG_USAGE)
    except DeskError as error:
        _fail(str(error), WORK_FAILED)
    except OSError as error:
        _fail(f"{error}.", WORK_FAILED)


def _loop_factory() -> Any:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def _fail(message: str, status: int) -> Any:
    typer.echo(message, err=True)
    raise typer.Exit(status)


def main() -> None:
    # `schedule` reckons in local time, in which an hour may come twice.
    os.environ["TZ"] = "UTC"
    time.tzset()
    command()


if __name__ == "__main__":
    main()

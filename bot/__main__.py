"""The `helpdesk` command."""

import os
import time
from importlib.metadata import version as installed_version
from typing import Annotated

import typer

from bot.command_line import accounts, doctor, erasing, exporting, openapi, running

command = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A ticket desk for teams that live in Slack.",
)
command.add_typer(accounts.user, name="user")
command.add_typer(accounts.token, name="token")
command.command("doctor")(doctor.doctor)
command.command("erase-person")(erasing.erase_person)
command.command("export")(exporting.export)
command.command("openapi")(openapi.openapi)


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
    settings = running.settings()
    # Not above: what only says a version or what is wrong need not load the whole program.
    from bot.command_line.serve import serve

    running.run(serve(settings, samples=samples))


@command.command()
def version() -> None:
    """Say which version this is, and which commit it was built of, where the build was told."""
    typer.echo(installed_version("helpdesk"))


def main() -> None:
    # `schedule` reckons in local time, in which an hour may come twice.
    os.environ["TZ"] = "UTC"
    time.tzset()
    command()


if __name__ == "__main__":
    main()

"""`helpdesk erase-person`: nothing of somebody is left but that something was there."""

from collections.abc import Iterator
from typing import Annotated

import typer

from bot.command_line import running
from bot.command_line.accounts import Email, called, known, opened_people
from core.clock import utcnow
from core.desk.people.erasing import Erasing
from core.store.erasing.erasures import Erasure

_DRY = (
    "Nothing was changed. With --yes all of this is done, and nothing but a backup brings it back."
)
_DONE = (
    "All of this is done. A desk that runs brings their messages in Slack up to date, one a second."
)


def erase_person(
    who: Email,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do it; without this, it is only said what would be done.")
    ] = False,
    also: Annotated[
        list[str] | None,
        typer.Option(help="What else they are called, wherever it stands; may be given again."),
    ] = None,
) -> None:
    """Take somebody's name and words out of tickets, Slack's cards and lines, and accounts.

    Broken off, run it again: it goes on.
    """
    settings = running.settings()

    async def work() -> None:
        async with opened_people(settings) as (people, store):
            account = await people.administration.account((await known(people, who)).id)
            erasing = Erasing(
                store.erasures,
                store.accounts,
                people.administration,
                utcnow,
                staff=settings.staff,
            )
            erasure = await erasing.found(account, also or ())
            tokens = await people.tokens.of(account.id)
            typer.echo("\n".join([f"{called(account)}:", *_counted(erasure, len(tokens))]))
            if account.slack_id in settings.staff:
                typer.echo(
                    f"{account.slack_id} is in HELPDESK_AGENTS or HELPDESK_ADMINS: take them out,"
                    " and start the desk anew, or they get a new account."
                )
            if yes:
                await erasing.erase(erasure)
            typer.echo(_DONE if yes else _DRY)

    running.run(work())


def _counted(erasure: Erasure, tokens: int) -> Iterator[str]:
    yield f"  {erasure.filed:,} tickets that they filed: titles, descriptions, files"
    yield f"  {erasure.comments:,} comments and notes that they wrote"
    yield f"  {erasure.others:,} other tickets that have their name, or words of theirs"
    yield f"  {erasure.messages:,} messages in Slack that say how these tickets are"
    yield f"  {tokens:,} tokens, and their account: of it an empty one stays that is disabled"
    names = ", ".join(f"“{name}”" for name in sorted({*erasure.names, *erasure.also}))
    yield f"  What others wrote is looked through for {names or 'nothing'}"
    if erasure.assigned:
        yield f"  {erasure.assigned:,} unfinished tickets are theirs: give them to somebody else"

"""`helpdesk user` and `helpdesk token`: who gets in, for whoever runs the desk."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Annotated

import typer

from bot import reading
from bot.command_line import running
from core.desk.people.people import People
from core.errors import InvalidInput
from core.people.accounts import Account, AccountChange, Registration, Role
from core.people.api_tokens import NewApiToken, Scope
from core.people.passwords import Passwords
from core.settings import Settings
from core.settings.slack import person_id
from core.store import Store
from core.tickets import parse

user = typer.Typer(no_args_is_help=True, help="People who use the desk over REST.")
token = typer.Typer(no_args_is_help=True, help="Tokens of programs.")

Email = Annotated[str, typer.Argument(help="Their e-mail address, or Slack user id.")]
# Words, as in Slack, where a name needs no quotes.
TokenName = Annotated[list[str], typer.Argument(help="What the token is for.")]
NewToken = Annotated[
    list[str], typer.Argument(help="What it is for; with `read` behind it, it may only read.")
]
# Accounts that are read at once for the list.
_PAGE = 500


@asynccontextmanager
async def opened_people(settings: Settings) -> AsyncIterator[tuple[People, Store]]:
    # Not above: what only says what is wrong need not load all that opens a database.
    from bot.runtime.opening import opened_store, people_of

    passwords = Passwords()
    try:
        async with opened_store(settings) as store:
            yield people_of(store, passwords, settings), store
    finally:
        passwords.close()


@asynccontextmanager
async def _people(settings: Settings) -> AsyncIterator[People]:
    async with opened_people(settings) as (people, _):
        yield people


def _with_people(settings: Settings, work: Callable[[People], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with _people(settings) as people:
            await work(people)

    running.run(whole())


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
    settings = running.settings()
    password = running.asked_password()
    if bot and slack:
        running.fail("A Slack user is a person: give --bot or --slack.", running.WRONG_USAGE)
    slack_id = person_id(slack) if slack else None
    if slack and slack_id is None:
        running.fail("--slack must be a Slack user's id such as U0123456789.", running.WRONG_USAGE)
    said = {"email": email, "name": name, "password": password, "role": role}

    async def work() -> None:
        new = parse(Registration, said)
        async with _people(settings) as people:
            account = await people.add(new, slack_id=slack_id, bot=bot)
        typer.echo(f"{account.name} <{account.email}> may sign in as {account.role}.")

    running.run(work())


async def known(people: People, who: str) -> Account:
    """By e-mail address, account's id or Slack user's id, as `user list` shows them."""
    if (slack_id := person_id(who)) and (found := await people.in_slack(slack_id)):
        return found
    try:
        return await people.known(who, field="email")
    except InvalidInput:
        running.fail(
            f"There is no account of “{who}”: helpdesk user list shows them all.",
            running.WORK_FAILED,
        )


def called(account: Account) -> str:
    return f"{account.name} <{account.email or account.slack_id}>"


@user.command("list")
def list_users() -> None:
    """Show all accounts, the oldest first."""

    async def work(people: People) -> None:
        after = None
        while True:
            found = await people.page(after=after, most=_PAGE)
            for account in found[:_PAGE]:
                typer.echo(_line(account))
            if len(found) <= _PAGE:
                return
            after = found[_PAGE - 1].id

    _with_people(running.settings(), work)


def _line(account: Account) -> str:
    more = ("bot" if account.bot else "", "disabled" if account.disabled else "")
    known_by = [one for one in (account.email, account.slack_id) if one] or [account.id]
    return "  ".join(filter(None, (*known_by, account.role, *more, account.name)))


@user.command("role")
def set_role(email: Email, role: Annotated[Role, typer.Argument(help="What they may do.")]) -> None:
    """Change what somebody may do; it counts within five seconds."""

    async def work(people: People) -> None:
        changed = await _changed(people, email, AccountChange(role=role))
        today = await people.known(changed.id, field="email")
        more = f", but {_AN[today.role]} by the settings" if today.role is not role else ""
        typer.echo(f"{called(changed)} is {_AN[role]} now{more}.")

    _with_people(running.settings(), work)


_AN = {Role.USER: "a user", Role.AGENT: "an agent", Role.ADMIN: "an admin"}


@user.command("link")
def link(
    email: Annotated[str, typer.Argument(help="Their e-mail address.")],
    slack: Annotated[str, typer.Argument(help="Their Slack user id: U012AB3CD.")],
) -> None:
    """Make an account and a Slack user one; it counts within five seconds."""
    slack_id = person_id(slack)
    if slack_id is None:
        running.fail(f"“{slack}” is no Slack user's id such as U0123456789.", running.WRONG_USAGE)

    settings = running.settings()

    async def work(people: People) -> None:
        account = await known(people, email)
        await _require_in_slack(people, slack_id, settings)
        account = await people.linking.join(account, slack_id)
        typer.echo(
            f"{called(account)} is {account.slack_id} in Slack now: their tickets are one list."
        )

    _with_people(settings, work)


async def _require_in_slack(people: People, slack_id: str, settings: Settings) -> None:
    """A slip would give the account a Slack user that there is not, for good. Whom the desk has
    seen there is, whatever Slack says now."""
    if await people.in_slack(slack_id) is not None:
        return
    # Not above: all else needs nothing of Slack.
    from bot.slack.lookups.names import is_known

    there = await is_known(settings.slack, slack_id) if settings.slack else None
    if there is False:
        running.fail(
            f"Slack knows nobody of the id {slack_id}: Copy member ID, in a person's profile, "
            "gives the right one.",
            running.WORK_FAILED,
        )
    if there is None:
        running.fail(
            f"The desk has not seen {slack_id} yet, and Slack does not say whether that is "
            "somebody: have them type /ticket help, then run this again.",
            running.WORK_FAILED,
        )


@user.command("disable")
def disable(email: Email) -> None:
    """Let nobody in by this account any more; what it filed and wrote stays."""
    _change(email, AccountChange(disabled=True), "is disabled")


@user.command("enable")
def enable(email: Email) -> None:
    """Let them in again."""
    _change(email, AccountChange(disabled=False), "may sign in again")


def _change(email: str, wanted: AccountChange, said: str) -> None:
    async def work(people: People) -> None:
        typer.echo(f"{called(await _changed(people, email, wanted))} {said}.")

    _with_people(running.settings(), work)


async def _changed(people: People, email: str, wanted: AccountChange) -> Account:
    account = await known(people, email)
    stored = await people.administration.account(account.id)
    return await people.administration.change(stored, wanted)


@user.command("password")
def set_password(email: Email) -> None:
    """Give somebody a new password, from a prompt or standard input; ends all their sign-ins."""
    settings = running.settings()
    password = running.asked_password()

    async def work(people: People) -> None:
        account = await known(people, email)
        if account.email is None:
            running.fail(
                "Whoever is known from Slack alone has no password: helpdesk user add --slack "
                "gives them an address and one.",
                running.WRONG_USAGE,
            )
        await people.set_password(account, password, field="password")
        typer.echo(f"{called(account)} has a new password.")

    _with_people(settings, work)


@token.command("new")
def new_token(
    email: Email,
    name: NewToken,
    read: Annotated[bool, typer.Option("--read", help="It may only read.")] = False,
    days: Annotated[int | None, typer.Option(help="Days until it expires, 366 at most.")] = None,
) -> None:
    """Make a token for a program of this account, and show it, this once."""

    async def work() -> None:
        named, only_to_read = reading.new_token(name)
        scope = Scope.READ if read or only_to_read else Scope.WRITE
        new = parse(NewApiToken, {"name": named, "scope": scope, "expires_in_days": days})
        async with _people(settings) as people:
            account = await known(people, email)
            _, secret = await people.tokens.make(account.id, new)
        typer.echo(str(secret))

    settings = running.settings()
    running.run(work())


@token.command("list")
def list_tokens(email: Email) -> None:
    """Show an account's tokens, without their secrets."""

    async def work(people: People) -> None:
        account = await known(people, email)
        for one in await people.tokens.of(account.id):
            used = f"last used {one.last_used_at:%Y-%m-%d}" if one.last_used_at else "not used"
            until = f"until {one.expires_at:%Y-%m-%d}" if one.expires_at else "without end"
            typer.echo(f"{one.name}  {one.scope}  {until}  {used}")

    _with_people(running.settings(), work)


@token.command("revoke")
def revoke_token(email: Email, name: TokenName) -> None:
    """Take an account's token away; it counts within five seconds."""

    async def work(people: People) -> None:
        account = await known(people, email)
        named = await people.tokens.revoke_named(account.id, " ".join(name))
        typer.echo(f"“{named}” of {account.name} is revoked.")

    _with_people(running.settings(), work)

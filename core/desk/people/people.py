"""The desk's use cases about people: registering, signing in, and who a Slack user is."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

import structlog

from core.blank_text import says_something, straight
from core.desk.people.administration import Administration
from core.desk.people.api_tokens import ApiTokens
from core.desk.people.guesses import Guesses
from core.desk.people.linking import Linking
from core.desk.people.remembered import Remembered
from core.errors import AccountNotFound, InvalidInput, NotAllowed, WrongCredentials
from core.people.accounts import (
    Account,
    Actor,
    Credentials,
    Hears,
    NewPassword,
    Person,
    Registration,
    Role,
    Via,
)
from core.people.addresses import identity
from core.people.passwords import Passwords
from core.people.permissions import STAFF
from core.people.staff_passwords import SHORTEST, is_long
from core.store import AccountStore

log = structlog.get_logger("desk")

DISABLED = "Your account at this desk is disabled. Ask an admin of the desk."
# The id of no account: none is made with it.
NOBODY = "0" * 24


class People:
    def __init__(
        self,
        accounts: AccountStore,
        passwords: Passwords,
        *,
        staff: Mapping[str, Role],
        min_password: int,
        guesses: Guesses | None = None,
    ) -> None:
        """`staff` gives Slack users a role that their account need not hold itself. Without
        `guesses`, passwords may be tried without end."""
        self._accounts = accounts
        self._passwords = passwords
        self._staff = staff
        # Characters of a new password, of staff more.
        self.min_password = min_password
        self._guesses = guesses
        self.homes = accounts.homes
        self.remembered = Remembered(accounts)
        self.tokens = ApiTokens(accounts, self.remembered)
        self.administration = Administration(accounts, self.remembered)
        self.linking = Linking(accounts, self.remembered, guesses, staff)

    async def register(self, new: Registration, *, by: Actor | None = None) -> Account:
        """Makes an account. A role above user is for an admin to give; raises NotAllowed."""
        if new.role is not Role.USER and (by is None or by.role is not Role.ADMIN):
            raise NotAllowed("Only an admin can make agents and admins.")
        return await self.add(new)

    async def add(
        self, new: Registration, *, slack_id: str | None = None, bot: bool = False
    ) -> Account:
        """What register does, for whoever runs the desk: no right is asked for.

        With a Slack id, the account is that user's: the one it has already, if it has one.
        """
        self._check_length(new.password, new.role, slack_id)
        hashed = await self._passwords.hashed(new.password)
        account = await self._made(new, hashed, slack_id=slack_id, bot=bot)
        log.info("account made", account=account.id, role=account.role.value)
        return account

    async def _made(
        self, new: Registration, hashed: str, *, slack_id: str | None, bot: bool
    ) -> Account:
        if slack_id is None:
            return await self._accounts.add(
                name=new.name,
                email=new.email,
                password_hash=hashed,
                password_is_long=is_long(new.password),
                role=new.role,
                bot=bot,
            )
        return await self._accounts.link(
            slack_id,
            name=new.name,
            email=new.email,
            password_hash=hashed,
            password_is_long=is_long(new.password),
            role=new.role,
        )

    async def change_password(
        self, account: Account, given: NewPassword, *, address: str
    ) -> Account:
        """Ends every sign-in until now. Raises WrongCredentials unless the current one is right."""

        async def right() -> bool:
            return await self._passwords.matches(given.current, account.password_hash)

        if not await self._guessed(account.email or account.id, address, right):
            raise WrongCredentials("The current password is wrong.")
        return await self.set_password(account, given.new, field="new")

    async def set_password(self, account: Account, new: str, *, field: str) -> Account:
        """For whoever runs the desk: nothing is asked. Ends every sign-in until now."""
        self._check_length(new, account.role, account.slack_id, field=field)
        hashed = await self._passwords.hashed(new)
        ended = await self._accounts.end_sign_ins(
            account.id, password_hash=hashed, password_is_long=is_long(new)
        )
        return self._ended(account.id, ended)

    async def end_sign_ins(self, account_id: str) -> None:
        self._ended(account_id, await self._accounts.end_sign_ins(account_id))

    def _ended(self, account_id: str, account: Account | None) -> Account:
        self.remembered.forget(account_id)
        if account is None:
            raise AccountNotFound
        return self.today(account)

    def _check_length(
        self, password: str, role: Role, slack_id: str | None, *, field: str = "password"
    ) -> None:
        """The role that the settings give a Slack user counts, too."""
        given = self._staff.get(slack_id or "", Role.USER)
        shortest = self.min_password
        if STAFF & {role, given}:
            shortest = max(shortest, SHORTEST)
        if len(password) < shortest:
            raise InvalidInput({field: f"The password needs at least {shortest} characters."})

    async def sign_in(self, given: Credentials, *, address: str) -> Account:
        """Raises WrongCredentials, in the same words and time whatever was wrong; TooMany after too
        many of those; NotAllowed for whoever has the right ones, but is disabled."""
        account: Account | None = None

        async def right() -> bool:
            nonlocal account
            account = await self._accounts.with_email(given.email)
            known = account.password_hash if account else None
            return await self._passwords.matches(given.password, known)

        if not await self._guessed(given.email, address, right) or account is None:
            raise WrongCredentials
        if account.disabled:
            raise NotAllowed(DISABLED)
        return self.today(account)

    async def _guessed(
        self, whose: str, address: str, right: Callable[[], Awaitable[bool]]
    ) -> bool:
        """`address`: where from."""
        if self._guesses is None:
            return await right()
        return await self._guesses.right(identity(whose), address, right)

    async def account(self, id: str, *, afresh: bool = False) -> Account | None:
        """As it is now, or, unless `afresh`, was up to five seconds ago; None if there is none
        (any more), or it is disabled."""
        account = None if afresh else self.remembered.recall(id, Account)
        if account is None:
            asked = self.remembered.now()
            account = await self._accounts.get(id)
            if account is None or account.disabled:
                self.remembered.forget(id)
            if account is None:
                return None
            # A disabled one, too: whose token it is may go on asking.
            account = self.remembered.keep(id, self.today(account), read=asked)
        return None if account.disabled else account

    async def slack_user(self, slack_id: str, *, name: str | None = None) -> Account:
        """The account of a Slack user, made when first seen; `name` as Slack gives it now."""
        name = straight(name) if name and says_something(straight(name)) else None
        remembered = self.remembered.recall(slack_id, Account)
        if remembered is not None and (remembered.is_named or name in (None, remembered.name)):
            return remembered
        asked = self.remembered.now()
        account = await self._accounts.of_slack_user(slack_id, name=name or slack_id)
        if name and name != account.name and account.email is None and not account.is_named:
            await self._accounts.rename(account.id, name)
            account = replace(account, name=name)
        return self.remembered.keep(slack_id, self.today(account), read=asked)

    async def hears(self, by: Actor, what: Hears | None = None) -> Hears:
        """What somebody in Slack hears of their tickets; `what`, from now on."""
        if what is None:
            return await self._accounts.hears(by.slack_id or "")
        await self._accounts.hear(by.id, what)
        return what

    def called(self, slack_id: str) -> str | None:
        """What a Slack user is called, if that is known."""
        return self._accounts.names.of(slack_id)

    async def known_in_slack(self, slack_id: str) -> Actor | None:
        """Somebody with an account, or with a role in Slack, who gets one; else nobody does. Nobody
        is who is disabled, and what Slack has said to be a program: it may answer whatever it
        reads."""
        known = self.remembered.recall(slack_id, Account)
        if slack_id not in self._staff and known is None:
            asked = self.remembered.now()
            found = await self._accounts.of_slack_users([slack_id])
            if not found:
                return None
            self.remembered.keep(slack_id, self.today(found[0]), read=asked)
        account = await self.slack_user(slack_id)
        return None if account.bot or account.disabled else account.acting(Via.SLACK)

    async def acting_in_slack(self, slack_id: str, *, name: str | None) -> Actor:
        """Raises NotAllowed for somebody whose account is disabled."""
        account = await self.slack_user(slack_id, name=name)
        if account.disabled:
            raise NotAllowed(DISABLED)
        return account.acting(Via.SLACK)

    async def known(self, who: str, *, field: str) -> Account:
        """The account with this id or e-mail address; raises InvalidInput about the field."""
        account = await (self._accounts.with_email(who) if "@" in who else self._accounts.get(who))
        if account is None:
            raise InvalidInput({field: f"The {field} must be an account's id or e-mail address."})
        return self.today(account)

    async def named_in_question(self, who: str, *, field: str, by: Actor) -> str:
        """The id of the account whose tickets are asked for. Only staff learn that there is none:
        for others a stranger is nobody, and has no tickets."""
        try:
            return (await self.known(who, field=field)).id
        except InvalidInput:
            if by.role in STAFF:
                raise
            return NOBODY

    async def in_slack(self, slack_id: str) -> Account | None:
        """The account of a Slack user, if they have one by now."""
        found = await self._accounts.of_slack_users([slack_id])
        return found[0] if found else None

    async def staff_called(self, name: str) -> Account | None:
        """The one of the desk's Slack users with a role who is called so, in whatever case."""
        staff = await self._accounts.of_slack_users(self._staff.keys())
        called = [one for one in staff if name.casefold() in _names(one)]
        return self.today(called[0]) if len(called) == 1 else None

    async def staff(self) -> list[Account]:
        """Whoever may have tickets, by name."""
        known = [await self.slack_user(slack_id) for slack_id in self._staff]
        found = [*known, *map(self.today, await self._accounts.with_roles(STAFF))]
        staff = {
            account.id: account
            for account in found
            if account.role in STAFF and not account.disabled
        }
        return sorted(staff.values(), key=lambda account: account.name.casefold())

    async def page(
        self, *, after: str | None, most: int, words: str | None = None, role: Role | None = None
    ) -> list[Account]:
        """The accounts after this one, the oldest first, with and by the roles that they have
        today; one more than `most` if there are more."""
        found = await self._accounts.page(
            after=after, most=most + 1, words=words, role=role, staff=self._staff
        )
        return [self.today(account) for account in found]

    async def assignable(self, who: str) -> Person:
        account = await self.known(who, field="assignee")
        if account.disabled:
            raise InvalidInput({"assignee": f"The account of {account.name} is disabled."})
        if account.role not in STAFF:
            raise InvalidInput(
                {"assignee": f"The assignee must be an agent or admin; {account.name} is neither."}
            )
        return account.person

    def today(self, account: Account) -> Account:
        return account.today(self._staff)


def _names(account: Account) -> set[str]:
    return {name.casefold() for name in (account.name, account.handle) if name}

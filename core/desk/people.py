"""The desk's use cases about people: registering, signing in, and who a Slack user is."""

import time
from collections.abc import Mapping
from dataclasses import replace

from core.blank_text import says_something, straight
from core.errors import InvalidInput, NotAllowed, WrongCredentials
from core.people.accounts import Account, Actor, Credentials, Person, Registration, Role, Via
from core.people.passwords import Passwords
from core.people.permissions import STAFF
from core.store import AccountStore

STAFF_MIN_PASSWORD = 12
# Seconds for which an account is remembered: how long a role that was taken away elsewhere
# may still be used here.
REMEMBERED = 5.0
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
    ) -> None:
        """`staff` gives Slack users a role that their account need not hold itself."""
        self._accounts = accounts
        self._passwords = passwords
        self._staff = staff
        self._min_password = min_password
        self._remembered: dict[str, tuple[float, Account]] = {}

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
        shortest = STAFF_MIN_PASSWORD if new.role in STAFF else self._min_password
        if len(new.password) < shortest:
            raise InvalidInput({"password": f"The password needs at least {shortest} characters."})
        hashed = await self._passwords.hashed(new.password)
        if slack_id is None:
            return await self._accounts.add(
                name=new.name, email=new.email, password_hash=hashed, role=new.role, bot=bot
            )
        return await self._accounts.link(
            slack_id, name=new.name, email=new.email, password_hash=hashed, role=new.role
        )

    async def sign_in(self, given: Credentials) -> Account:
        """Raises WrongCredentials, in the same words and time whatever was wrong."""
        account = await self._accounts.with_email(given.email)
        known = account.password_hash if account else None
        if not await self._passwords.matches(given.password, known) or account is None:
            raise WrongCredentials
        return self._today(account)

    async def account(self, id: str, *, afresh: bool = False) -> Account | None:
        """As it is now, or, unless `afresh`, was up to five seconds ago; None if there is none
        (any more)."""
        if not afresh and (remembered := self._recall(id)) is not None:
            return remembered
        account = await self._accounts.get(id)
        if account is None:
            self._remembered.pop(id, None)
            return None
        return self._remember(id, account)

    async def slack_user(self, slack_id: str, *, name: str | None = None) -> Account:
        """The account of a Slack user, made when first seen; `name` as Slack gives it now."""
        name = straight(name) if name and says_something(straight(name)) else None
        remembered = self._recall(slack_id)
        if remembered is not None and (remembered.is_named or name in (None, remembered.name)):
            return remembered
        account = await self._accounts.of_slack_user(slack_id, name=name or slack_id)
        if name and name != account.name and account.email is None and not account.is_named:
            await self._accounts.rename(account.id, name)
            account = replace(account, name=name)
        return self._remember(slack_id, account)

    def called(self, slack_id: str) -> str | None:
        """What a Slack user is called, if that is known."""
        return self._accounts.names.of(slack_id)

    async def known_in_slack(self, slack_id: str) -> Actor | None:
        """Somebody with an account, or with a role in Slack, who gets one; else nobody does."""
        if slack_id not in self._staff and self._recall(slack_id) is None:
            found = await self._accounts.of_slack_users([slack_id])
            if not found:
                return None
            self._remember(slack_id, found[0])
        return await self.acting_in_slack(slack_id, name=None)

    def _recall(self, known_by: str) -> Account | None:
        until, account = self._remembered.get(known_by, (0.0, None))
        return account if until > time.monotonic() else None

    def _remember(self, known_by: str, account: Account) -> Account:
        if len(self._remembered) > 10_000:
            self._remembered.clear()
        account = self._today(account)
        self._remembered[known_by] = (time.monotonic() + REMEMBERED, account)
        return account

    async def acting_in_slack(self, slack_id: str, *, name: str | None) -> Actor:
        return (await self.slack_user(slack_id, name=name)).acting(Via.SLACK)

    async def known(self, who: str, *, field: str) -> Account:
        """The account with this id or e-mail address; raises InvalidInput about the field."""
        account = await (self._accounts.with_email(who) if "@" in who else self._accounts.get(who))
        if account is None:
            raise InvalidInput({field: f"The {field} must be an account's id or e-mail address."})
        return self._today(account)

    async def named_in_question(self, who: str, *, field: str, by: Actor) -> str:
        """The id of the account whose tickets are asked for. Only staff learn that there is none:
        for others a stranger is nobody, and has no tickets."""
        try:
            return (await self.known(who, field=field)).id
        except InvalidInput:
            if by.role in STAFF:
                raise
            return NOBODY

    async def staff_called(self, name: str) -> Account | None:
        """The one of the desk's Slack users with a role who is called so, in whatever case."""
        staff = await self._accounts.of_slack_users(self._staff.keys())
        called = [one for one in staff if name.casefold() in _names(one)]
        return self._today(called[0]) if len(called) == 1 else None

    async def staff(self) -> list[Account]:
        """Whoever may have tickets, by name."""
        known = [await self.slack_user(slack_id) for slack_id in self._staff]
        found = [*known, *map(self._today, await self._accounts.with_roles(STAFF))]
        staff = {account.id: account for account in found if account.role in STAFF}
        return sorted(staff.values(), key=lambda account: account.name.casefold())

    async def assignable(self, who: str) -> Person:
        account = await self.known(who, field="assignee")
        if account.role not in STAFF:
            raise InvalidInput(
                {"assignee": f"The assignee must be an agent or admin; {account.name} is neither."}
            )
        return account.person

    def _today(self, account: Account) -> Account:
        given = self._staff.get(account.slack_id or "", Role.USER)
        return replace(account, role=given) if given.rank > account.role.rank else account


def _names(account: Account) -> set[str]:
    return {name.casefold() for name in (account.name, account.handle) if name}

"""Somebody in Slack and their account over REST become one."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

import structlog

from core.desk.people.guesses import Guesses
from core.desk.people.remembered import STALE, Remembered
from core.errors import AccountNotFound, CodeNotFound, WrongState
from core.people.accounts import Account, Role
from core.people.link_codes import LinkCode, new_code
from core.people.staff_passwords import require_long
from core.store import AccountStore

log = structlog.get_logger("desk")

# After this no process acts as an account that became another's.
PATIENCE = timedelta(seconds=STALE + 1)


class Linking:
    def __init__(
        self,
        accounts: AccountStore,
        remembered: Remembered,
        guesses: Guesses | None,
        staff: Mapping[str, Role],
    ) -> None:
        """Without `guesses`, codes may be tried without end."""
        self._accounts = accounts
        self._links = accounts.links
        self._remembered = remembered
        self._guesses = guesses
        self._staff = staff

    async def code(self, account_id: str, *, at: datetime) -> LinkCode:
        """For a Slack user, who is shown it; the one before is good no more. Raises WrongState for
        somebody who has an e-mail address."""
        account = await self._account(account_id)
        if account.email is not None:
            raise WrongState(
                f"You are {account.email} over REST already: both have one list of tickets."
            )
        _require_another(account)
        code = new_code()
        await self._links.give(account.id, code.digest, at=at)
        return code

    async def link(self, account_id: str, code: LinkCode, *, address: str, at: datetime) -> Account:
        """The account, with all that is of whoever was shown the code; `address`: where it came
        from. It counts in every process within five seconds.

        Raises CodeNotFound for a code that is not good, TooMany after too many of those, and
        WrongState for accounts that cannot become one.
        """
        account = await self._account(account_id)
        _require_open(account)
        other_id: str | None = None

        async def right() -> bool:
            nonlocal other_id
            other_id = await self._links.whose(code.digest, at=at)
            return other_id is not None

        if not await self._guessed(account, address, right) or other_id is None:
            raise CodeNotFound
        other = await self._account(other_id)
        _require_another(other)
        return await self._joined(account, other, (code.digest, at))

    async def join(self, account: Account, slack_id: str) -> Account:
        """The same, for whoever runs the desk: no code is asked for."""
        _require_open(account)
        other = await self._accounts.of_slack_user(slack_id, name=slack_id)
        _require_another(other)
        return await self._joined(account, other, None)

    async def _account(self, id: str) -> Account:
        if (account := await self._accounts.get(id)) is None:
            raise AccountNotFound
        return account

    async def _guessed(
        self, account: Account, address: str, right: Callable[[], Awaitable[bool]]
    ) -> bool:
        if self._guesses is None:
            return await right()
        return await self._guesses.right(f"link {account.id}", address, right, of="codes")

    async def _joined(
        self, account: Account, other: Account, code: tuple[str, datetime] | None
    ) -> Account:
        for role in (other.role, self._staff.get(other.slack_id or "", Role.USER)):
            require_long(account, role)
        joined = await self._links.join(account, other, patience=PATIENCE, code=code)
        for one in (account, other):
            self._remembered.forget(one.id)
        await self._accounts.names.refresh()
        if joined is None:
            # Somebody was faster: with this code, or with one of these accounts.
            _require_open(await self._account(account.id))
            if code is None:
                raise WrongState("Somebody else linked that Slack user just now.")
            raise CodeNotFound
        log.info("accounts linked", account=joined.id, other=other.id)
        return joined


def _require_open(account: Account) -> None:
    """Of the one that stays."""
    if account.email is None or account.bot or account.disabled:
        raise WrongState(
            "Only a person's account that has an e-mail address, and is not disabled, becomes one "
            "with somebody in Slack."
        )
    if account.slack_id is not None:
        raise WrongState(f"This account is that of {account.slack_id} in Slack already.")


def _require_another(account: Account) -> None:
    """Of the one that becomes its."""
    if account.email is not None:
        raise WrongState(
            "That Slack user has an account with an e-mail address already: two accounts that have "
            "one cannot be joined."
        )
    if account.bot or account.disabled:
        raise WrongState("That Slack user is disabled here, or is a program.")

"""Somebody's name and words are taken out of everything that the desk keeps."""

import asyncio
from collections.abc import Collection, Mapping

import structlog

from core.clock import Clock
from core.desk.people.administration import LAST_ADMIN, Administration
from core.desk.people.remembered import STALE
from core.errors import WrongState
from core.people.accounts import Account, AccountChange, Role
from core.store import AccountStore
from core.store.erasing.erasures import Erasure, ErasureStore

log = structlog.get_logger("desk")


class Erasing:
    def __init__(
        self,
        erasures: ErasureStore,
        accounts: AccountStore,
        administration: Administration,
        clock: Clock,
        *,
        staff: Mapping[str, Role],
        patience: float = STALE + 1,
    ) -> None:
        """`patience`: seconds after which no process lets them in any more, nor knows their
        name."""
        self._erasures = erasures
        self._accounts = accounts
        self._administration = administration
        self._clock = clock
        self._staff = staff
        self._patience = patience

    async def found(self, account: Account, also: Collection[str] = ()) -> Erasure:
        """What is to be done, with nothing done. Raises WrongState for the last admin."""
        await self._require_another_admin(account)
        erasure = await self._erasures.of(account, also)
        while await self._erasures.look(erasure):
            pass
        return erasure

    async def erase(self, erasure: Erasure) -> None:
        """What was found. Broken off, it is found again, and goes on; what is done stays. Raises
        WrongState for whoever has become one with another account since it was found."""
        account = erasure.account
        if not account.disabled:
            await self._administration.change(account, AccountChange(disabled=True))
            # From here on nobody can.
            await self._require_as_found(account)
        await self._erasures.begin(erasure)
        await asyncio.sleep(self._patience)
        while await self._erasures.erase(erasure, at=self._clock()):
            pass
        await self._erasures.end(erasure)
        log.info("person erased", account=account.id, tickets=erasure.filed + erasure.others)

    async def _require_as_found(self, account: Account) -> None:
        now = await self._accounts.get(account.id)
        if now is None or (now.id, now.slack_id) != (account.id, account.slack_id):
            raise WrongState(
                "They made two accounts one just now, and what is the other's was not looked at: "
                "run this again."
            )

    async def _require_another_admin(self, account: Account) -> None:
        of_settings = {id for id, role in self._staff.items() if role is Role.ADMIN}
        is_admin = account.role is Role.ADMIN or account.slack_id in of_settings
        if account.disabled or not is_admin:
            return
        # As where an admin is disabled: who is one by its account needs another such one.
        others = account.role is not Role.ADMIN and of_settings - {account.slack_id}
        if not others and not await self._accounts.has_admin_beside(account.id):
            raise WrongState(LAST_ADMIN)

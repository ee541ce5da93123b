"""What admins do to accounts."""

from collections.abc import Mapping

import structlog

from core.desk.people.remembered import Remembered
from core.errors import AccountNotFound, NotAllowed, WrongState
from core.people.accounts import Account, AccountChange, Actor, Role
from core.people.staff_passwords import require_long
from core.store import AccountStore

log = structlog.get_logger("desk")

LAST_ADMIN = "This is the desk's last admin. Make somebody else an admin first."


class Administration:
    def __init__(self, accounts: AccountStore, remembered: Remembered) -> None:
        self._accounts = accounts
        self._remembered = remembered

    async def account(self, id: str) -> Account:
        """Also if it is disabled, with the role that it holds itself. Raises AccountNotFound."""
        if (account := await self._accounts.get(id)) is None:
            raise AccountNotFound
        return account

    async def change(self, account: Account, wanted: AccountChange) -> Account:
        """Counts in every process within five seconds. Raises WrongState for what would leave the
        desk without an admin, or make staff of somebody whose password is too short for that."""
        fields = wanted.model_dump(exclude_unset=True, mode="json")
        if "role" in fields:
            require_long(account, wanted.role)
        if "disabled" in fields:
            fields["disabled"] = fields["disabled"] or None
        was_admin = account.role is Role.ADMIN and not account.disabled
        goes = fields.get("role", Role.ADMIN) != Role.ADMIN or fields.get("disabled")
        leaves = was_admin and goes
        if leaves and not await self._accounts.has_admin_beside(account.id):
            raise WrongState(LAST_ADMIN)
        changed = await self._changed(account.id, fields)
        # Again, since two admins may take it from each other at once: both are refused.
        if leaves and not await self._accounts.has_admin():
            before = {"role": account.role.value, "disabled": None, "name": account.name}
            await self._changed(account.id, before)
            raise WrongState(LAST_ADMIN)
        return changed

    async def _changed(self, id: str, fields: Mapping[str, object]) -> Account:
        changed = await self._accounts.change(id, fields)
        self._remembered.forget(id)
        if changed is None:
            raise AccountNotFound
        log.info("account changed", account=id, fields=sorted(fields))
        return changed


def require_admin(by: Actor) -> None:
    if by.role is not Role.ADMIN:
        raise NotAllowed("Only admins can see and change the accounts of others.")

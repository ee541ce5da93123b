"""Accounts that need not be asked about at each request."""

import time
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from core.people.accounts import Account
from core.people.api_tokens import ApiToken
from core.store import AccountStore

T = TypeVar("T", Account, ApiToken)

# Seconds: how long what was changed elsewhere may still be as it was here.
STALE = 5.0
# Seconds between two looks at which accounts were changed.
LOOK = 2.0
# How much later than the next change one may be seen that MongoDB gave an earlier time.
_OVERLAP = timedelta(minutes=1)
_MOST = 10_000


class Remembered:
    """What was read of accounts and their tokens, without end as long as the looks at what
    changed succeed, which each process makes by itself; for five seconds where they do not."""

    def __init__(self, accounts: AccountStore) -> None:
        self._accounts = accounts
        # Seconds that only ever go on.
        self.now: Callable[[], float] = time.monotonic
        # By what it is known by: an account's id or Slack id, or a token's id.
        self._known: dict[str, tuple[float, Account | ApiToken]] = {}
        self._of_account: defaultdict[str, set[str]] = defaultdict(set)
        # When tokens were used last, by their ids, as far as it was kept.
        self.used: dict[str, datetime] = {}
        # When the last look that succeeded began.
        self._looked = -STALE
        self._since: datetime | None = None

    def recall(self, known_by: str, kind: type[T]) -> T | None:
        read, what = self._known.get(known_by, (-STALE, None))
        fresh = max(read, self._looked) + STALE > self.now()
        return what if fresh and isinstance(what, kind) else None

    def keep(self, known_by: str, what: T, *, read: float) -> T:
        """`read`: by `now`, when the database was asked for it."""
        if len(self._known) >= _MOST:
            self._known.clear()
            self._of_account.clear()
            self.used.clear()
        self._known[known_by] = (read, what)
        account_id = what.id if isinstance(what, Account) else what.account_id
        self._of_account[account_id].add(known_by)
        return what

    def forget(self, account_id: str) -> None:
        for known_by in self._of_account.pop(account_id, ()):
            self._known.pop(known_by, None)

    async def look(self) -> None:
        """Forgets which accounts were changed since the last look, by whichever process."""
        began = self.now()
        if self._since is None:
            self._since = await self._accounts.last_change() - _OVERLAP
            self._known.clear()
        changed = await self._accounts.changed_since(self._since)
        if changed:
            # By the names of today everything is read that a ticket says of people.
            await self._accounts.names.refresh()
        for id, at in changed:
            self.forget(id)
            self._since = max(self._since, at - _OVERLAP)
        self._looked = began

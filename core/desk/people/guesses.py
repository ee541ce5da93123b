"""How many wrong passwords and codes may come from an address: for an account, and for all.

Nobody locks anybody else out: an account's owner gets in from elsewhere, and from there after a
while. Nor does anybody learn which accounts there are: those that are not there count alike. A
right password takes nothing back, since it may be the attacker's own.
"""

import asyncio
import hashlib
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

from core.clock import Clock
from core.errors import Busy, TooMany
from core.metrics import LIMITS_HIT
from core.people.passwords import LONGEST_QUEUE
from core.store.limits.wrong_passwords import WrongPasswordStore

WITHIN = timedelta(minutes=15)
OF_ACCOUNT, OF_ADDRESS = 10, 50


class Guesses:
    def __init__(self, wrong: WrongPasswordStore, clock: Clock) -> None:
        self._wrong = wrong
        self._clock = clock
        self._under_way = 0
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def right(
        self,
        whose: str,
        address: str,
        ask: Callable[[], Awaitable[bool]],
        *,
        of: str = "passwords",
    ) -> bool:
        """What `ask` says of a password that came from there; `whose`: of which account, by what is
        the same however it is written; `of`: what is guessed, if that is something else. Raises
        TooMany, and Busy where very many wait."""
        # Not the e-mail address itself: people type their passwords there, too.
        account = f"{address} {hashlib.sha256(whose.encode()).hexdigest()}"
        most = {account: OF_ACCOUNT, address: OF_ADDRESS}
        async with self._turn(account):
            await self._refuse(most, of)
            if await ask():
                # Others may have been wrong meanwhile: it would be one more than are allowed.
                await self._refuse(most, of)
                return True
            for key, count in most.items():
                at = self._clock()
                if full := await self._wrong.add(key, at, most=count, within=WITHIN):
                    raise _too_many(full, at, of)
            return False

    async def _refuse(self, most: dict[str, int], of: str) -> None:
        at = self._clock()
        came = await self._wrong.since(at - WITHIN, most)
        full = [times for key, times in came.items() if len(times) >= most[key]]
        if full:
            raise _too_many(max(full), at, of)

    @asynccontextmanager
    async def _turn(self, account: str) -> AsyncIterator[None]:
        """One after the other, so that a burst for one account is not checked before it counts."""
        if self._under_way >= LONGEST_QUEUE:
            raise Busy
        self._under_way += 1
        try:
            async with self._turns.setdefault(account, asyncio.Lock()):
                yield
        finally:
            self._under_way -= 1


def _too_many(times: Iterable[datetime], at: datetime, of: str) -> TooMany:
    LIMITS_HIT.count("sign-in")
    wait = math.ceil((min(times) + WITHIN - at).total_seconds())
    minutes = math.ceil(wait / 60)
    after = "a minute" if minutes == 1 else f"{minutes} minutes"
    return TooMany(f"Too many wrong {of} came from your address. Try again in {after}.", wait=wait)

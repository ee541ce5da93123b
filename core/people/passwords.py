"""Hashing passwords with argon2id, away from the event loop."""

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar, TypeVarTuple

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from core.errors import Busy

Result = TypeVar("Result")
Words = TypeVarTuple("Words")

# OWASP's choice for argon2id: 19 MiB, two passes, one lane; about 16 ms.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
THREADS = 2
# About two seconds of work; who comes after that is told to come back.
LONGEST_QUEUE = 200


class Passwords:
    """A few threads and a bounded queue: a burst of sign-ins never delays anything else."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="passwords")
        self._queued = 0
        # Verified for an unknown e-mail address, so that it takes as long as a known one.
        self._nobodys = _nobodys()

    async def hashed(self, password: str) -> str:
        return await self._run(_hashed, password)

    async def matches(self, password: str, password_hash: str | None) -> bool:
        """Takes the same time when there is no hash to compare with."""
        matched = await self._run(_matches, password, password_hash or self._nobodys)
        return matched and password_hash is not None

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[[*Words], Result], *words: *Words) -> Result:
        if self._queued >= LONGEST_QUEUE:
            raise Busy
        self._queued += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *words)
        finally:
            self._queued -= 1


@cache
def _nobodys() -> str:
    return _HASHER.hash("nobody's password")


def _hashed(password: str) -> str:
    return _HASHER.hash(_composed(password))


def _matches(password: str, password_hash: str) -> bool:
    # As typed, too: older hashes are of that.
    return any(
        _is(typed, password_hash) for typed in dict.fromkeys((_composed(password), password))
    )


def _is(password: str, password_hash: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except VerificationError:
        return False


def _composed(password: str) -> str:
    """The same bytes from every keyboard (RFC 8265, OpaqueString)."""
    return unicodedata.normalize("NFC", password)

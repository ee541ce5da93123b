"""The driver's pool of connections, with an end to the wait for one of them.

The driver looks at waitQueueTimeoutMS only where there is no timeoutMS: with both, whoever finds
all connections busy waits for as long as a whole operation may take.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from pymongo.asynchronous.pool import AsyncConnection, Pool
from pymongo.errors import PyMongoError


class Crowded(PyMongoError):
    """All connections to MongoDB were busy for too long.

    No ConnectionFailure, which the driver would try again until timeoutMS is over.
    """


class PromptPool(Pool):
    """Raises Crowded to those for whom no place is free within waitQueueTimeoutMS."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # No limit is said as infinity.
        self._places = asyncio.Semaphore(int(min(self.opts.max_pool_size, sys.maxsize)))

    def checkout(self, handler: Any = None) -> Any:
        return self._checked_out(super().checkout(handler=handler))

    @asynccontextmanager
    async def _checked_out(
        self, connection: AbstractAsyncContextManager[AsyncConnection]
    ) -> AsyncIterator[AsyncConnection]:
        if self._places.locked():
            await self._wait()
        else:
            # At once: a timer for it would cost more than all else here.
            await self._places.acquire()
        try:
            async with connection as checked_out:
                yield checked_out
        finally:
            self._places.release()

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(self.opts.wait_queue_timeout):
                await self._places.acquire()
        except TimeoutError as error:
            raise Crowded(f"all {self.opts.max_pool_size} connections are busy") from error

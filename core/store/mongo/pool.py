"""The driver's pool of connections, and how an answer is waited for on one of them.

The driver looks at waitQueueTimeoutMS only where there is no timeoutMS: with both, whoever finds
all connections busy waits for as long as a whole operation may take. And it waits for each answer
with three tasks, of which one looks twice a second whether it is to give up: a fifth of what a
request costs. Here whoever gives up closes the connection, which ends the wait, as it does anyway.
"""

import asyncio
import sys
import time
from types import TracebackType
from typing import Any

from pymongo import _csot
from pymongo.asynchronous.pool import AsyncConnection, Pool
from pymongo.errors import AutoReconnect, DocumentTooLarge, PyMongoError
from pymongo.message import _UNPACK_REPLY


class Crowded(PyMongoError):
    """All connections to MongoDB were busy for too long.

    No ConnectionFailure, which the driver would try again until timeoutMS is over.
    """


class PromptConnection(AsyncConnection):
    """Its operations make no tasks of their own."""

    async def send_message(self, message: bytes, max_doc_size: int) -> None:
        if self.max_bson_size is not None and max_doc_size > self.max_bson_size:
            raise DocumentTooLarge(f"{max_doc_size} bytes are more than MongoDB takes.")
        try:
            # Nobody waits here: what cannot be sent yet is kept.
            await self.conn.get_conn.write(message)
        except BaseException as error:  # noqa: BLE001 - raised again there
            await self._raise_connection_failure(error)

    async def receive_message(self, request_id: int | None) -> Any:
        wire = self.conn.get_conn
        seconds = self.conn.gettimeout
        if _csot.get_timeout():
            seconds = max(_csot.get_deadline() - time.monotonic(), 0)
        over = seconds is not None and asyncio.get_running_loop().call_later(
            seconds, wire.close, TimeoutError("timed out")
        )
        try:
            data, kind = await wire.read(request_id, self.max_message_size)
            if self.conn_closed():
                # The time was up just as the answer came: it holds, but no other will come here.
                await self.close_conn(None)
            return _UNPACK_REPLY[kind](data)
        except BaseException as error:  # noqa: BLE001 - raised again there
            await self._raise_connection_failure(error)
        finally:
            if over:
                over.cancel()

    def interrupt(self) -> None:
        self.conn.get_conn.close(AutoReconnect("operation cancelled"))


class PromptPool(Pool):
    """Raises Crowded to those for whom no place is free within waitQueueTimeoutMS."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # No limit is said as infinity.
        self.places = asyncio.Semaphore(int(min(self.opts.max_pool_size, sys.maxsize)))
        self.busy: set[AsyncConnection] = set()

    def checkout(self, handler: Any = None) -> Any:
        return _Checkout(self, super().checkout(handler=handler))

    async def connect(self, handler: Any = None) -> AsyncConnection:
        connection = await super().connect(handler)
        if not self.is_sdam:
            # The driver makes connections of its own class only. Those that watch a server stay
            # such: it ends their waits in its own way.
            connection.__class__ = PromptConnection
        return connection

    async def reset(self, service_id: Any = None, interrupt_connections: bool = False) -> None:
        await super().reset(service_id, interrupt_connections)
        if interrupt_connections:
            # The server is not there any more: nobody waits for its answers until their time is up.
            for connection in self.busy:
                if isinstance(connection, PromptConnection):
                    connection.interrupt()

    async def wait(self) -> None:
        try:
            async with asyncio.timeout(self.opts.wait_queue_timeout):
                await self.places.acquire()
        except TimeoutError as error:
            raise Crowded(f"all {self.opts.max_pool_size} connections are busy") from error


class _Checkout:
    """No generator, which would cost more than all that is done here."""

    __slots__ = ("_checkout", "_connection", "_pool")

    def __init__(self, pool: PromptPool, checkout: Any) -> None:
        self._pool = pool
        self._checkout = checkout
        self._connection: Any = None

    async def __aenter__(self) -> AsyncConnection:
        pool = self._pool
        if pool.places.locked():
            await pool.wait()
        else:
            # At once: a timer for it would cost more than all else here.
            await pool.places.acquire()
        try:
            connection: AsyncConnection = await self._checkout.__aenter__()
        except BaseException:
            pool.places.release()
            raise
        self._connection = connection
        pool.busy.add(connection)
        return connection

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pool = self._pool
        pool.busy.discard(self._connection)
        try:
            await self._checkout.__aexit__(kind, error, trace)
        finally:
            pool.places.release()

"""The way in by Socket Mode: keeps trying to connect, and answers what has come before it goes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

log = structlog.get_logger("bot")

# Seconds in which Slack usually lets us in; the desk starts without it after that.
FIRST_CONNECTION = 3
# Seconds for answers that are under way at the end; Slack gives up on one after three.
ANSWERS = 2


class _Handler(AsyncSocketModeHandler):
    """Knows what it is answering: Bolt's own forgets its tasks, and closing cuts them off."""

    def __init__(self, bolt: AsyncApp, app_token: str) -> None:
        self._answering: set[asyncio.Task[object]] = set()
        super().__init__(bolt, app_token)

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        task = asyncio.current_task()
        assert task is not None
        self._answering.add(task)
        try:
            await super().handle(client, req)
        finally:
            self._answering.discard(task)

    async def answered(self) -> None:
        if self._answering:
            await asyncio.wait(self._answering, timeout=ANSWERS)


@asynccontextmanager
async def socket_mode(bolt: AsyncApp, app_token: str) -> AsyncIterator[SocketModeClient]:
    """Slack's client tries for ever to connect, and does not wait for its own tasks to end."""
    handler = _Handler(bolt, app_token)
    client = handler.client
    connecting = asyncio.create_task(handler.connect_async())  # type: ignore[no-untyped-call]
    try:
        await asyncio.wait({connecting}, timeout=FIRST_CONNECTION)
        if not connecting.done():
            log.warning("Slack does not let us in yet; is SLACK_APP_TOKEN right? Trying on")
        yield client
    finally:
        await handler.answered()
        connecting.cancel()
        await handler.close_async()  # type: ignore[no-untyped-call]
        own = (client.message_processor, client.current_session_monitor, client.message_receiver)
        running = [task for task in (connecting, *own) if task is not None]
        await asyncio.gather(*running, return_exceptions=True)

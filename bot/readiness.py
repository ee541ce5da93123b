"""What is told in /readyz: what the desk lacks, and what keeps Slack and us apart."""

import asyncio

import structlog
from slack_sdk.socket_mode.aiohttp import SocketModeClient

from bot.history import SlackHistory
from bot.posting import SlackPoster
from bot.token_check import TokenCheck
from core.errors import Unavailable
from core.store import Store

log = structlog.get_logger("helpdesk")

# With very many tickets a start may take a while; whoever waits for it is told after so long.
SOME_SECONDS = 5.0


async def prepared(store: Store) -> None:
    """Without an index that a promise rests on, the desk runs but says it is not ready."""
    loop = asyncio.get_running_loop()
    telling = loop.call_later(SOME_SECONDS, log.info, "the database is being prepared")
    try:
        await store.prepare()
    except Unavailable as error:
        # Only the error's name: MongoDB's sentence holds the address that is there twice.
        log.error("the indexes could not be made", cause=type(error.__cause__).__name__)
    finally:
        telling.cancel()


class Readiness:
    def __init__(
        self, store: Store, poster: SlackPoster, token: TokenCheck, history: SlackHistory
    ) -> None:
        self._store = store
        self._poster = poster
        self._token = token
        self._history = history
        self.socket: SocketModeClient | None = None

    async def ailments(self) -> tuple[list[str], list[str]]:
        try:
            missing = await self._store.missing_indexes()
        except Unavailable as error:
            return [str(error)], []
        fatal = [f"An index is missing: {', '.join(missing)}."] if missing else []
        troubles = [self._token.trouble, self._poster.trouble, self._history.trouble]
        harmless = [trouble for trouble in troubles if trouble]
        if self.socket is not None and not await self.socket.is_connected():
            harmless.append(
                "Slack does not let us in by Socket Mode: look at SLACK_APP_TOKEN and the log."
            )
        return fatal, harmless

    async def repair(self) -> None:
        if await self._store.missing_indexes():
            await prepared(self._store)

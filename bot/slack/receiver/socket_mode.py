"""The way in by Socket Mode: keeps trying to connect, and answers what has come before it goes."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from http import HTTPStatus

import structlog
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.markup.mrkdwn import utc
from bot.slack.api_errors import UNREADABLE, error_code, paced
from bot.slack.receiver import event_payloads, payloads
from bot.slack.receiver.acks import answered
from bot.slack.receiver.payloads import BadPayload
from core.clock import utcnow

log = structlog.get_logger("bot")

# Seconds in which Slack usually lets us in; the desk starts without it after that.
FIRST_CONNECTION = 3
# Seconds after which Slack gives up on an answer.
SLACK_WAITS = 3
# Seconds for answers that are under way at the end.
ANSWERS = 2
# Seconds in which the other side may say goodbye, too.
GOODBYE = 1
# Seconds without a connection after which it is made from scratch; twice as many each time it
# does not help, as Slack gives out addresses only about once a minute for long.
PATIENCE = 15.0
LONGEST = 60.0

_READ = {
    "slash_commands": payloads.command,
    "interactive": payloads.interaction,
    "events_api": event_payloads.event,
}
_GET_ANOTHER = "set SLACK_APP_TOKEN to a token of this app, under App-Level Tokens"
_ADVICE: Mapping[str, str] = {
    "account_inactive": _GET_ANOTHER,
    "invalid_auth": _GET_ANOTHER,
    "link_disabled": "turn on Socket Mode in the app's settings",
    "missing_scope": "give the app-level token the scope connections:write",
    "not_allowed_token_type": "set SLACK_APP_TOKEN to the token that begins with xapp-",
    "not_authed": _GET_ANOTHER,
    "token_expired": _GET_ANOTHER,
    "token_revoked": _GET_ANOTHER,
}
_NO_SOCKET = (
    "Slack gives an address, but no WebSocket can be opened there: look whether a firewall or a "
    "proxy lets wss:// out"
)


class _Client(SocketModeClient):
    """Knows what Slack said when it was last asked where to connect to."""

    why = "Slack has not answered yet"
    # Until when, by the event loop's clock, Slack wants not to be asked.
    not_before = 0.0

    async def issue_new_wss_url(self) -> str:
        try:
            answer = await self.web_client.apps_connections_open(app_token=self.app_token)
        except SlackApiError as error:
            self.why = refusal_of(error)
            if (wait := paced(error)) is not None:
                self.not_before = asyncio.get_running_loop().time() + wait
                await asyncio.sleep(wait)
            raise
        except UNREADABLE as error:
            self.why = f"Slack cannot be reached ({type(error).__name__}): look at the network"
            raise
        self.why = _NO_SOCKET
        return str(answer["url"])


def refusal_of(error: SlackApiError) -> str:
    """Why Slack opens no connection, and what to do about it: the end of a sentence."""
    if refusal := error_code(error):
        advice = _ADVICE.get(refusal, "look at SLACK_APP_TOKEN and the log")
        return f"Slack refuses ({refusal}): {advice}"
    # Slack's library hands on aiohttp's own answer where that is not the JSON it claims to be.
    status = getattr(error.response, "status_code", None) or error.response.status
    return f"what answers for Slack says {status}: look at the network, or wait"


class SocketMode:
    """The connection, and since when there is none.

    Slack's own client tries the same address for ever, though it is good for one connection and
    for moments only; one that is unconnected for long is replaced by a new one.
    """

    def __init__(
        self, bolt: AsyncApp, app_token: str, *, patience: float, connected: Callable[[], None]
    ) -> None:
        """`connected` hears of every connection but the first."""
        self._bolt = bolt
        self._connected = connected
        self._app_token = app_token
        self._patience = patience
        # What is being answered: Slack's client does not keep its tasks, and closing cuts them off.
        self._answering: set[asyncio.Task[object]] = set()
        self.since: datetime | None = utcnow()
        self._session: object = None
        self._connect()

    @property
    def trouble(self) -> str | None:
        """Since when and why nothing can come from Slack; None while it can."""
        if self.since is None:
            return None
        return f"No connection by Socket Mode since {utc(self.since)}: {self._client.why}."

    async def begin(self) -> None:
        """Waits for the first connection, but not for long."""
        await asyncio.wait({self._connecting}, timeout=min(FIRST_CONNECTION, self._patience))
        if await self._client.is_connected():
            self.since = None
            self._session = self._client.current_session
        else:
            log.warning(self.trouble)

    async def watch(self) -> None:
        """For as long as the desk runs."""
        clock = asyncio.get_running_loop().time
        patience, unconnected = self._patience, clock()
        while True:
            await asyncio.sleep(self._patience / 20)
            if await self._client.is_connected():
                if self.since is not None:
                    log.info("connected by Socket Mode")
                if self._client.current_session is not self._session:
                    # Another one, perhaps after a moment without any.
                    self._session = self._client.current_session
                    self._connected()
                self.since, patience, unconnected = None, self._patience, clock()
            elif self.since is None:
                self.since, unconnected = utcnow(), clock()
            elif clock() >= max(unconnected + patience, self._client.not_before):
                log.info("connecting anew by Socket Mode")
                try:
                    await self._leave()
                except Exception as error:
                    log.error("the old connection could not be left", exc_info=error)
                self._connect(self._client.why)
                patience, unconnected = min(2 * patience, max(LONGEST, patience)), clock()

    async def end(self) -> None:
        """Answers what is under way, and goes."""
        if self._answering:
            await asyncio.wait(self._answering, timeout=ANSWERS)
        await self._leave()

    def _connect(self, why: str = _Client.why) -> None:
        self._client = _Client(
            self._app_token,
            logger=self._bolt.logger,
            web_client=self._bolt.client,
            ping_interval=10,
        )
        self._client.why = why
        self._client.socket_mode_request_listeners.append(self._asked)
        self._connecting = asyncio.create_task(self._client.connect())  # type: ignore[no-untyped-call]

    async def _leave(self) -> None:
        """Slack's client does not wait for its own tasks to end."""
        client = self._client
        self._connecting.cancel()
        try:
            async with asyncio.timeout(GOODBYE):
                await client.close()  # type: ignore[no-untyped-call]
        except TimeoutError:
            # Whoever does not answer is not waited for.
            pass
        finally:
            # Slack's client leaves it open where it cannot say goodbye.
            await client.aiohttp_client_session.close()
        own = (client.message_processor, client.current_session_monitor, client.message_receiver)
        running = [task for task in (self._connecting, *own) if task is not None]
        await asyncio.gather(*running, return_exceptions=True)

    async def _asked(self, _: AsyncBaseSocketModeClient, asked: SocketModeRequest) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._answering.add(task)
        try:
            await self._answer(asked)
        finally:
            self._answering.discard(task)

    async def _answer(self, asked: SocketModeRequest) -> None:
        began = time.time()
        try:
            body = _READ.get(asked.type, event_payloads.event)(asked.payload)
        except BadPayload as error:
            log.warning("Slack sent what it does not send", complaint=str(error))
            return
        answer = await answered(self._bolt, body)
        if answer.status != HTTPStatus.OK:
            # Over this way that is said by silence, and Slack asks again.
            return
        # Over the connection that there is now, or comes in time: Slack takes an answer over any.
        now = asyncio.get_running_loop().time
        give_up = now() + SLACK_WAITS
        while not await self._client.is_connected():
            if now() > give_up:
                log.warning("an answer came too late: there is no connection by Socket Mode")
                return
            await asyncio.sleep(0.02)
        await send_async_response(self._client, asked, answer, began)


@asynccontextmanager
async def socket_mode(
    bolt: AsyncApp,
    app_token: str,
    *,
    patience: float = PATIENCE,
    connected: Callable[[], None] = lambda: None,
) -> AsyncIterator[SocketMode]:
    """Connected as long as the block runs, as far as Slack lets us."""
    socket = SocketMode(bolt, app_token, patience=patience, connected=connected)
    try:
        await socket.begin()
        watching = asyncio.create_task(socket.watch())
        try:
            yield socket
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
    finally:
        await socket.end()

"""The door through which Slack's events come, for what was found by reading."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest

from bot.conversation.catching_up.found import Event
from bot.runtime.jobs import progressed
from bot.slack.receiver import event_payloads
from bot.slack.receiver.payloads import BadPayload

log = structlog.get_logger("bot")


class NotHeard(Exception):
    """It could not be kept now; it is to be read again."""


class Door:
    def __init__(self, bolt: AsyncApp) -> None:
        self._bolt = bolt
        # To be called with the channel of every event.
        self.heard_in: Callable[[str], None] = lambda channel: None

        @bolt.middleware
        async def note(body: dict[str, Any], next: Callable[[], Awaitable[None]]) -> None:
            channel = (body.get("event") or {}).get("channel")
            if isinstance(channel, str):
                self.heard_in(channel)
            await next()

    async def hear(self, events: Sequence[Event]) -> None:
        """One after the other. Raises NotHeard."""
        for event in events:
            progressed()
            try:
                body = event_payloads.event({"type": "event_callback", "event": event})
            except BadPayload as error:
                log.warning("Slack sent what it does not send", complaint=str(error))
                continue
            # Nothing of Slack's: event_payloads.event has let no such field in.
            body["event"]["found"] = True
            said = AsyncBoltRequest(mode="socket_mode", body=body)
            answer = await self._bolt.async_dispatch(said)
            if answer.status >= 500:
                raise NotHeard(f"It was answered {answer.status}.")

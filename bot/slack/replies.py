"""What follows the ack of a command: a form, an answer that takes longer, a picture."""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from slack_bolt.async_app import AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.markup.blocks import Block, Message
from bot.runtime.background import Background
from bot.slack import uploads
from bot.slack.api_errors import UNREADABLE, error_code
from bot.slack.error_answers import sentence, tellable
from bot.slack.uploads import Picture

log = structlog.get_logger("bot")


@dataclass(frozen=True)
class Replies:
    """To one command; each only to the person who gave it, and none before its ack."""

    client: AsyncWebClient
    background: Background
    command: Mapping[str, Any]
    respond: AsyncRespond

    def open_form(self, modal: Block, *, too_late: str) -> None:
        """Says that it is `too_late` where Slack does not open it: a trigger is good for three
        seconds (https://docs.slack.dev/reference/methods/views.open)."""
        self.background.start(self._form(modal, too_late))

    def later(self, work: Awaitable[Message]) -> None:
        """Answers with what takes longer than Slack waits, once it is there; with the sentence of
        the error, if it fails."""
        self.background.start(self._later(work))

    def picture(self, drawing: Awaitable[Picture | None]) -> None:
        """Sends by direct message what is being drawn, if anything comes of it."""
        self.background.start(uploads.send(self.client, self.command["user_id"], drawing))

    async def _say(self, message: Message) -> None:
        if self.command.get("response_url"):
            await self.respond(response_type="ephemeral", replace_original=False, **message)

    async def _form(self, modal: Block, too_late: str) -> None:
        try:
            await self.client.views_open(trigger_id=self.command["trigger_id"], view=modal)
        except SlackApiError as error:
            log.warning("the form did not open", error=error_code(error))
        except UNREADABLE as error:
            log.warning("the form did not open", error=type(error).__name__)
        else:
            return
        await self._say({"text": too_late})

    async def _later(self, work: Awaitable[Message]) -> None:
        try:
            message = await work
        except Exception as error:  # noqa: BLE001 - nothing was answered yet
            message = {"text": sentence(tellable(error))}
        await self._say(message)

"""What follows the ack of a command: a form, an answer that takes longer, a picture."""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import structlog
from slack_bolt.async_app import AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.markup.blocks import Block, Message
from bot.markup.mrkdwn import to_copy
from bot.runtime.background import Background
from bot.slack import uploads
from bot.slack.api_errors import UNREADABLE, error_code
from bot.slack.error_answers import refused, tellable
from bot.slack.uploads import Picture

log = structlog.get_logger("bot")


_TOO_LATE = "it took longer than the three seconds that Slack gives for it"
_NO_ANSWER = "Slack did not answer, or was too busy"
_WHY_NO_FORM = {
    "expired_trigger_id": _TOO_LATE,
    "exchanged_trigger_id": _TOO_LATE,
    "ratelimited": _NO_ANSWER,
    "internal_error": _NO_ANSWER,
    "fatal_error": _NO_ANSWER,
}


@dataclass(frozen=True)
class Replies:
    """To one command; each only to the person who gave it, and none before its ack."""

    client: AsyncWebClient
    background: Background
    command: Mapping[str, Any]
    respond: AsyncRespond | None
    # Whether Slack opens forms for it.
    opens: ClassVar[bool] = True

    def open_form(self, modal: Block, *, line: str) -> None:
        """Where Slack does not open it, says why and gives back the `line` that asked for it: a
        trigger is good for three seconds (https://docs.slack.dev/reference/methods/views.open)."""
        self.background.start(self._form(modal, line))

    def later(self, work: Awaitable[Message]) -> None:
        """Answers with what takes longer than Slack waits, once it is there; with the sentence of
        the error, if it fails."""
        self.background.start(self._later(work))

    def picture(self, drawing: Awaitable[Picture | None]) -> None:
        """Sends by direct message what is being drawn, if anything comes of it."""
        self.background.start(uploads.send(self.client, self.command["user_id"], drawing))

    async def _say(self, message: Message) -> None:
        if self.respond is not None and self.command.get("response_url"):
            await self.respond(response_type="ephemeral", replace_original=False, **message)

    async def _form(self, modal: Block, line: str) -> None:
        try:
            await self.client.views_open(trigger_id=self.command["trigger_id"], view=modal)
        except (SlackApiError, *UNREADABLE) as error:
            opening = f"The form could not be opened: {_why_no_form(error)}."
        else:
            return
        await self._say({"text": f"{opening} Your words, to send once more:\n{to_copy(line)}"})

    async def _later(self, work: Awaitable[Message]) -> None:
        try:
            message = await work
        except Exception as error:  # noqa: BLE001 - nothing was answered yet
            message = {"text": refused(tellable(error), self.command)}
        await self._say(message)


def _why_no_form(error: Exception) -> str:
    """For who asked for it; the log has Slack's word."""
    code = error_code(error) if isinstance(error, SlackApiError) else None
    log.warning("the form did not open", error=code or type(error).__name__)
    return _WHY_NO_FORM.get(code or "", f"Slack refuses it ({code})" if code else _NO_ANSWER)


async def opened(
    client: AsyncWebClient,
    body: Mapping[str, Any],
    view: Block,
    respond: AsyncRespond | None = None,
) -> None:
    """For who pressed a button: nothing is lost where it does not open. Who cannot be answered
    sees that it does not."""
    try:
        await client.views_open(trigger_id=body.get("trigger_id", ""), view=view)
    except (SlackApiError, *UNREADABLE) as error:
        why = _why_no_form(error)
        passes = why in {_TOO_LATE, _NO_ANSWER}
        more = (
            "Please press it once more." if passes else "Whoever runs the desk has it in the log."
        )
        text = f"That could not be opened: {why}. {more}"
        if respond is not None and respond.response_url:
            await respond(response_type="ephemeral", replace_original=False, text=text)

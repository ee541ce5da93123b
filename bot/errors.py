"""The one place where an error becomes an answer in Slack: beside its field, or only to the
person who caused it."""

import json
from typing import Any

import structlog
from slack_bolt.async_app import AsyncBoltContext, AsyncRespond
from slack_bolt.response import BoltResponse

from bot.background import Background
from bot.words import escaped
from core.errors import DeskError, InvalidInput, Unavailable

log = structlog.get_logger("bot")


class WentWrong(DeskError):
    """Something went wrong on our side. It has been logged; please try again."""


class ErrorAnswers:
    def __init__(self, background: Background) -> None:
        self._background = background

    async def show(
        self,
        error: Exception,
        body: dict[str, Any],
        context: AsyncBoltContext,
        respond: AsyncRespond,
    ) -> BoltResponse:
        """Bolt's one error handler. It is called before the ack, and its answer is the ack."""
        error = tellable(error)
        if body.get("type") == "view_submission":
            return _answer({"response_action": "errors", "errors": beside(error, body["view"])})
        text = sentence(error)
        if "command" in body:
            return _answer({"response_type": "ephemeral", "text": text})
        if context.response_url:
            self._background.start(
                respond(text=text, response_type="ephemeral", replace_original=False)
            )
        return BoltResponse(status=200)


def tellable(error: Exception) -> DeskError:
    """What is said of an error; one that nobody but us can act on is logged."""
    if not isinstance(error, DeskError):
        log.error("unhandled error in the bot", exc_info=error)
        return WentWrong()
    if isinstance(error, Unavailable):
        log.warning("database unavailable", cause=type(error.__cause__).__name__)
    return error


def sentence(error: DeskError) -> str:
    """A sentence may hold a name or a word that somebody typed."""
    return escaped(str(error))


def beside(error: DeskError, view: dict[str, Any]) -> dict[str, str]:
    """Each complaint at its field; what belongs to none stands at the first."""
    fields = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    if isinstance(error, InvalidInput) and set(error.fields) <= set(fields):
        return error.fields
    return {fields[0]: str(error)}


def _answer(body: dict[str, Any]) -> BoltResponse:
    return BoltResponse(
        status=200, body=json.dumps(body), headers={"content-type": ["application/json"]}
    )

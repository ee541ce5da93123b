"""The one place where an error becomes an answer in Slack: beside its field, or only to the
person who caused it."""

import json
import re
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncBoltContext, AsyncBoltRequest, AsyncRespond
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.listener.async_listener_start_handler import AsyncListenerStartHandler
from slack_bolt.response import BoltResponse

from bot.markup.blocks import plain
from bot.markup.mrkdwn import as_typed, escaped, to_copy
from bot.runtime.background import Background
from core.errors import DeskError, InvalidInput, TicketNotFound, Unavailable

log = structlog.get_logger("bot")

# Of a word that is no ticket's name.
_LETTER = re.compile(r"[^\W\d_tT]")
# Characters of a verb and some tickets.
_SHORT = 40
# What nobody waits for an answer to.
_NEEDS_NOBODY = {"view_closed"}


class WentWrong(DeskError):
    """Something went wrong on our side. It has been logged; please try again."""


class Outdated(DeskError):
    """This was made by an older version of the desk, which no longer knows it. Nothing was done:
    `/ticket status T-42` shows a ticket with the buttons of today, and `/ticket new` a form."""


class NotTheirs(DeskError):
    """This ticket is not yours to change: agents can, and whoever filed it, some of it; or it is
    not there any more."""


class Begun(AsyncListenerStartHandler):
    """Notes that somebody listens: Bolt says of a listener that is late what it says where
    there is none."""

    async def handle(self, request: AsyncBoltRequest, response: BoltResponse | None) -> None:
        request.context["begun"] = True


# Tells somebody what was refused that they pressed in their Home tab, where nothing is answered to.
InHome = Callable[[Mapping[str, Any], str], Coroutine[Any, Any, None]]


class ErrorAnswers:
    def __init__(self, background: Background, in_home: InHome) -> None:
        self._background = background
        self._in_home = in_home

    async def show(
        self,
        error: Exception,
        body: dict[str, Any],
        context: AsyncBoltContext,
        respond: AsyncRespond,
    ) -> BoltResponse:
        """Bolt's one error handler. It is called before the ack, and its answer is the ack."""
        kind = body.get("type")
        if isinstance(error, BoltUnhandledRequestError):
            if context.get("begun"):
                log.warning("Slack was not answered in time", kind=kind or "command")
                return BoltResponse(status=504)
            if kind == "block_suggestion":
                return _answer({"options": []})
            if kind in _NEEDS_NOBODY or ("user" not in body and "command" not in body):
                return BoltResponse(status=200)
            error = NotUnderstood() if "command" in body else Outdated()
        if kind == "block_actions" and isinstance(error, TicketNotFound):
            # They may see its card: "no such ticket" would be nonsense.
            error = NotTheirs()
        error = tellable(error)
        if kind == "event_callback":
            # What could not be kept, Slack is to send again.
            lost = isinstance(error, Unavailable | WentWrong)
            return BoltResponse(status=503 if lost else 200)
        if kind == "block_suggestion":
            return _answer({"options": []})
        if kind == "view_submission":
            return _answer(in_form(error, body["view"]))
        text = sentence(error)
        if "command" in body:
            return _answer({"response_type": "ephemeral", "text": refused(error, body)})
        if kind == "block_actions" and (body.get("view") or {}).get("type") == "home":
            self._background.start(self._in_home(body, text))
        elif context.response_url:
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


def refused(error: DeskError, command: Mapping[str, Any]) -> str:
    """Why, and the command, to be copied and put right: Slack keeps none. Not where the sentence
    holds its words, or there is nothing but a verb and perhaps some tickets."""
    said = sentence(error)
    line = as_typed(command.get("text", "")).strip()
    words = line.split()
    short = not any(_LETTER.search(word) for word in words[1:])
    if (short and len(line) <= _SHORT) or escaped(" ".join(words[1:] or words)) in said:
        return said
    copied = to_copy(f"{command['command']} {line}")
    return f"{said}\nYou typed:\n{copied}"


def sentence(error: DeskError) -> str:
    """A sentence may hold a name or a word that somebody typed."""
    return escaped(str(error))


def in_form(error: DeskError, view: dict[str, Any]) -> dict[str, Any]:
    """Beside its fields, or in place of a form that has none."""
    if fields := [block["block_id"] for block in view.get("blocks", ()) if _asks(block)]:
        return {"response_action": "errors", "errors": beside(error, fields)}
    told = {"type": "section", "text": plain(str(error))}
    shown = {"type": "modal", "title": plain("Not done"), "close": plain("Close"), "blocks": [told]}
    return {"response_action": "update", "view": shown}


def beside(error: DeskError, fields: list[str]) -> dict[str, str]:
    """Each complaint at its field; what belongs to none stands at the first."""
    if isinstance(error, InvalidInput) and set(error.fields) <= set(fields):
        return error.fields
    return {fields[0]: str(error)}


def _asks(block: dict[str, Any]) -> bool:
    return block["type"] == "input" and bool(block.get("block_id"))


def _answer(body: dict[str, Any]) -> BoltResponse:
    return BoltResponse(
        status=200, body=json.dumps(body), headers={"content-type": ["application/json"]}
    )


class NotUnderstood(DeskError):
    """That is no command; `/ticket help` lists them."""

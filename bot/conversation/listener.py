"""Hears what people say in the threads of tickets, and tells those whose words are not kept.

What is to be kept is kept before the ack: what is not acknowledged, Slack sends again.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.conversation.events import Edited, read
from bot.markup.mrkdwn import escaped
from bot.runtime.background import Background
from bot.slack.api_errors import UNREADABLE, error_code
from bot.slack.receiver.workspace import Workspace
from core.desk import Desk
from core.desk.conversation import NotInItsThread, Said, Withdrawn
from core.errors import DeskError, InvalidInput, TicketFull
from core.tickets import SLACK_LENGTH, SlackMessage, slack_time

log = structlog.get_logger("bot")

Heard = Said | Edited | Withdrawn

# How soon after a message of the desk's it may not know yet whose that is.
EARLY = timedelta(minutes=2)
# Messages whose authors were told something, the latest of all.
MOST_TOLD = 1000

_STRANGER = (
    "Only agents, and whoever filed this ticket, can add to it, so that what you wrote here is not "
    "kept: `/ticket new` files one of your own."
)
_TOO_LONG = (
    f"What you wrote has more than {SLACK_LENGTH:,} characters, too many for a ticket, and is not "
    "kept: send it in parts."
)


def register(
    app: AsyncApp,
    desk: Desk,
    background: Background,
    client: AsyncWebClient,
    workspace: Workspace,
    *,
    public_in: str | None,
) -> None:
    """`public_in` is the channel in which agents' replies are for the requester, too."""
    telling = _Telling(client)

    async def kept(
        event: dict[str, Any], context: AsyncBoltContext, next: Callable[[], Awaitable[None]]
    ) -> BoltResponse | None:
        heard = read(event, own=workspace.bot)
        try:
            known = await _kept(desk, heard, public=event.get("channel") == public_in)
            if not known and workspace.bot == event.get("parent_user_id", "") and _is_early(heard):
                return BoltResponse(status=503)
        except (NotInItsThread, InvalidInput, TicketFull) as error:
            context["refused"] = heard, error
        await next()
        return None

    @app.event("message", middleware=[kept])
    async def heard(context: AsyncBoltContext) -> None:
        if refused := context.get("refused"):
            background.start(telling.tell(*refused))


async def _kept(desk: Desk, heard: Heard | None, *, public: bool) -> bool:
    """False for what is said where no ticket is known of."""
    match heard:
        case Said():
            return await desk.conversation.said(heard, public=public)
        case Edited(message):
            await desk.conversation.edited(message, public=public)
        case Withdrawn():
            await desk.conversation.withdrawn(heard)
    return True


def _is_early(heard: Heard | None) -> bool:
    """A card is in Slack before the desk knows where, long before if the answer got lost. So what
    is said soon under a message of the desk's is heard when Slack sends it again."""
    return isinstance(heard, Said) and heard.source.at - slack_time(heard.thread_ts) < EARLY


class _Telling:
    """Tells whoever wrote something, and nobody else, why it is not kept; once."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._told: dict[SlackMessage, None] = {}

    async def tell(self, heard: Heard, error: DeskError) -> None:
        message = heard.message if isinstance(heard, Edited) else heard
        if message.source in self._told:
            return
        self._told[message.source] = None
        if len(self._told) > MOST_TOLD:
            del self._told[next(iter(self._told))]
        try:
            await self._client.chat_postEphemeral(
                channel=message.source.channel,
                user=message.author,
                thread_ts=message.thread_ts,
                text=_sentence(error),
            )
        except (SlackApiError, *UNREADABLE) as failure:
            code = error_code(failure) if isinstance(failure, SlackApiError) else None
            log.warning("an author was not told", error=code or type(failure).__name__)


def _sentence(error: DeskError) -> str:
    match error:
        case NotInItsThread():
            return _STRANGER
        case InvalidInput():
            return _TOO_LONG
    return escaped(str(error))

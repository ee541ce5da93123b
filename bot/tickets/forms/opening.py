"""A button, or what is chosen in a menu, that opens a view about its ticket."""

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.markup.blocks import Block
from bot.runtime.background import Background
from bot.slack.replies import opened
from bot.slack.users import acting
from core.desk import Desk
from core.people.accounts import Actor

# Of the ticket with this reference, for whoever pressed. Raises what keeps them from it.
View = Callable[[str, Actor], Awaitable[Block]]


def opens(app: AsyncApp, desk: Desk, background: Background, button: str, view: View) -> None:
    @app.action(button)
    async def pressed(
        ack: AsyncAck,
        action: dict[str, Any],
        body: dict[str, Any],
        client: AsyncWebClient,
        respond: AsyncRespond,
    ) -> None:
        by = await acting(desk, body["user"])
        chosen = action.get("selected_option") or action
        shown = await view(chosen.get("value") or "", by)
        await ack()
        background.start(opened(client, body, shown, respond))

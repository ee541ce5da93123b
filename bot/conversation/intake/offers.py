"""The buttons under an offer to open a ticket, which only the author of the message sees."""

import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.conversation.intake.asked import filed_from, is_filed, pointed_at
from bot.conversation.intake.channels import NOT_NOW, OPEN
from bot.conversation.intake.earlier import Earlier
from bot.conversation.intake.fetching import NoAnswer
from bot.conversation.telling import Pointed
from bot.markup.mrkdwn import escaped
from bot.runtime.background import Background
from bot.slack.error_answers import Outdated, sentence, tellable
from bot.slack.receiver.workspace import Workspace
from bot.slack.users import acting
from core.desk import Desk
from core.errors import Unavailable
from core.people.accounts import Actor
from core.tickets import SlackMessage

_MEANT = re.compile(r"([A-Z0-9]{1,50}):([0-9]{1,10}\.[0-9]{6})")


def register(
    app: AsyncApp,
    desk: Desk,
    background: Background,
    client: AsyncWebClient,
    workspace: Workspace,
    earlier: Earlier,
) -> None:
    @app.action(OPEN)
    async def opened(
        ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], respond: AsyncRespond
    ) -> None:
        by, source = await acting(desk, body["user"]), _meant(action)
        await ack()
        background.start(told(by, source, respond))

    async def told(by: Actor, source: SlackMessage, respond: AsyncRespond) -> None:
        """In the place of the offer, unless it is to be pressed once more."""
        again = False
        try:
            said = await made(by, source)
        except Exception as error:  # noqa: BLE001 - nothing was answered yet
            wrong = tellable(error)
            again, said = isinstance(wrong, NoAnswer | Unavailable), sentence(wrong)
        await respond(response_type="ephemeral", replace_original=not again, text=said)

    async def made(by: Actor, source: SlackMessage) -> str:
        """Of what the message says by now."""
        asked, already = await pointed_at(source, client, desk, workspace)
        if already is not None:
            return f"That message is {escaped(already.key)} already."
        ticket = await filed_from(asked, desk, workspace, by=by)
        if asked.thread_ts:
            to = Pointed(source, by.slack_id or "", asked.thread_ts)
            background.start(earlier.bring(ticket, to, but=source.ts))
        return is_filed(ticket, by=by)

    @app.action(NOT_NOW)
    async def put_off(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        background.start(respond(delete_original=True))


def _meant(action: dict[str, Any]) -> SlackMessage:
    found = _MEANT.fullmatch(action.get("value") or "")
    if found is None:
        raise Outdated
    return SlackMessage(*found.groups())

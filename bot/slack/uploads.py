"""Sends a person a picture by direct message, in Slack's three steps: ask where to, upload,
share."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.markup.mrkdwn import escaped
from bot.slack.api_errors import UNREADABLE, error_code

log = structlog.get_logger("bot")

# Seconds that the upload may take.
_PATIENCE = aiohttp.ClientTimeout(total=30)


@dataclass(frozen=True)
class Picture:
    title: str
    # The same in words, for who cannot see it.
    alt: str
    png: bytes


async def send(client: AsyncWebClient, user: str, drawing: Awaitable[Picture | None]) -> None:
    """Nobody waits for it: if Slack does not take it, the log says so and the words are enough."""
    if (picture := await drawing) is None:
        return
    try:
        await _send(client, user, picture)
    except SlackApiError as error:
        hint = (
            "install the app again from manifest.yml"
            if error_code(error) == "missing_scope"
            else ""
        )
        log.warning("a chart was not sent", error=error_code(error), hint=hint)
    except UNREADABLE as error:
        log.warning("a chart was not sent", error=type(error).__name__)


async def _send(client: AsyncWebClient, user: str, picture: Picture) -> None:
    # Asked first: without the scope nothing must have been said that promises a picture.
    to = await client.files_getUploadURLExternal(
        filename="report.png", length=len(picture.png), alt_txt=picture.alt
    )
    await _upload(to["upload_url"], picture.png)
    # A file goes to a channel's id alone, which for a person only a message tells.
    text = f":bar_chart: {escaped(picture.title)}"
    message = await client.chat_postMessage(channel=user, text=text)
    shared: list[dict[str, Any]] = [{"id": to["file_id"], "title": picture.title}]
    await client.files_completeUploadExternal(files=shared, channel_id=message["channel"])


async def _upload(url: str, png: bytes) -> None:
    async with (
        aiohttp.ClientSession(timeout=_PATIENCE, raise_for_status=True) as session,
        session.post(url, data=png),
    ):
        pass

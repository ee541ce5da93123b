"""Whether Slack takes the bot's token: asked once at the start, not first by whoever needs help."""

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.api_errors import WHOLE_APP, advice_on, error_code
from bot.slack.receiver.workspace import Workspace

log = structlog.get_logger("bot")

# Seconds; whoever stops the program meanwhile waits no longer for this.
PATIENCE = 5


class TokenCheck:
    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        # For whoever runs the desk; None where nothing speaks against the token.
        self.trouble: str | None = None
        # What the token opens.
        self.workspace = Workspace()

    def works(self, answer: Mapping[str, Any]) -> None:
        """Slack took something that came with it, and answered this."""
        self.trouble = None
        self.workspace.has_posted(answer)

    async def ask(self) -> None:
        """Only Slack's own word against the app as a whole counts: silence proves nothing."""
        try:
            async with asyncio.timeout(PATIENCE):
                auth = await self._client.auth_test()
            self.workspace.is_told(_said(auth))
        except SlackApiError as error:
            refusal = error_code(error)
            if refusal in WHOLE_APP:
                advice = advice_on(refusal)
                self.trouble = f"Slack refuses the bot's token ({refusal}): {advice}."
        # slack_sdk stumbles over an answer that is not the JSON it claims to be.
        except (TimeoutError, aiohttp.ClientError, OSError, AttributeError) as error:
            log.warning("Slack could not be asked about the token", error=type(error).__name__)


def _said(answer: AsyncSlackResponse) -> dict[str, Any]:
    return answer.data if isinstance(answer.data, dict) else {}

"""Whether Slack takes the bot's token: asked once at the start, not first by whoever needs help."""

import asyncio

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.refusals import WHOLE_APP, said
from bot.troubles import ADVICE

log = structlog.get_logger("bot")

# Seconds; whoever stops the program meanwhile waits no longer for this.
PATIENCE = 5


class TokenCheck:
    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        # For whoever runs the desk; None where nothing speaks against the token.
        self.trouble: str | None = None

    def works(self) -> None:
        """Slack took something that came with it."""
        self.trouble = None

    async def ask(self) -> None:
        """Only Slack's own word against the app as a whole counts: silence proves nothing."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._client.auth_test()
        except SlackApiError as error:
            refusal = said(error)
            if refusal in WHOLE_APP:
                advice = ADVICE[refusal]
                self.trouble = f"Slack refuses the bot's token ({refusal}): {advice}."
        # slack_sdk stumbles over an answer that is not the JSON it claims to be.
        except (TimeoutError, aiohttp.ClientError, OSError, AttributeError) as error:
            log.warning("Slack could not be asked about the token", error=type(error).__name__)

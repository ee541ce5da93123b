"""Whether Slack takes the bot's token: asked at the start, until it answers, and not first by
whoever needs help."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.api_errors import UNREADABLE, WHOLE_APP, advice_on, error_code
from bot.slack.receiver.workspace import Workspace

log = structlog.get_logger("bot")

# Seconds; whoever stops the program meanwhile waits no longer for this.
PATIENCE = 5


class TokenCheck:
    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        # For whoever runs the desk; None where nothing speaks against the token.
        self.trouble: str | None = None
        # Likewise, what keeps us from asking Slack.
        self.unanswered: str | None = None
        # To be called when Slack has said whose the token is.
        self.known: Callable[[], None] = lambda: None
        # What the token opens.
        self.workspace = Workspace()
        # What it may do; None where Slack does not say.
        self.scopes: frozenset[str] | None = None

    def works(self, answer: Mapping[str, Any]) -> None:
        """Slack took something that came with it, and answered this."""
        self.trouble = self.unanswered = None
        self.workspace.has_posted(answer)

    def allows(self, scope: str) -> bool:
        """Whether it may be worth trying what needs this scope: not before Slack took the token."""
        return self.workspace.team is not None and (self.scopes is None or scope in self.scopes)

    async def ask(self) -> bool:
        """Asks, unless the answer is known; gives whether something else is known now.

        Only Slack's own word against the app as a whole counts against the token.
        """
        if self.workspace.team is not None:
            return False
        before = (self.trouble, self.unanswered)
        try:
            async with asyncio.timeout(PATIENCE):
                auth = await self._client.auth_test()
            self.workspace.is_told(_said(auth))
            self.scopes = _scopes(auth)
            self.trouble = self.unanswered = None
            self.known()
        except SlackApiError as error:
            refusal = error_code(error)
            if refusal in WHOLE_APP:
                advice = advice_on(refusal)
                self.trouble = f"Slack refuses the bot's token ({refusal}): {advice}."
            else:
                self._not_answered(refusal or "no answer of Slack's")
        except UNREADABLE as error:
            self._not_answered(type(error).__name__)
        return before != (self.trouble, self.unanswered) or self.workspace.team is not None

    def _not_answered(self, why: str) -> None:
        if self.unanswered is None:
            log.warning("Slack could not be asked about the token", error=why)
        self.unanswered = (
            f"Slack has not answered whether the bot's token is good ({why}): see whether this"
            " machine reaches it, and status.slack.com."
        )


def _said(answer: AsyncSlackResponse) -> dict[str, Any]:
    return answer.data if isinstance(answer.data, dict) else {}


def _scopes(answer: AsyncSlackResponse) -> frozenset[str] | None:
    """Slack names a token's scopes with every answer to it."""
    said = answer.headers.get("X-OAuth-Scopes")
    return frozenset(filter(None, map(str.strip, said.split(",")))) if said else None

"""The Bolt app: what it listens to, and what each of its Slack clients may do."""

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient

from bot import buttons, commands, lists, new_ticket
from bot.background import Background
from bot.errors import ErrorAnswers
from core.desk import Desk
from core.settings import SlackPlace


def posting_client(slack: SlackPlace) -> AsyncWebClient:
    """Never retries: Slack may have taken the message although the answer got lost."""
    return AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])


def reading_client(slack: SlackPlace) -> AsyncWebClient:
    """Retries at will. The three share one count of attempts, so each needs room for all."""
    return AsyncWebClient(
        slack.bot_token,
        base_url=slack.api_url,
        retry_handlers=[
            AsyncConnectionErrorRetryHandler(max_retry_count=3),
            AsyncRateLimitErrorRetryHandler(max_retry_count=3),
            AsyncServerErrorRetryHandler(max_retry_count=3),
        ],
    )


def create_bot(
    desk: Desk, slack: SlackPlace, *, client: AsyncWebClient, background: Background
) -> AsyncApp:
    async def authorize() -> AuthorizeResult:
        """One workspace, one token: no question to Slack before an ack."""
        return AuthorizeResult(enterprise_id=None, team_id=None, bot_token=slack.bot_token)

    # Signatures are checked in bot/gateway.py; Socket Mode has none.
    own = AsyncWebClient(base_url=slack.api_url)
    app = AsyncApp(authorize=authorize, client=own, request_verification_enabled=False)
    app.error(ErrorAnswers(background).show)
    commands.register(app, desk, background, client)
    new_ticket.register(app, desk)
    buttons.register(app, desk, background)
    lists.register(app, desk, background)
    return app

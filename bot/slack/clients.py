"""The clients with which the desk calls Slack's Web API."""

from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.api_errors import error_code, paced
from core.metrics import Counter
from core.settings import SlackPlace

CALLS = Counter(
    "helpdesk_slack_calls_total",
    "Calls of Slack's Web API, by how they ended.",
    "method",
    "outcome",
)


class CountedClient(AsyncWebClient):
    async def api_call(self, api_method: str, **request: Any) -> AsyncSlackResponse:
        outcome = "no answer"
        try:
            answer = await super().api_call(api_method, **request)
            outcome = "ok"
        except SlackApiError as error:
            outcome = _outcome(error)
            raise
        finally:
            CALLS.count(api_method, outcome)
        return answer


def _outcome(error: SlackApiError) -> str:
    if paced(error) is not None:
        return "ratelimited"
    return "no answer" if error_code(error) is None else "refused"


class _WithoutPreviews(CountedClient):
    """Posts nothing that an address in somebody's words would put under it."""

    async def api_call(self, api_method: str, **request: Any) -> AsyncSlackResponse:
        if api_method == "chat.postMessage":
            request["json"] = {**request["json"], "unfurl_links": False, "unfurl_media": False}
        return await super().api_call(api_method, **request)


def posting_client(slack: SlackPlace) -> AsyncWebClient:
    """Never retries: Slack may have taken the message although the answer got lost, and what waits
    for Retry-After waits in the database, before nothing else."""
    return _WithoutPreviews(slack.bot_token, base_url=slack.api_url, retry_handlers=[])

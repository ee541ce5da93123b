"""The clients with which the desk calls Slack's Web API."""

from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from core.settings import SlackPlace


class _WithoutPreviews(AsyncWebClient):
    """Posts nothing that an address in somebody's words would put under it."""

    async def api_call(self, api_method: str, **request: Any) -> AsyncSlackResponse:
        if api_method == "chat.postMessage":
            request["json"] = {**request["json"], "unfurl_links": False, "unfurl_media": False}
        return await super().api_call(api_method, **request)


def posting_client(slack: SlackPlace) -> AsyncWebClient:
    """Never retries: Slack may have taken the message although the answer got lost, and what waits
    for Retry-After waits in the database, before nothing else."""
    return _WithoutPreviews(slack.bot_token, base_url=slack.api_url, retry_handlers=[])

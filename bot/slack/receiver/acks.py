"""Handing on to Bolt what came from Slack, and how long it waits for its answer: three seconds are
what Slack gives for one (https://docs.slack.dev/interactivity/handling-user-interaction)."""

import time
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest

from core.metrics import Histogram

ACKS = Histogram(
    "helpdesk_slack_ack_seconds",
    "How long Slack waited for the answer to what it sent.",
    "kind",
    "outcome",
)


async def answered(bolt: AsyncApp, body: dict[str, Any]) -> BoltResponse:
    began = time.perf_counter()
    outcome = "failed"
    try:
        # Bolt does not parse what comes in this mode, and differs in nothing else.
        answer = await bolt.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
        outcome = "ok" if answer.status < 400 else "refused"
    finally:
        ACKS.observe(time.perf_counter() - began, _kind(body), outcome)
    return answer


def _kind(body: dict[str, Any]) -> str:
    if "command" in body:
        return "command"
    return "event" if "event" in body else "interaction"

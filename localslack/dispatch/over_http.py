"""Requests to the bot, signed as Slack signs them, with three seconds to answer."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp

from localslack.dispatch import events
from localslack.dispatch.transport import Retry
from localslack.state.reply import Reply

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


@dataclass(frozen=True)
class Request:
    body: bytes
    headers: dict[str, str]


class HttpWay:
    def __init__(self, signing_secret: str, *, patience: float = 3.0) -> None:
        self.events_url: str | None = None
        self.patience = patience
        self.last: Request | None = None
        """The last request that was made by this Slack itself."""
        self._secret = signing_secret.encode()
        self._session: aiohttp.ClientSession | None = None

    def signed(self, body: bytes, timestamp: int | None = None) -> dict[str, str]:
        """By the real clock: the bot checks against its own."""
        at = str(int(time.time()) if timestamp is None else timestamp)
        digest = hmac.new(self._secret, b"v0:" + at.encode() + b":" + body, hashlib.sha256)
        return {
            "X-Slack-Signature": f"v0={digest.hexdigest()}",
            "X-Slack-Request-Timestamp": at,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        }

    async def command(self, fields: Mapping[str, str]) -> Reply:
        return await self._sign_and_send(urlencode(fields).encode(), FORM, {})

    async def interaction(self, payload: Mapping[str, Any]) -> Reply:
        form = urlencode({"payload": json.dumps(payload)}).encode()
        return await self._sign_and_send(form, FORM, {})

    async def event(self, payload: Mapping[str, Any], retry: Retry) -> Reply:
        # What the app hears of its own doings is nothing that anybody did last.
        own = events.of_the_app(payload.get("event") or {})
        body = json.dumps(payload).encode()
        return await self._sign_and_send(body, JSON, retry_headers(retry), repeatable=not own)

    async def send(
        self, body: bytes, headers: Mapping[str, str], events_url: str | None = None
    ) -> Reply:
        """As it is, whatever it is."""
        url = events_url or self.events_url
        if url is None:  # The app is not there yet.
            said = "no address of the app is known to this Slack"
            return Reply(0, 0.0, failure="dispatch_failed", reason_why=said)
        started = time.monotonic()
        try:
            async with self._client().post(url, data=body, headers=dict(headers)) as response:
                read = await response.read()
                took = time.monotonic() - started
                headers = response.headers.copy()
                if 200 <= response.status < 300:
                    return Reply(response.status, took, read, headers)
                why = f"the app at {url} answered with status {response.status}"
                return Reply(response.status, took, read, headers, "dispatch_failed", why)
        except TimeoutError:
            why = f"the app at {url} did not answer within {self.patience:g} seconds"
            return Reply(0, time.monotonic() - started, b"", {}, "operation_timeout", why)
        except aiohttp.ClientError as error:
            why = f"the app at {url} cannot be reached: {what_happened(error)}"
            return Reply(0, time.monotonic() - started, b"", {}, "dispatch_failed", why)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _sign_and_send(
        self, body: bytes, kind: str, extra: Mapping[str, str], *, repeatable: bool = True
    ) -> Reply:
        headers = {**self.signed(body), "Content-Type": kind, **extra}
        if repeatable:
            self.last = Request(body, headers)
        return await self.send(body, headers)

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=self.patience),
                connector=aiohttp.TCPConnector(force_close=True, limit=0),
            )
        return self._session


def what_happened(error: aiohttp.ClientError) -> str:
    """In a few words; "connection refused" is what one meets most."""
    number = getattr(error, "errno", None)
    if isinstance(number, int) and number > 0:
        return os.strerror(number).lower()
    return str(error) or "the connection was lost"


def retry_headers(retry: Retry) -> dict[str, str]:
    if not retry.number:
        return {}
    return {"X-Slack-Retry-Num": str(retry.number), "X-Slack-Retry-Reason": retry.reason}

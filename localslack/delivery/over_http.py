"""Requests to the bot, signed as Slack signs them, with three seconds to answer."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp

from localslack.delivery.reply import Reply
from localslack.delivery.way import Retry

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
        return await self._sign_and_send(json.dumps(payload).encode(), JSON, retry_headers(retry))

    async def send(
        self, body: bytes, headers: Mapping[str, str], events_url: str | None = None
    ) -> Reply:
        """As it is, whatever it is."""
        url = events_url or self.events_url
        if url is None:
            raise RuntimeError("set events_url first: this Slack does not know where the bot is")
        started = time.monotonic()
        try:
            async with self._client().post(url, data=body, headers=dict(headers)) as response:
                read = await response.read()
                failure = "" if 200 <= response.status < 300 else "dispatch_failed"
                took = time.monotonic() - started
                return Reply(response.status, took, read, response.headers.copy(), failure)
        except TimeoutError:
            return Reply(0, time.monotonic() - started, failure="operation_timeout")
        except aiohttp.ClientError:
            return Reply(0, time.monotonic() - started, failure="dispatch_failed")

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _sign_and_send(self, body: bytes, kind: str, extra: Mapping[str, str]) -> Reply:
        headers = {**self.signed(body), "Content-Type": kind, **extra}
        self.last = Request(body, headers)
        return await self.send(body, headers)

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=self.patience),
                connector=aiohttp.TCPConnector(force_close=True, limit=0),
            )
        return self._session


def retry_headers(retry: Retry) -> dict[str, str]:
    if not retry.number:
        return {}
    return {"X-Slack-Retry-Num": str(retry.number), "X-Slack-Retry-Reason": retry.reason}

"""The door for what Slack sends over HTTP: checked here, then handed to Bolt.

Bolt answers 500 to a timestamp that is no number, a signature that is no hex and a body that
is no UTF-8, and runs a replayed request again; behind this door it never sees them.
"""

import asyncio
import json
import re
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

log = structlog.get_logger("bot")

LARGEST_BODY = 1024 * 1024
# Seconds for a body to arrive: Slack itself waits for no more than three.
PATIENCE = 3
# Seconds for which a signature is remembered: twice as long as one is valid.
REMEMBERED = 600


class Gateway:
    def __init__(self, bolt: AsyncApp, *, signing_secret: str, api_url: str) -> None:
        self._bolt = bolt
        self._verifier = SignatureVerifier(signing_secret)
        self._api = urlsplit(api_url)
        self._seen: dict[str, float] = {}

    async def receive(self, request: web.Request) -> web.Response:
        try:
            body = (await _read(request)).decode()
            timestamp, signature = _signed(request.headers)
        except (TimeoutError, ConnectionError):
            return web.Response(status=408, text="The body did not arrive in time.")
        except web.HTTPRequestEntityTooLarge:
            return web.Response(status=413, text="The body is too large.")
        except UnicodeDecodeError:
            return web.Response(status=400, text="The body is not UTF-8.")
        except ValueError as error:
            return web.Response(status=401, text=str(error))
        if not self._verifier.is_valid(body, timestamp, signature):
            return web.Response(status=401, text="The signature does not match, or is too old.")
        try:
            payload = _payload(body, request.content_type)
            if not self._is_slacks(payload.get("response_url")):
                return web.Response(status=400, text="The response_url is not Slack's.")
        except ValueError:
            return web.Response(status=400, text="The body is neither a form nor JSON.")
        if self._replayed(signature):
            return web.Response()
        return await self._dispatched(request, body, signature)

    async def _dispatched(self, request: web.Request, body: str, signature: str) -> web.Response:
        headers: dict[str, str | Sequence[str]] = dict(request.headers)
        answer = await self._bolt.async_dispatch(AsyncBoltRequest(body=body, headers=headers))
        if answer.status >= 500:
            self._seen.pop(signature, None)
        return await to_aiohttp_response(answer)

    def _is_slacks(self, response_url: object) -> bool:
        if response_url is None or response_url == "":
            return True
        to = urlsplit(str(response_url))
        if to.scheme == "https" and to.hostname == "hooks.slack.com":
            return True
        local = self._api.hostname in {"127.0.0.1", "localhost", "::1"}
        return local and (to.scheme, to.netloc) == (self._api.scheme, self._api.netloc)

    def _replayed(self, signature: str) -> bool:
        """Notes the signature; true if it was here before."""
        now = time.monotonic()
        while self._seen and next(iter(self._seen.values())) < now - REMEMBERED:
            del self._seen[next(iter(self._seen))]
        if signature in self._seen:
            log.warning("a signed request came twice")
            return True
        self._seen[signature] = now
        return False


async def _read(request: web.Request) -> bytes:
    body = bytearray()
    async with asyncio.timeout(PATIENCE):
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > LARGEST_BODY:
                raise web.HTTPRequestEntityTooLarge(LARGEST_BODY, len(body))
    return bytes(body)


def _signed(headers: Mapping[str, str]) -> tuple[str, str]:
    timestamp = headers.get("X-Slack-Request-Timestamp", "")
    signature = headers.get("X-Slack-Signature", "")
    if not re.fullmatch(r"[0-9]{1,12}", timestamp):
        raise ValueError("X-Slack-Request-Timestamp is missing or no number.")
    if not re.fullmatch(r"v0=[0-9a-f]{64}", signature):
        raise ValueError("X-Slack-Signature is missing or no signature.")
    return timestamp, signature


def _payload(body: str, content_type: str) -> dict[str, Any]:
    """What the request is about, whichever of its three ways Slack sends it in."""
    if content_type == "application/json":
        payload = json.loads(body)
    else:
        form = {name: values[0] for name, values in parse_qs(body).items()}
        payload = json.loads(form["payload"]) if "payload" in form else form
    if not isinstance(payload, dict):
        raise ValueError("not an object")
    return payload

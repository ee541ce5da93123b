"""The door for what Slack sends over HTTP: checked and read here, then handed to Bolt.

Bolt answers 500 to a timestamp that is no number, a signature that is no hex, a body that is
no UTF-8 and a payload of another shape; behind this door it never sees them, nor the body itself.
"""

import asyncio
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier

from bot.slack.receiver import event_payloads, payloads
from bot.slack.receiver.acks import answered
from bot.slack.receiver.payloads import BadPayload

log = structlog.get_logger("bot")

LARGEST_BODY = 1024 * 1024
# Seconds for a body to arrive: Slack itself waits for no more than three.
PATIENCE = 3


def slack_app(bolt: AsyncApp, *, signing_secret: str, api_url: str) -> web.Application:
    """The door by itself, whose own faults are answered as Slack's are, not as the API's."""
    app = web.Application(middlewares=[_faults_in_words])
    gateway = HttpReceiver(bolt, signing_secret=signing_secret, api_url=api_url)
    app.router.add_post("/events", gateway.receive)
    return app


@web.middleware
async def _faults_in_words(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception as error:
        log.error("unhandled error in the bot", exc_info=error)
        return web.Response(status=500, text="Something went wrong on our side. It is logged.")


class HttpReceiver:
    def __init__(self, bolt: AsyncApp, *, signing_secret: str, api_url: str) -> None:
        self._bolt = bolt
        self._verifier = SignatureVerifier(signing_secret)
        # Beginnings that no reader of addresses can take for another host.
        self._answered_at = ["https://hooks.slack.com/"]
        api = urlsplit(api_url)
        if api.hostname in {"127.0.0.1", "localhost", "::1"}:
            self._answered_at.append(f"{api.scheme}://{api.netloc}/")

    async def receive(self, request: web.Request) -> web.Response:
        try:
            body = (await _read(request)).decode()
        except (TimeoutError, ConnectionError):
            return web.Response(status=408, text="The body did not arrive in time.")
        except web.HTTPRequestEntityTooLarge:
            return web.Response(status=413, text="The body is too large.")
        except UnicodeDecodeError:
            return web.Response(status=400, text="The body is not UTF-8.")
        if _is_ssl_check(body):
            return web.Response()
        try:
            timestamp, signature = _signed(request.headers)
        except ValueError as error:
            return web.Response(status=401, text=str(error))
        if not self._verifier.is_valid(body, timestamp, signature):
            return web.Response(status=401, text="The signature does not match, or is too old.")
        try:
            payload = self._said(request, body)
        except BadPayload as error:
            log.warning("a signed request that Slack does not send", complaint=str(error))
            return web.Response(status=400, text=str(error))
        return await to_aiohttp_response(await answered(self._bolt, payload))

    def _said(self, request: web.Request, body: str) -> dict[str, Any]:
        """What the request is about, whichever of its three ways Slack sends it in."""
        match _content_type(request):
            case "application/json":
                return event_payloads.event(payloads.read_json(body))
            case "application/x-www-form-urlencoded":
                form = payloads.read_form(body)
                if len({*form, *request.query}) < len(form) + len(request.query):
                    raise BadPayload("The same field comes twice.")
                payload = _of_form(form)
            case _:
                raise BadPayload("The body is neither a form nor JSON.")
        for url in payloads.response_urls(payload):
            if not url.startswith(tuple(self._answered_at)):
                raise BadPayload("The response_url is not Slack's.")
        return payload


def _of_form(form: Mapping[str, str]) -> dict[str, Any]:
    if "payload" not in form:
        return payloads.command(form)
    if len(form) > 1:
        raise BadPayload("Beside a payload there is nothing.")
    return payloads.interaction(payloads.read_json(form["payload"]))


def _is_ssl_check(body: str) -> bool:
    """Slack looks at our certificate now and then, and signs nothing for that.
    https://docs.slack.dev/interactivity/implementing-slash-commands"""
    if not body.startswith(("ssl_check=", "token=")):
        return False
    try:
        form = payloads.read_form(body)
    except BadPayload:
        return False
    return form.get("ssl_check") == "1" and form.keys() <= {"ssl_check", "token"}


def _content_type(request: web.Request) -> str:
    """Raises BadPayload where it is said twice, or where the text is said to be no UTF-8."""
    given = request.headers.getall("Content-Type", [])
    if len(given) > 1 or (request.charset or "utf-8").lower() not in {"utf-8", "utf8"}:
        raise BadPayload("The Content-Type is not as Slack sends it.")
    return request.content_type


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

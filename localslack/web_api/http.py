"""The Web API over HTTP: reads the call, finds the method, tells what was wrong.

Parameters are taken from query, form and JSON alike, as slack_sdk sends them all three ways.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from time import monotonic
from typing import Any

from aiohttp import web

from localslack.api_error import Refused
from localslack.dispatch.response_urls import ResponseUrls
from localslack.state.records import ApiCall, Records
from localslack.validation.shape import counting_in
from localslack.web_api.call import Call, Surroundings, TooFast
from localslack.web_api.faults import Fault, Faults
from localslack.web_api.methods import METHODS, Method

RESPONSE_URL = "response_url"
Outcome = tuple[int, dict[str, Any], dict[str, str]]


@dataclass(frozen=True)
class WebApi:
    """The tokens say of each whose it is: "bot" or "app"."""

    around: Surroundings
    tokens: Mapping[str, str]
    faults: Faults
    response_urls: ResponseUrls
    records: Records

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/api/{method}", self._method),
            web.post("/api/{method}", self._method),
            web.post("/response/{secret}", self._response),
        ]

    async def _method(self, request: web.Request) -> web.StreamResponse:
        return await self._answer(request, request.match_info["method"])

    async def _response(self, request: web.Request) -> web.StreamResponse:
        """A response_url is one more method, called "response_url", with its secret for a token."""
        return await self._answer(request, RESPONSE_URL)

    async def _answer(self, request: web.Request, method: str) -> web.StreamResponse:
        started = monotonic()
        record = self.records.call(method)
        try:
            given = await parameters(request)
            fault = self.faults.next(method, given)
            token = credential(request, given)
            record.given = given
            self.records.changed(record)
            response = await self._faulty(request, record, token, fault)
            record.status = response.status
        finally:
            record.seconds = monotonic() - started
            self.records.changed(record)
        return response

    async def _faulty(
        self, request: web.Request, record: ApiCall, token: str | None, fault: Fault | None
    ) -> web.Response:
        if fault is not None and fault.kind == "cut_before":
            return cut(request)
        if fault is not None and fault.kind == "answer":
            return self._ordered(record, fault)
        if fault is not None and fault.kind == "hang":
            await asyncio.sleep(fault.seconds)
        limited = fault if fault is not None and fault.kind == "limited" else None
        with counting_in(self.around.workspace.counts_in):
            status, record.answer, headers = self._outcome(record, token, limited)
        if fault is not None and fault.kind == "hang_after":
            await asyncio.sleep(fault.seconds)
        if fault is not None and fault.kind == "cut_after":
            return cut(request)
        if fault is not None and fault.kind == "answer_after":
            return self._ordered(record, fault)
        return web.json_response(record.answer, status=status, headers=headers)

    def _ordered(self, record: ApiCall, fault: Fault) -> web.Response:
        if not fault.said:
            return web.Response(status=fault.code, text="<html>Something went wrong</html>")
        record.answer = {"ok": False, "error": fault.said}
        return web.json_response(record.answer, status=fault.code, headers=fault.headers)

    def _outcome(self, record: ApiCall, token: str | None, limited: Fault | None) -> Outcome:
        scopes = {"X-OAuth-Scopes": ",".join(sorted(self.around.manifest.scopes))}
        try:
            return 200, self._run(record, token, limited), scopes
        except TooFast as too_fast:
            retry_after = {"Retry-After": str(ceil(too_fast.wait))}
            return 429, {"ok": False, "error": "ratelimited"}, retry_after
        except Refused as refusal:
            if refusal.problem:
                self._problem(record, refusal)
            answer: dict[str, Any] = {"ok": False, "error": refusal.code, **refusal.more}
            if refusal.messages:
                answer["response_metadata"] = {"messages": refusal.messages}
            return refusal.status, answer, scopes

    def _run(self, record: ApiCall, token: str | None, limited: Fault | None) -> dict[str, Any]:
        if record.method == RESPONSE_URL:
            self.response_urls.use(token or "", record.given)
            return {"ok": True}
        method = METHODS.get(record.method)
        if method is None:
            raise Refused("unknown_method", f"no method {record.method} here")
        self._allow(token, method)
        given = {name: value for name, value in record.given.items() if value is not None}
        if limited is not None and limited.pace is not None:
            if not limited.pace.take(f"{record.method} {given.get('channel')}"):
                raise TooFast(limited.seconds)
            asked = str(given.get("limit", limited.page))
            given["limit"] = min(int(asked), limited.page) if asked.isdecimal() else asked
        return method.answer(Call(record.method, given, self.around))

    def _allow(self, token: str | None, method: Method) -> None:
        if token is None:
            raise Refused("not_authed", "no token came with the call")
        holder = self.tokens.get(token)
        if holder is None:
            raise Refused("invalid_auth", f"that is not the {method.holder}'s token")
        if holder != method.holder:
            said = f"this takes the {method.holder}'s token, not the {holder}'s"
            raise Refused("not_allowed_token_type", said)

    def _problem(self, record: ApiCall, refusal: Refused) -> None:
        said = f"{record.method}: {refusal.code}: {refusal}"
        record.problems.append(said)
        self.around.workspace.problem(said)


async def parameters(request: web.Request) -> dict[str, Any]:
    """What was given, wherever it stood. The token is not kept: calls are shown to people."""
    given: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.read() or b"{}")
        except ValueError:
            body = {"(not JSON)": True}
        given |= body if isinstance(body, dict) else {"(no JSON object)": True}
    elif request.can_read_body:
        given |= dict(await request.post())
    return given


def credential(request: web.Request, given: dict[str, Any]) -> str | None:
    if "secret" in request.match_info:
        return request.match_info["secret"]
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    spelled = given.pop("token", None)
    return token if kind.lower() == "bearer" and token else spelled


def cut(request: web.Request) -> web.Response:
    """Closes the connection; the response goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)

"""A way to the app on which every request, and what came back, is put on record."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any

from localslack.dispatch.payloads import subscription
from localslack.dispatch.transport import Retry, Way
from localslack.state.records import Records
from localslack.state.reply import Reply

KINDS = {"message_action": "message shortcut", "block_suggestion": "options for"}


class NotedWay:
    def __init__(self, way: Way, records: Records) -> None:
        self._way = way
        self._records = records

    @property
    def patience(self) -> float:
        return self._way.patience

    async def command(self, fields: Mapping[str, str]) -> Reply:
        what = f"{fields['command']} {fields['text']}".strip()
        return await self._noted(what, fields, self._way.command(fields))

    async def interaction(self, payload: Mapping[str, Any]) -> Reply:
        return await self._noted(named(payload), payload, self._way.interaction(payload))

    async def event(self, payload: Mapping[str, Any], retry: Retry) -> Reply:
        event = payload.get("event")
        what = f"event {subscription(event)}" if event else str(payload.get("type"))
        again = f", retry {retry.number}" if retry.number else ""
        return await self._noted(what + again, payload, self._way.event(payload, retry))

    async def _noted(self, what: str, payload: Mapping[str, Any], reply: Awaitable[Reply]) -> Reply:
        record = self._records.request(what, payload)
        came = await reply
        self._records.replied(record, came)
        return came


def named(payload: Mapping[str, Any]) -> str:
    kind = str(payload["type"])
    if kind == "block_actions":
        return f"press of {payload['actions'][0]['action_id']}"
    if kind in ("view_submission", "view_closed"):
        title = payload["view"]["title"]["text"]
        return f"{'submission' if kind == 'view_submission' else 'closing'} of {title!r}"
    name = payload.get("callback_id") or payload.get("action_id", "")
    return f"{KINDS.get(kind, kind)} {name}".strip()

"""Whether the program is alive, and whether it is ready for work."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from ipaddress import ip_address
from typing import Any, Protocol

from aiohttp import hdrs, web

from api import serializers
from api.endpoint import Call, answer, sender
from core.errors import DeskError
from core.people.accounts import Role

# Seconds within which a probe has its answer, whatever MongoDB does: many wait for one.
PATIENCE = 0.8
# What a proxy adds: whoever asks through one is not on this machine.
_FORWARDED = (hdrs.FORWARDED, hdrs.X_FORWARDED_FOR, "X-Real-IP", hdrs.VIA)


class Problem(Protocol):
    """Something that is the matter, since when, and whether a promise is not kept for it."""

    @property
    def name(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def since(self) -> datetime: ...
    @property
    def breaks(self) -> bool: ...


class Health(Protocol):
    async def problems(self) -> Sequence[Problem]:
        """What is the matter now."""

    @property
    def known(self) -> Sequence[Problem]:
        """What was the matter when that was last found out."""


health_key = web.AppKey("health", Health)


async def healthz(call: Call) -> web.Response:
    return answer({"status": "ok", "detail": [], "problems": []})


async def readyz(call: Call) -> web.Response:
    health = call.request.app[health_key]
    deadline = asyncio.get_running_loop().time() + PATIENCE
    try:
        async with asyncio.timeout_at(deadline):
            problems = await health.problems()
    except TimeoutError:
        problems = health.known
    ready = not any(problem.breaks for problem in problems)
    trusted = bool(problems) and (_is_local(call.request) or await _is_admin(call, deadline))
    body = {
        "status": "ok" if ready else "not ready",
        # A sentence may name a channel or an index, which is not for everybody.
        "detail": [problem.message if trusted else problem.name for problem in problems],
        "problems": [_shown(problem, trusted=trusted) for problem in problems],
    }
    return answer(body, status=200 if ready else 503)


def _shown(problem: Problem, *, trusted: bool) -> dict[str, Any]:
    shown = {"name": problem.name, "since": serializers.time(problem.since)}
    return shown | ({"message": problem.message} if trusted else {})


def _is_local(request: web.Request) -> bool:
    if any(name in request.headers for name in _FORWARDED):
        return False
    try:
        address = ip_address(request.remote or "")
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


async def _is_admin(call: Call, deadline: float) -> bool:
    """As far as that is found out by then: whoever it is, a probe gets its answer."""
    try:
        async with asyncio.timeout_at(deadline):
            actor = await sender(call.request)
    except (DeskError, TimeoutError):
        return False
    return actor.role is Role.ADMIN

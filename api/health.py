"""Whether the program is alive, and whether it is ready for work."""

from collections.abc import Sequence
from datetime import datetime
from ipaddress import ip_address
from typing import Any, Protocol

from aiohttp import hdrs, web

from api import serializers
from api.endpoint import Call, answer, sender
from core.errors import DeskError
from core.people.accounts import Role

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


health_key = web.AppKey("health", Health)


async def healthz(call: Call) -> web.Response:
    return answer({"status": "ok", "detail": [], "problems": []})


async def readyz(call: Call) -> web.Response:
    problems = await call.request.app[health_key].problems()
    ready = not any(problem.breaks for problem in problems)
    trusted = bool(problems) and (_is_local(call.request) or await _is_admin(call))
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


async def _is_admin(call: Call) -> bool:
    """Whoever it is, a probe gets its answer, database or not."""
    try:
        actor = await sender(call.request)
    except DeskError:
        return False
    return actor.role is Role.ADMIN

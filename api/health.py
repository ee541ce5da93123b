"""Whether the program is alive, and whether it is ready for work."""

from typing import Protocol

from aiohttp import web

from api.endpoints import Call, answer


class Health(Protocol):
    async def ailments(self) -> tuple[list[str], list[str]]:
        """What keeps the desk from its work, and what merely ails it; two empty lists are best."""


health_key = web.AppKey("health", Health)


async def healthz(call: Call) -> web.Response:
    return answer({"status": "ok", "detail": []})


async def readyz(call: Call) -> web.Response:
    fatal, harmless = await call.request.config_dict[health_key].ailments()
    status = "not ready" if fatal else "ok"
    return answer({"status": status, "detail": fatal + harmless}, status=503 if fatal else 200)

"""One call of the Web API: what was given, read as Slack reads it, and how it is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from localslack.api_error import Refused
from localslack.dispatch.over_socket import SocketWay
from localslack.manifest import Manifest
from localslack.state.triggers import Triggers
from localslack.state.workspace import Workspace
from localslack.web_api.rate_limit import RateLimit


class TooFast(Exception):
    """More calls than the pace allows; worth trying again after so many seconds."""

    def __init__(self, wait: float = 1) -> None:
        super().__init__(f"Too fast: wait {wait} s.")
        self.wait = wait


@dataclass(frozen=True)
class Surroundings:
    """What a method may look at and change."""

    workspace: Workspace
    manifest: Manifest
    triggers: Triggers
    sockets: SocketWay
    base_url: Callable[[], str]
    rate_limit: RateLimit | None = None


@dataclass(frozen=True)
class Call:
    method: str
    given: dict[str, Any]
    around: Surroundings

    @property
    def workspace(self) -> Workspace:
        return self.around.workspace

    def text(self, name: str) -> str:
        """A parameter that must be there."""
        value = self.maybe(name)
        if value is None:
            code = "invalid_arguments"
            raise Refused(code, f"missing required field: {name} [json-pointer:/{name}]")
        return value

    def maybe(self, name: str) -> str | None:
        value = self.given.get(name)
        return None if value is None or value == "" else str(value)

    def flag(self, name: str) -> bool:
        return str(self.given.get(name, "")).lower() in ("true", "1")

    def number(self, name: str, default: int) -> int:
        value = self.maybe(name)
        if value is None:
            return default
        if not value.isdecimal():
            raise Refused("invalid_arguments", f"{name} must be a number, is {value!r}")
        return int(value)

    def structure(self, name: str, code: str) -> Any:
        """A parameter that is JSON, whether it came as such or as a string of it."""
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise Refused(code, f"{name} is not JSON [json-pointer:/{name}]") from None

    def needs(self, *scopes: str) -> None:
        """Any one of these scopes will do."""
        provided = self.around.manifest.scopes
        if provided.isdisjoint(scopes):
            said = f"{self.method} needs the scope {' or '.join(scopes)}"
            listed = ",".join(sorted(provided))
            raise Refused("missing_scope", said, needed=",".join(scopes), provided=listed)
